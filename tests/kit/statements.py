"""What is asked of the database: for tests that no hot page asks more than it did."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from portal.core.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements executed within the block, in their order; savepoints are among them, and `COMMIT` for each commit."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(" ".join(statement.split()))

    def committed(_conn: Any) -> None:
        seen.append("COMMIT")

    sa.event.listen(db.engine, "before_cursor_execute", note)
    sa.event.listen(db.engine, "commit", committed)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
        sa.event.remove(db.engine, "commit", committed)


def of_tables(seen: list[str]) -> list[str]:
    """Those of `statements` that are not about the transaction itself (SQLite begins its own)."""
    return [statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA"))]
