"""Finding documents: every term of the query stands in the folded text, newest document first.

The index names candidates by their tokens; for terms of three characters or more the text itself is then looked at,
because pairs may stand apart. A query is data throughout: bound as a parameter, its tokens letters and digits only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    TextClause,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from portal.core.db import db, is_sqlite
from portal.core.pagination import PAGE_SIZE, Page, keyset_page, read_cursor
from portal.search.models import SearchDocument
from portal.search.tokens import folded, pairs, runs, terms

# How many of the newest documents are read first where the index is slow to give its matches in order: PostgreSQL's
# never can, FTS5 must merge many lists for a prefix. A frequent term fills the page from them, a rare one has few
# matches to sort.
RECENT = 1000
# Up to so many documents are rather read one by one than looked for among the matches of a frequent term.
FEW = 1000

# How candidates for near-duplicates are looked for: by the pairs of a text that fewest of the newest documents hold,
# in so many documents of each pair at most (so no pair costs more). A likely one shares a fifth of them.
SAMPLE = 100
TELLING = 24
HOLDERS = 1000
LEAST_SHARED = 0.2

_SQLITE_HOLDER = "SELECT rowid AS id FROM search_index WHERE search_index MATCH :pair{} LIMIT :holders"
_POSTGRESQL_HOLDER = """
SELECT id FROM search_document WHERE tokens @@ CAST(:pair{} AS tsquery) LIMIT :holders
"""
# The texts are read last, of those documents alone that are handed over.
_CANDIDATES = """
WITH holding AS ({}),
sharing AS (SELECT id, count(*) AS shared FROM holding GROUP BY id HAVING count(*) >= :least),
ranked AS (
    SELECT document.id, sharing.shared FROM sharing JOIN search_document AS document ON document.id = sharing.id
    WHERE document.kind = :kind ORDER BY sharing.shared DESC, document.id DESC LIMIT :limit
)
SELECT document.target_id, document.folded, ranked.shared
FROM ranked JOIN search_document AS document ON document.id = ranked.id
ORDER BY ranked.shared DESC, ranked.id DESC
"""

_INDEX = table("search_index", column("rowid", Integer))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may be like a text: its thing, its folded text, and the telling pairs they share."""

    target_id: int
    folded: str
    shared: int


def search(
    query: str,
    *,
    kind: str,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
    within: Select[Any] | None = None,
) -> Page:
    """A page whose rows are the `target_id`s of the documents of `kind` that hold every term of `query`.

    `within` selects one column: the targets among which to search; all by default. Few of them are read one by one,
    of many the matches soon fill a page. Terms are the runs of letters and digits of the query (see
    `portal.search.tokens`); without any, nothing is found.
    Any text whatever may be given as query and as cursor.
    """
    wanted = terms(query)
    if not wanted:
        return Page([], None, None)
    page = None
    if within is not None and _are_few(within):
        page = _one_by_one(wanted, kind, cursor, size, within)
    elif not is_sqlite() or any(len(term) == 1 for term in wanted):
        page = _among_recent(wanted, kind, cursor, size, within)
    if page is None:
        query_of = _sqlite_matches if is_sqlite() else _postgresql_matches
        matches = query_of(wanted, kind, within)
        page = keyset_page(db.session(), matches, [matches.selected_columns.id], cursor=cursor, size=size)
    return replace(page, rows=[row.target_id for row in page.rows])


def pairs_held(text: str) -> Counter[str]:
    """Each pair of characters of `text`, and how many of the newest `SAMPLE` documents hold it, in the order of the text.

    Where there are no more documents than those, a pair that none holds is left out: it leads to nothing.
    """
    held = Counter(
        dict.fromkeys((pair for term in runs(folded(text)) for pair in map(add, term, term[1:])), 0)
    )
    newest = select(SearchDocument.folded).order_by(SearchDocument.id.desc()).limit(SAMPLE)
    sample = db.session.scalars(newest).all() if held else []
    for other in sample:
        held.update(held.keys() & set(map(add, other, other[1:])))
    return held if len(sample) == SAMPLE else +held


def candidates(
    text: str, kind: str, limit: int = 200, held: Mapping[str, int] | None = None, least: float = LEAST_SHARED
) -> list[Candidate]:
    """The documents of `kind` that may be near-duplicates of `text` (title, line feed, body), the likeliest first.

    Those that share most of its telling pairs; `portal.analysis.alike.similar_to` has the exact word on them. A text
    without two letters or digits in a row has none. Any text whatever may be given; `held`: its `pairs_held`, if known;
    `least`: the part of the telling pairs that a document must hold.
    """
    telling = _telling_pairs(pairs_held(text) if held is None else held)
    if not telling:
        return []
    quoted = '"{}"' if is_sqlite() else "'{}'"
    wanted = {f"pair{at}": quoted.format(pair) for at, pair in enumerate(telling)}
    bounds = {"kind": kind, "limit": limit, "holders": HOLDERS, "least": ceil(least * len(telling))}
    rows = db.session.execute(_candidates_of(len(telling), is_sqlite()), wanted | bounds)
    return [Candidate(row.target_id, row.folded, row.shared) for row in rows]


@cache
def _candidates_of(pairs_given: int, sqlite: bool) -> TextClause:
    """The statement for so many pairs. Plain SQL: put together from parts it would take longer to build than to run."""
    holder = _SQLITE_HOLDER if sqlite else _POSTGRESQL_HOLDER
    holders = [f"SELECT id FROM ({holder.format(at)}) AS of{at}" for at in range(pairs_given)]
    return sql(_CANDIDATES.format(" UNION ALL ".join(holders)))


def _telling_pairs(held: Mapping[str, int]) -> list[str]:
    """The `TELLING` pairs that fewest documents hold; of equal ones the first."""
    return sorted(held, key=held.__getitem__)[:TELLING]


def terms_of(query: str) -> list[str]:
    """What a query asks for, as `first_place` and `highlight` take it; looked up once for a page of results."""
    return terms(query)


def first_place(text: str, wanted: Sequence[str]) -> int:
    """Where in `text` the first of the terms `wanted` stands; -1 where none does."""
    matched = folded(text)
    return min((at for at in map(matched.find, wanted) if at >= 0), default=-1)


def highlight(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """`text` cut into segments that, joined, give it back; True marks what the terms `wanted` found in it."""
    matched, marks = folded(text), bytearray(len(text))
    for term in wanted:
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


def _are_few(within: Select[Any]) -> bool:
    some = within.limit(FEW + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(some)) or 0) <= FEW


def _one_by_one(wanted: list[str], kind: str, cursor: str | None, size: int, within: Select[Any]) -> Page:
    """The page, by looking at each document within; without any index of tokens."""
    targets = within.cte("targets").prefix_with("MATERIALIZED")
    document = SearchDocument
    matches = (
        select(document.id, document.target_id)
        .join(targets, targets.c[0] == document.target_id)
        .where(document.kind == kind, *_standing_in(document.folded, wanted))
        .cte("matches")
        .prefix_with("MATERIALIZED")
    )
    return keyset_page(db.session(), select(matches), [matches.c.id], cursor=cursor, size=size)


def _among(target: ColumnElement[int], within: Select[Any] | None) -> list[ColumnElement[bool]]:
    """The condition that a target is one of those within, asked for each by its key."""
    return [] if within is None else [within.where(within.selected_columns[0] == target).exists()]


def _among_recent(
    wanted: list[str], kind: str, cursor: str | None, size: int, within: Select[Any] | None
) -> Page | None:
    """The page, if the `RECENT` documents next to the cursor fill it; without any index of tokens."""
    number = SearchDocument.id
    backwards, values = read_cursor(cursor, [number])
    recent = select(number, SearchDocument.kind, SearchDocument.target_id, SearchDocument.folded)
    if values is not None:
        recent = recent.where(number > values[0] if backwards else number < values[0])
    window = recent.order_by(number if backwards else number.desc()).limit(RECENT).subquery()
    matches = select(window.c.id, window.c.target_id).where(window.c.kind == kind)
    matches = matches.where(*_standing_in(window.c.folded, wanted), *_among(window.c.target_id, within))
    page = keyset_page(db.session(), matches, [window.c.id], cursor=cursor, size=size)
    more = page.previous_cursor if backwards else page.next_cursor
    return page if more else None


def _sqlite_matches(wanted: list[str], kind: str, within: Select[Any] | None) -> Select[Any]:
    """FTS5 walks its rows in the order of their ids by itself, and stops when the page is full."""
    match = " AND ".join(_tokens(wanted, '"{}"', '"{}"*'))
    return (
        select(_INDEX.c.rowid.label("id"), SearchDocument.target_id)
        .select_from(_INDEX.join(SearchDocument, SearchDocument.id == _INDEX.c.rowid))
        .where(literal_column("search_index").op("MATCH")(match), SearchDocument.kind == kind)
        .where(*_standing_in(SearchDocument.folded, _inexact(wanted)))
        .where(*_among(SearchDocument.__table__.c.target_id, within))
    )


def _postgresql_matches(wanted: list[str], kind: str, within: Select[Any] | None) -> Select[Any]:
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
    return select(matches.c.id, matches.c.target_id).where(
        matches.c.kind == kind, *_among(matches.c.target_id, within)
    )


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
