"""Inserting rows past the ORM: many at once, or one whose columns are all known."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, TextClause, bindparam, func, insert, select, text

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
def _insert_unless_there(model: type[Model], names: tuple[str, ...]) -> TextClause:
    # Written out: SQLAlchemy compiles an insert with such a clause anew each time it is run.
    table: Any = model.__table__
    values = ", ".join(f":{name}" for name in names)
    words = (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) ON CONFLICT DO NOTHING RETURNING id"
    )
    return text(words).bindparams(*[bindparam(name, type_=table.c[name].type) for name in names])


def insert_row(model: type[Model], row: dict[str, Any]) -> int:
    """Insert one row (column → value; the others get their defaults); its id."""
    return int(db.session.connection().execute(_insert_one(model), row).scalar_one())


def insert_unless_there(model: type[Model], row: dict[str, Any]) -> int | None:
    """Insert one row (column → value; the others get what the database has for them); its id.

    None, and nothing is inserted, where a unique column has its value already. Waits for whoever is just inserting
    the same.
    """
    statement = _insert_unless_there(model, tuple(row))
    found: int | None = db.session.connection().execute(statement, row).scalar()
    return found
