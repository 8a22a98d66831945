"""How migrations take turns, what a comparison of models and database looks at, and how it writes types down. Shared with the
tests.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, func, select

from portal.core.db import UTCDateTime

# Any number that no other lock of the database has.
_LOCK = 7_204_115

# Tables and columns that only one database has, made by hand in migrations: the search index of each.
BY_HAND = {"search_index"}


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Have several machines, or commands, that migrate one database at the same time wait for each other.

    Each looks for what is left to do when it is its turn. `connection` must be in no transaction.
    """
    if connection.dialect.name == "sqlite":
        # SQLite's own lock would be given up between two migrations. A file of SQLite lies on one machine's disk.
        folder = os.open(os.path.dirname(connection.engine.url.database or "") or ".", os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
        return
    connection.execute(select(func.pg_advisory_lock(_LOCK)))
    connection.commit()  # the lock is the connection's and stays
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(select(func.pg_advisory_unlock(_LOCK)))
        connection.commit()


def include_object(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """What a comparison of models and database looks at."""
    if kind == "table":
        return not any(name == own or str(name).startswith(f"{own}_") for own in BY_HAND)
    return not (kind in ("column", "index") and name in ("tokens", "ix_search_document_tokens"))


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write the portal's own types as SQLAlchemy's, so that old migrations never depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False
