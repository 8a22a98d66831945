"""What was typed into a form that went nowhere: the error page holds it, to be sent once more or to be copied.

Going back does not bring it back: pages with forms are stored nowhere, so that a browser asks for them anew.
"""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import HTTPException

from portal.web.network import settings

# Fields that no page ever shows again; a form with one of them holds nothing else that took long to type.
SECRET = frozenset({"password", "again", "current"})
_TOKEN = "csrf_token"


class Typed(NamedTuple):
    """The fields of a form: `words` were typed, `rest` are its choices, keys and the button that was pressed."""

    address: str
    words: list[tuple[str, str]]
    rest: list[tuple[str, str]]
    had_files: bool


def typed() -> Typed | None:
    """What the present request sent as a form of this site; None where there is nothing to give back."""
    if request.method != "POST" or request.endpoint is None or is_foreign():
        return None
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name != _TOKEN and value]
        had_files = any(file.filename for file in request.files.values())
    except (HTTPException, OSError):
        # Too large to be read, no form at all, or the disk has no room for its files.
        return None
    if not fields or SECRET & {name for name, _value in fields}:
        return None
    words = [field for field in fields if _is_typed(field[1])]
    rest = [field for field in fields if not _is_typed(field[1])]
    return Typed(request.full_path.rstrip("?"), words, rest, had_files)


def _is_typed(value: str) -> bool:
    # Numbers, codes, keys and dates are neither.
    return not value.isascii() or any(char.isspace() for char in value)


def is_foreign() -> bool:
    """Whether a page of another site sent the present form: then it says what that site wants to be read here."""
    if sent_across_sites():
        return True
    origin, relation = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    ours = {request.host, urlsplit(settings().base_url).netloc}
    return relation not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc not in ours
    )


def sent_across_sites() -> bool:
    """Whether the browser itself says that a page of another site sent the present form."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"
