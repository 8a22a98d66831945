"""Inserting rows past the ORM: many at once, or one whose columns are all known."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

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


@cache
def _insert_one(model: type[Model]) -> Insert:
    table: Any = model.__table__
    return insert(table).returning(table.c.id)


@cache
def _insert_unless_there(model: type[Model], on_sqlite: bool) -> Insert:
    table: Any = model.__table__
    made = sqlite.insert(table) if on_sqlite else postgresql.insert(table)
    return made.on_conflict_do_nothing().returning(table.c.id)


def insert_row(model: type[Model], row: dict[str, Any]) -> int:
    """Insert one row (column → value; the others get their defaults); its id."""
    return int(db.session.connection().execute(_insert_one(model), row).scalar_one())


def insert_unless_there(model: type[Model], row: dict[str, Any]) -> int | None:
    """Insert one row as `insert_row` does; None, and nothing is inserted, where a unique column has its value already.

    Waits for whoever is just inserting the same.
    """
    statement = _insert_unless_there(model, is_sqlite())
    found: int | None = db.session.connection().execute(statement, row).scalar()
    return found
