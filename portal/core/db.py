"""The database: one `db` for all slices, the same rules on SQLite and PostgreSQL."""

import select
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, event, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC: SQLite keeps no time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without time zone; store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every model inherits: constraint names that migrations can rely on."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    # Type checkers cannot see through Flask-SQLAlchemy's class made at run time.
    Model = Base
else:
    Model = db.Model
    Model.registry.update_type_annotation_map({datetime: UTCDateTime})

PATIENCE_MS = 20_000
_NAP_SECONDS = 0.0005  # between two tries for the write lock: SQLite's own naps soon take 100 ms, while the file lies idle

# Of the threads of this process one tries for the write lock of a database; the others wait for their turn. What keeps
# writers apart is SQLite's lock alone: who has waited in vain for a turn tries without one.
_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_TURN = "turn"
_PRIMARY_CODE = 0xFF  # of an error of SQLite: the rest says more closely what kept it busy

# A SQLite transaction that reads first and writes later fails at once when another wrote in between. So whoever
# may write takes the write lock at the beginning; only requests that merely read begin without it.
_reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)
# On PostgreSQL each statement of a transaction sees what is committed when it begins (READ COMMITTED), so a request
# that only reads sees the same without one, and saves the server its beginning and its end. SQLite does alike.
_statement_by_statement: ContextVar[bool] = ContextVar("statement_by_statement", default=False)
_NO_TRANSACTION = "no_transaction"


def begin_reading() -> None:
    """Declare that what follows in this context only reads (a GET request)."""
    _reading_only.set(True)
    _statement_by_statement.set(True)


def begin_writing() -> None:
    """Declare that what follows in this context may write: the default, and every POST."""
    _reading_only.set(False)
    _statement_by_statement.set(False)


@contextmanager
def reading() -> Iterator[None]:
    """Within the block, new SQLite transactions take no write lock."""
    token = _reading_only.set(True)
    try:
        yield
    finally:
        _reading_only.reset(token)


@contextmanager
def reading_ahead() -> Iterator[None]:
    """Read in the block what a later write needs: the lock is taken only after it, by what writes first.

    What was read stays as it was loaded and belongs to no session any more.
    """
    token = _statement_by_statement.set(True)
    try:
        with reading():
            yield
    finally:
        _statement_by_statement.reset(token)
    db.session.close()


@event.listens_for(Engine, "connect")
def _set_pragmas(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    # NORMAL lost acknowledged rows in a simulated power cut; FULL lost none.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


@event.listens_for(Pool, "checkout")
def _refuse_the_gone(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have a new connection made where the server has ended this one: an idle socket with something to read.

    Asking the server itself before each request costs as much as a small query.
    """
    if isinstance(connection, sqlite3.Connection):
        return
    asked = select.poll()
    asked.register(connection.fileno(), select.POLLIN)
    if asked.poll(0):
        raise DisconnectionError("the database ended the connection while it was idle")


@event.listens_for(Pool, "checkin")
def _back_to_transactions(connection: Any, record: Any) -> None:
    if connection is not None and record.info.pop(_NO_TRANSACTION, False):
        connection.autocommit = False


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if _statement_by_statement.get():
        if not on_sqlite:
            connection.info[_NO_TRANSACTION] = True
            cast(Any, connection.connection.driver_connection).autocommit = True
    elif not on_sqlite:
        return
    elif _reading_only.get():
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_writing(connection)


def _begin_writing(connection: Connection) -> None:
    until = time.monotonic() + PATIENCE_MS / 1000
    _take_turn(connection)
    # Asked past SQLAlchemy, which takes a multiple of the time to say no.
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as error:
                if not is_busy(error) or time.monotonic() > until:
                    break
            time.sleep(_NAP_SECONDS)
        # Fails as before, in the words of SQLAlchemy.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")


def is_busy(error: sqlite3.Error) -> bool:
    """Whether SQLite says that somebody else holds the lock that was asked for."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE == sqlite3.SQLITE_BUSY


def _take_turn(connection: Connection) -> None:
    held = connection.connection.record_info
    turn = _turns.setdefault(connection.engine, threading.Lock())
    if held is not None and _TURN not in held and turn.acquire(timeout=PATIENCE_MS / 1000):
        held[_TURN] = turn


@event.listens_for(Pool, "checkin")
def _end_turn(_connection: Any, record: Any) -> None:
    turn = record.record_info.pop(_TURN, None)
    if turn is not None:
        turn.release()


def one_after_another(table: type[Model]) -> None:
    """Let all who add rows to `table` by what it holds wait here for each other, until their transactions end.

    On SQLite they do so anyway. Whoever reads or refers to a row waits for nobody, whoever writes to the table waits: call
    it before the first write to it.
    """
    if not is_sqlite():
        db.session.execute(text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def is_sqlite() -> bool:
    """Whether the portal's own database is SQLite."""
    return db.engine.dialect.name == "sqlite"
