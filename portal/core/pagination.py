"""Keyset paging: the last page of a million rows costs what the first one costs.

A cursor names the row beside which a page begins: `a.` (after) or `b.` (before) and the values of the sort columns.
A cursor that cannot be read is taken as none: the first page.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE_SIZE = 25
LAST = "b."

Key = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True)
class Page:
    """Rows of one page, in order, with the cursors of its neighbours (None where there is none)."""

    rows: Sequence[Any]
    next_cursor: str | None
    previous_cursor: str | None
    next_url: str | None = None
    previous_url: str | None = None


def keyset_page(
    session: Session,
    query: Select[Any],
    keys: Sequence[Key],
    *,
    cursor: str | None = None,
    descending: bool = True,
    size: int = PAGE_SIZE,
) -> Page:
    """One page of `query` sorted by `keys` (all in one direction, the last one unique).

    The rows must carry the keys as attributes of the same names. `cursor` comes from an earlier page, or is `LAST`.
    """
    backwards, values = read_cursor(cursor, keys)
    down = descending != backwards
    if values is not None:
        row, here = tuple_(*keys), tuple_(*values)
        query = query.where(row < here if down else row > here)
    query = query.order_by(*[key.desc() if down else key.asc() for key in keys]).limit(size + 1)
    rows = list(session.execute(query).all())
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = more if not backwards else values is not None
    has_previous = more if backwards else values is not None
    return Page(
        rows,
        _write("a", rows[-1], keys) if rows and has_next else None,
        _write("b", rows[0], keys) if rows and has_previous else None,
    )


def _write(side: str, row: Any, keys: Sequence[Key]) -> str:
    values = [getattr(row, str(key.key)) for key in keys]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    packed = json.dumps(plain, separators=(",", ":")).encode()
    return f"{side}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def read_cursor(cursor: str | None, keys: Sequence[Key]) -> tuple[bool, list[Any] | None]:
    """Whether the page lies before the cursor, and the values it names; junk reads as the first page."""
    if cursor == LAST:
        return True, None
    if not cursor or len(cursor) > 500 or cursor[:2] not in ("a.", "b."):
        return False, None
    packed = cursor[2:]
    try:
        plain = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        values = [_typed(value, key) for value, key in zip(plain, keys, strict=True)]
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return False, None
    return cursor[0] == "b", values


def _typed(value: Any, key: Key) -> Any:
    wanted = key.type.python_type
    if wanted is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment without time zone")
        return moment
    if wanted is int and type(value) is int and abs(value) < 2**62:
        return value
    if wanted is str and isinstance(value, str):
        return value
    raise ValueError("a value of another type")
