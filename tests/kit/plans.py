"""How the database would carry a query out: for tests that a list is read from its index."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from portal.core.db import db, is_sqlite


def plan_of(read: Callable[[], object], containing: str) -> str:
    """The plan of the last statement that `read` executes and that contains the words `containing`."""
    seen: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if containing in statement:
            seen.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    if not is_sqlite():
        # A few rows are quicker read and sorted as a whole; what matters is whether the index could serve many.
        for way in ("seqscan", "bitmapscan", "sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    statement, parameters = seen[-1]
    return "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
