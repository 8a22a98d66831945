"""Whether the limit really renders the portal's list page: the two are compared element by element."""

from html.parser import HTMLParser

from bench.client import Connection, get


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element with its class."""
        self.found.append(f"{tag}.{dict(attrs).get('class') or ''}")


def difference(limit_port: int, limit_path: str, portal_port: int, portal_path: str) -> str:
    """Sizes and kinds of elements of the two pages in one sentence.

    The optional facts of a card (support, answer) come and go with its data, so what is compared is which
    elements there are, not how many.
    """
    limit, portal = _fetched(limit_port, limit_path), _fetched(portal_port, portal_path)
    one, other = set(_elements(limit)), set(_elements(portal))
    sizes = f"limit {len(limit):,} bytes, {len(_elements(limit))} elements; list {len(portal):,}, {len(_elements(portal))}"
    if not one ^ other:
        return f"{sizes}; the same kinds of elements"
    return f"{sizes}; only in the limit {sorted(one - other) or 'nothing'}, only in the list {sorted(other - one) or 'nothing'}"


def _fetched(port: int, path: str) -> bytes:
    connection = Connection(port)
    try:
        return connection.exchange(get(path))[2]
    finally:
        connection.close()


def _elements(page: bytes) -> list[str]:
    parser = _Elements()
    parser.feed(page.decode())
    return parser.found
