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

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

PAGE_SIZE = 25
LAST = "b."

# Begins the names of the parameters of the statements; a query's own must be named otherwise.
_KEY = "keyset_key_"

Key = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True)
class Page:
    """Rows of one page, in order, with the cursors of its neighbours (None where there is none)."""

    rows: Sequence[Any]
    next_cursor: str | None
    previous_cursor: str | None
    next_url: str | None = None
    previous_url: str | None = None


class Keyset:
    """A query sorted by `keys` (all in one direction, the last one unique), to be read by the page.

    Its statements are built once, which takes twice as long as running one: hot lists keep theirs. The rows must
    carry the keys as attributes of the same names.
    """

    def __init__(self, query: Select[Any], keys: Sequence[Key], *, descending: bool = True) -> None:
        self._query, self._keys, self._descending = query, keys, descending
        self._statements: dict[tuple[bool, bool, int], Select[Any]] = {}

    def page(
        self, session: Session, *, cursor: str | None = None, size: int = PAGE_SIZE, **parameters: Any
    ) -> Page:
        """One page; `cursor` comes from an earlier page, or is `LAST`; `parameters` are those of the query."""
        backwards, values = read_cursor(cursor, self._keys)
        continued = values is not None
        here = {f"{_KEY}{number}": value for number, value in enumerate(values or ())}
        statement = self._statement(backwards, continued, size + 1)
        rows: Sequence[Any] = session.execute(statement, {**parameters, **here}).all()
        if not rows and continued:
            # All that was beyond the cursor has gone since: the page at that end is what is left to see.
            return self.page(session, cursor=None if backwards else LAST, size=size, **parameters)
        more = len(rows) > size
        rows = rows[:size]
        if backwards:
            rows = rows[::-1]
        return Page(
            rows,
            _write("a", rows[-1], self._keys) if rows and (continued if backwards else more) else None,
            _write("b", rows[0], self._keys) if rows and (more if backwards else continued) else None,
        )

    def _statement(self, backwards: bool, continued: bool, limit: int) -> Select[Any]:
        kept = self._statements.get((backwards, continued, limit))
        if kept is not None:
            return kept
        keys, query, down = self._keys, self._query, self._descending != backwards
        if continued:
            row = tuple_(*keys)
            here = tuple_(*[bindparam(f"{_KEY}{number}", type_=key.type) for number, key in enumerate(keys)])
            query = query.where(row < here if down else row > here)
        # The limit is written out: not knowing it, PostgreSQL plans the statement anew each time it is run.
        made = query.order_by(*[key.desc() if down else key.asc() for key in keys]).limit(
            literal_column(str(limit))
        )
        return self._statements.setdefault((backwards, continued, limit), made)


def keyset_page(
    session: Session,
    query: Select[Any],
    keys: Sequence[Key],
    *,
    cursor: str | None = None,
    descending: bool = True,
    size: int = PAGE_SIZE,
) -> Page:
    """One page of a query that is made for this once; see `Keyset`."""
    return Keyset(query, keys, descending=descending).page(session, cursor=cursor, size=size)


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
