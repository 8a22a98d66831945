"""Handing documents to the search and taking them out again. Each also keeps the index of the database in step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select, text

from portal.core.db import UTCDateTime, db, is_sqlite
from portal.search.models import SearchDocument
from portal.search.tokens import folded, tokens

CHUNK = 500

_MOMENT = bindparam("published_at", type_=UTCDateTime())
_UPSERT = """
INSERT INTO search_document (kind, target_id, published_at, folded{column})
VALUES (:kind, :target_id, :published_at, :folded{value})
ON CONFLICT (kind, target_id) DO UPDATE SET published_at = excluded.published_at, folded = excluded.folded{change}
"""
_SQLITE_UPSERT = text(_UPSERT.format(column="", value="", change="")).bindparams(_MOMENT)
_POSTGRESQL_UPSERT = text(
    _UPSERT.format(
        column=", tokens",
        value=", array_to_tsvector(CAST(:tokens AS text[]))",
        change=", tokens = excluded.tokens",
    )
).bindparams(_MOMENT)
_SQLITE_UNINDEX = text("DELETE FROM search_index WHERE rowid = :id")
_SQLITE_INDEX = text("INSERT INTO search_index (rowid, tokens) VALUES (:id, :tokens)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found: `(kind, target_id)` names it, `text` is what is searched."""

    kind: str
    target_id: int
    published_at: datetime
    text: str


def store(kind: str, target_id: int, published_at: datetime, text: str) -> None:
    """Make a thing findable by `text` (plain, any length; see `tokens.TEXT_LENGTH`), instead of what was stored for it.

    A thing stored again keeps its place in the order of results; one removed and stored again becomes the newest.
    """
    store_many([Entry(kind, target_id, published_at, text)])


def store_many(entries: Iterable[Entry]) -> int:
    """Store entries as `store` does, in chunks, newest last; how many. No two of them may name the same thing."""
    total, rest = 0, iter(entries)
    while chunk := list(islice(rest, CHUNK)):
        if is_sqlite():
            _store_sqlite(chunk)
        else:
            rows = [_row(entry) for entry in chunk]
            db.session.execute(_POSTGRESQL_UPSERT, [row | {"tokens": tokens(row["folded"])} for row in rows])
        total += len(chunk)
    return total


def remove(kind: str, target_id: int) -> None:
    """Make a thing unfindable; no harm if it never was."""
    found = db.session.execute(
        text("DELETE FROM search_document WHERE kind = :kind AND target_id = :target_id RETURNING id"),
        {"kind": kind, "target_id": target_id},
    ).scalar()
    if found is not None and is_sqlite():
        db.session.execute(_SQLITE_UNINDEX, {"id": found})


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "target_id": entry.target_id,
        "published_at": entry.published_at,
        "folded": folded(entry.text),
    }


def _store_sqlite(chunk: Sequence[Entry]) -> None:
    """The index is a table of its own: take out what was stored before, then add all rows anew."""
    known = _document_ids(chunk)
    if known:
        db.session.execute(_SQLITE_UNINDEX, [{"id": number} for number in known.values()])
    rows = [_row(entry) for entry in chunk]
    db.session.execute(_SQLITE_UPSERT, rows)
    numbers = known if len(known) == len(chunk) else _document_ids(chunk)
    indexed = [
        {"id": numbers[row["kind"], row["target_id"]], "tokens": " ".join(tokens(row["folded"]))}
        for row in rows
    ]
    db.session.execute(_SQLITE_INDEX, indexed)


def _document_ids(chunk: Sequence[Entry]) -> dict[tuple[str, int], int]:
    """The document ids of those entries that are stored already."""
    found: dict[tuple[str, int], int] = {}
    for kind in {entry.kind for entry in chunk}:
        targets = [entry.target_id for entry in chunk if entry.kind == kind]
        document = select(SearchDocument.target_id, SearchDocument.id)
        query = document.where(SearchDocument.kind == kind, SearchDocument.target_id.in_(targets))
        found.update({(kind, row.target_id): row.id for row in db.session.execute(query)})
    return found
