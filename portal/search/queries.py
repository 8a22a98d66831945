"""Finding documents: every term of the query stands in the folded text, newest document first.

The index names candidates by their tokens; for terms of three characters or more the text itself is then looked at,
because pairs may stand apart. A query is data throughout: bound as a parameter, its tokens letters and digits only.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from portal.core.db import db, is_sqlite
from portal.core.pagination import PAGE_SIZE, Page, keyset_page, read_cursor
from portal.search.models import SearchDocument
from portal.search.tokens import folded, pairs, terms

# How many of the newest documents are read first where the index is slow to give its matches in order: PostgreSQL's
# never can, FTS5 must merge many lists for a prefix. A frequent term fills the page from them, a rare one has few
# matches to sort.
RECENT = 1000

_INDEX = table("search_index", column("rowid", Integer))


def search(query: str, *, kind: str, cursor: str | None = None, size: int = PAGE_SIZE) -> Page:
    """A page whose rows are the `target_id`s of the documents of `kind` that hold every term of `query`.

    Terms are the runs of letters and digits of the query (see `portal.search.tokens`); without any, nothing is found.
    Any text whatever may be given as query and as cursor.
    """
    wanted = terms(query)
    if not wanted:
        return Page([], None, None)
    page = None
    if not is_sqlite() or any(len(term) == 1 for term in wanted):
        page = _among_recent(wanted, kind, cursor, size)
    if page is None:
        query_of = _sqlite_matches if is_sqlite() else _postgresql_matches
        matches = query_of(wanted, kind)
        page = keyset_page(db.session(), matches, [matches.selected_columns.id], cursor=cursor, size=size)
    return replace(page, rows=[row.target_id for row in page.rows])


def highlight(text: str, query: str) -> list[tuple[str, bool]]:
    """`text` cut into segments that, joined, give it back; True marks what the query's terms found in it."""
    matched, marks = folded(text), bytearray(len(text))
    for term in terms(query):
        at = matched.find(term)
        while at >= 0:
            marks[at : at + len(term)] = b"\x01" * len(term)
            at = matched.find(term, at + len(term))
    segments: list[tuple[str, bool]] = []
    start = 0
    while start < len(text):
        end = marks.find(not marks[start], start)
        end = len(text) if end < 0 else end
        segments.append((text[start:end], bool(marks[start])))
        start = end
    return segments


def _among_recent(wanted: list[str], kind: str, cursor: str | None, size: int) -> Page | None:
    """The page, if the `RECENT` documents next to the cursor fill it; without any index of tokens."""
    number = SearchDocument.id
    backwards, values = read_cursor(cursor, [number])
    recent = select(number, SearchDocument.kind, SearchDocument.target_id, SearchDocument.folded)
    if values is not None:
        recent = recent.where(number > values[0] if backwards else number < values[0])
    window = recent.order_by(number if backwards else number.desc()).limit(RECENT).subquery()
    matches = select(window.c.id, window.c.target_id).where(window.c.kind == kind)
    matches = matches.where(*_standing_in(window.c.folded, wanted))
    page = keyset_page(db.session(), matches, [window.c.id], cursor=cursor, size=size)
    more = page.previous_cursor if backwards else page.next_cursor
    return page if more else None


def _sqlite_matches(wanted: list[str], kind: str) -> Select[Any]:
    """FTS5 walks its rows in the order of their ids by itself, and stops when the page is full."""
    match = " AND ".join(_tokens(wanted, '"{}"', '"{}"*'))
    return (
        select(_INDEX.c.rowid.label("id"), SearchDocument.target_id)
        .select_from(_INDEX.join(SearchDocument, SearchDocument.id == _INDEX.c.rowid))
        .where(literal_column("search_index").op("MATCH")(match), SearchDocument.kind == kind)
        .where(*_standing_in(SearchDocument.folded, _inexact(wanted)))
    )


def _postgresql_matches(wanted: list[str], kind: str) -> Select[Any]:
    match = cast(" & ".join(_tokens(wanted, "'{}'", "'{}':*")), TSQUERY)
    matches = (
        select(SearchDocument.id, SearchDocument.target_id, SearchDocument.kind)
        .where(literal_column("search_document.tokens").op("@@")(match))
        .where(*_standing_in(SearchDocument.folded, _inexact(wanted)))
        # Order and kind are kept apart, or the planner, who cannot foresee how many match, may walk the whole table
        # by id in the hope of an early match, or read all there is of the kind.
        .cte()
        .prefix_with("MATERIALIZED")
    )
    return select(matches.c.id, matches.c.target_id).where(matches.c.kind == kind)


def _tokens(wanted: list[str], exact: str, prefix: str) -> list[str]:
    """The terms in the index's own language; nothing in a token could be read as a part of that language."""
    found = [exact.format(pair) for term in wanted for pair in pairs(term)]
    return found + [prefix.format(term) for term in wanted if len(term) == 1]


def _inexact(wanted: list[str]) -> list[str]:
    """The terms that the index alone cannot decide."""
    return [term for term in wanted if len(term) > 2]


def _standing_in(text: SQLColumnExpression[str], wanted: list[str]) -> list[ColumnElement[bool]]:
    position = func.instr if is_sqlite() else func.strpos
    return [position(text, term) > 0 for term in wanted]
