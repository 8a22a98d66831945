"""The database as every connection finds it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import StatementError

from portal.core.db import begin_reading, begin_writing, db, is_sqlite
from portal.search.models import SearchDocument
from tests.kit.client import PageClient


def pragma(name: str) -> object:
    return db.session.execute(text(f"PRAGMA {name}")).scalar()


def test_sqlite_loses_nothing_that_was_acknowledged_and_checks_references(app: Flask) -> None:
    if not is_sqlite():
        assert db.session.execute(text("SHOW synchronous_commit")).scalar() == "on"
        return
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1
    assert int(str(pragma("busy_timeout"))) >= 5000


def test_whoever_may_write_takes_the_lock_at_the_beginning(app: Flask) -> None:
    """So that a request that reads first and writes later is never refused for what another wrote in between."""
    if not is_sqlite():
        return
    begin_writing()
    db.session.execute(text("SELECT 1"))
    with db.engine.connect() as other:
        begin_reading()
        assert other.execute(text("SELECT 1")).scalar() == 1
        other.rollback()
        begin_writing()
        raw = other.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout=0")
        with pytest.raises(Exception, match="locked"):
            raw.execute("BEGIN IMMEDIATE")
        raw.execute("PRAGMA busy_timeout=20000")


def test_moments_come_back_in_utc_whatever_zone_they_had(app: Flask) -> None:
    beijing = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    db.session.add(SearchDocument(kind="x", target_id=1, published_at=beijing, folded=""))
    db.session.commit()
    found = db.session.scalars(db.select(SearchDocument.published_at)).one()
    assert found == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_moment_without_zone_is_refused(app: Flask) -> None:
    naive = datetime(2026, 1, 1)
    db.session.add(SearchDocument(kind="x", target_id=1, published_at=naive, folded=""))
    with pytest.raises(StatementError, match="without time zone"):
        db.session.flush()


def test_a_connection_that_the_server_ended_while_idle_is_replaced(client: PageClient) -> None:
    """So a restart of PostgreSQL fails no request that comes after it."""
    if is_sqlite():
        return
    # The one that pages use, back in the pool; ended from another.
    ended = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    db.session.remove()
    other = create_engine(db.engine.url)
    with other.connect() as admin:
        assert admin.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended}).scalar_one()
    other.dispose()
    client.get("/", status=200)
    assert db.session.execute(text("SELECT pg_backend_pid()")).scalar_one() != ended


def test_a_page_begins_no_transaction_and_what_follows_does(client: PageClient) -> None:
    within = []

    def note(connection: Connection, *_rest: object) -> None:
        driver = cast(Any, connection.connection.driver_connection)
        idle = (
            not driver.in_transaction
            if is_sqlite()
            else driver.info.transaction_status == TransactionStatus.IDLE
        )
        within.append(not idle)

    event.listen(db.engine, "after_cursor_execute", note)
    try:
        client.get("/")
        assert within
        assert not any(within)
        within.clear()
        db.session.execute(text("SELECT 1"))
        assert within[-1]
    finally:
        event.remove(db.engine, "after_cursor_execute", note)
