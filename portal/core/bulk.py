"""Inserting many rows at once, past the ORM."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, text

from portal.core.db import Model, db, is_sqlite

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")


def fresh_ids(model: type[Model], count: int) -> list[int]:
    """`count` ascending ids for new rows of `model` (whose key is `id`), nobody else's.

    Known beforehand, so that rows of several tables can be inserted without asking for each id. On SQLite they
    hold because a transaction that may write keeps other writers out from its beginning; on PostgreSQL they come
    from the table's sequence.
    """
    table: Any = model.__table__
    if is_sqlite():
        last = db.session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
        return list(range(last + 1, last + 1 + count))
    return sorted(db.session.scalars(_NEXT, {"table": table.name, "count": count}))


def insert_rows(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows` (column → value, the same columns in each) as they are; no signal, no ORM default is missed."""
    if rows:
        table: Any = model.__table__
        db.session.connection().execute(insert(table), rows)
