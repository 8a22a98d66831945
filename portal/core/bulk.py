"""Inserting rows past the ORM: many into one table, or one into each of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import TextClause, bindparam, func, insert, select, text

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


@dataclass(frozen=True, slots=True)
class IdOf:
    """In a row for `insert_linked`: the id that the row at `place` among the others is given."""

    place: int


TableRow = tuple[type[Model], dict[str, Any]]


def insert_linked(rows: Sequence[TableRow]) -> list[int] | None:
    """Insert one row (column → value; the others get their defaults) into each of several tables; their ids.

    A value may be `IdOf` an earlier row. None, and nothing is inserted, where a unique column of the first row has its
    value already; waits for whoever is just inserting the same. All is one statement where the database takes that.
    """
    whole = [(model, _defaults(model) | row) for model, row in rows]
    return _inserted_in_turn(whole) if is_sqlite() else _inserted_at_once(whole)


@cache
def _defaults(model: type[Model]) -> dict[str, Any]:
    """What the model puts into columns that a row leaves out; none of these models computes it."""
    table: Any = model.__table__
    return {column.name: column.default.arg for column in table.c if column.default is not None}


def _inserted_in_turn(rows: Sequence[TableRow]) -> list[int] | None:
    ids: list[int] = []
    for model, row in rows:
        values = {name: ids[value.place] if isinstance(value, IdOf) else value for name, value in row.items()}
        statement = _insert_one(model, tuple(values), unless_there=not ids)
        found = db.session.connection().execute(statement, values).scalar()
        if found is None:
            return None
        ids.append(found)
    return ids


def _inserted_at_once(rows: Sequence[TableRow]) -> list[int] | None:
    shape = []
    values: dict[str, Any] = {}
    for place, (model, row) in enumerate(rows):
        taken = {name: value.place for name, value in row.items() if isinstance(value, IdOf)}
        shape.append((model, tuple((name, taken.get(name)) for name in row)))
        values |= {f"{name}_{place}": value for name, value in row.items() if name not in taken}
    found = db.session.connection().execute(_insert_all(tuple(shape)), values).first()
    return None if found is None else list(found)


# Written out: SQLAlchemy compiles an insert with ON CONFLICT anew each time it is run.


@cache
def _insert_one(model: type[Model], names: tuple[str, ...], *, unless_there: bool) -> TextClause:
    table: Any = model.__table__
    values = ", ".join(f":{name}" for name in names)
    conflict = " ON CONFLICT DO NOTHING" if unless_there else ""
    words = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}){conflict} RETURNING id"
    return text(words).bindparams(*[bindparam(name, type_=table.c[name].type) for name in names])


@cache
def _insert_all(shape: tuple[tuple[type[Model], tuple[tuple[str, int | None], ...]], ...]) -> TextClause:
    """Of each row its table, and its columns, each with the place of the row whose id it takes, if it takes one.

    Each insert selects from the rows whose ids it takes, and from the first, without which there is nothing to do.
    """
    parts, parameters = [], []
    for place, (model, columns) in enumerate(shape):
        table: Any = model.__table__
        values = []
        for name, of in columns:
            column = table.c[name]
            if of is None:
                parameters.append(bindparam(f"{name}_{place}", type_=column.type))
                values.append(f":{name}_{place}")
            else:
                values.append(
                    f"CAST(row_{of}.id AS {'BIGINT' if column.type.python_type is int else 'TEXT'})"
                )
        sources = ", ".join(
            f"row_{of}" for of in sorted({0, *[of for _name, of in columns if of is not None]})
        )
        rest = f"FROM {sources}" if place else "ON CONFLICT DO NOTHING"
        names = ", ".join(name for name, _of in columns)
        insertion = f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)} {rest} RETURNING id"
        parts.append(f"row_{place} AS ({insertion})")
    made = [f"row_{place}" for place in range(len(shape))]
    ids = ", ".join(f"{row}.id" for row in made)
    return text(f"WITH {', '.join(parts)} SELECT {ids} FROM {', '.join(made)}").bindparams(*parameters)
