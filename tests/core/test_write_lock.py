"""One writes at a time on SQLite: who comes second waits, and is told when it takes too long; readers do not wait."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from portal.campaigns.queries import board_by_slug
from portal.core import db as ground
from portal.core.db import db, reading, reading_ahead
from tests.factories.campaigns import make_board

# PostgreSQL locks rows, not files.
sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class _Clock:
    """Stands where `time` stands: goes on by `step` seconds each time it is asked, and calls `then` at the third."""

    def __init__(self, step: float, then: object = None) -> None:
        self.asked, self.naps, self._step, self._then = 0, 0, step, then

    def monotonic(self) -> float:
        """Asked before the first try, and after each that failed."""
        self.asked += 1
        if self.asked == 3 and callable(self._then):
            self._then()
        return self.asked * self._step

    def sleep(self, _seconds: float) -> None:
        """Asked between two tries; nobody has to wait for this clock."""
        self.naps += 1


@pytest.fixture
def other(app: Flask) -> Iterator[sqlite3.Connection]:
    """Another program's connection to the same file, which holds the write lock."""
    path = db.engine.url.database
    assert path
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


@sqlite_only
def test_a_writer_waits_for_the_other(other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock(0.0, lambda: other.execute("COMMIT"))
    monkeypatch.setattr(ground, "time", clock)
    assert db.session.scalar(text("SELECT 1")) == 1
    assert clock.asked == 3
    assert db.session.scalar(text("PRAGMA busy_timeout")) == ground.PATIENCE_MS


@sqlite_only
def test_a_writer_is_told_when_it_takes_too_long(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "time", _Clock(ground.PATIENCE_MS / 1000 * 0.6))
    with pytest.raises(OperationalError, match="locked"):
        db.session.scalar(text("SELECT 1"))
    db.session.rollback()
    other.execute("COMMIT")
    assert db.session.scalar(text("SELECT 1")) == 1


def _committed() -> None:
    db.session.execute(text("SELECT 1"))
    db.session.commit()


def _rolled_back() -> None:
    db.session.execute(text("SELECT 1"))
    db.session.rollback()


def _failed() -> None:
    with pytest.raises(OperationalError, match="no such table"):
        db.session.execute(text("SELECT 1 FROM nowhere"))
    db.session.remove()


def _invalidated() -> None:
    db.session.execute(text("SELECT 1"))
    db.session.connection().invalidate()
    db.session.remove()


def _thrown_away() -> None:
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


@sqlite_only
@pytest.mark.parametrize("written", [_committed, _rolled_back, _failed, _invalidated, _thrown_away])
def test_a_turn_ends_with_the_transaction(app: Flask, written: Callable[[], None]) -> None:
    written()
    assert not ground._turns[db.engine].locked()


@sqlite_only
def test_a_turn_ends_where_the_lock_was_not_to_be_had(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "PATIENCE_MS", 0)
    with pytest.raises(OperationalError, match="locked"):
        db.session.execute(text("SELECT 1"))
    db.session.remove()
    assert not ground._turns[db.engine].locked()


class _Turn:
    """A turn that tells when somebody asks for it."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._lock = threading.Lock()
        self.release, self.locked = self._lock.release, self._lock.locked

    def acquire(self, timeout: float) -> bool:
        """Wait for the turn, at most so many seconds."""
        self.asked.set()
        return self._lock.acquire(timeout=timeout)


@sqlite_only
def test_threads_of_one_process_wait_for_their_turn_without_trying(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, turn = _Clock(0.0), _Turn()
    monkeypatch.setattr(ground, "time", clock)
    monkeypatch.setitem(ground._turns, db.engine, turn)
    engine = db.engine

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE later (one INTEGER)"))

    db.session.execute(text("CREATE TABLE first (one INTEGER)"))
    turn.asked.clear()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert turn.asked.wait(20)
        db.session.commit()
        writing.result()
    assert (clock.naps, turn.locked()) == (0, False)
    assert inspect(engine).has_table("later")


@sqlite_only
def test_who_has_waited_in_vain_for_a_turn_tries_all_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "PATIENCE_MS", 0)
    turn = ground._turns.setdefault(db.engine, threading.Lock())
    with turn:
        _committed()
        assert turn.locked()


@sqlite_only
def test_what_is_wrong_otherwise_is_told_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock(0.0)
    monkeypatch.setattr(ground, "time", clock)
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("BEGIN")
        with pytest.raises(OperationalError, match="within a transaction"):
            connection.execute(text("SELECT 1"))
    assert clock.naps == 0


@sqlite_only
def test_readers_do_not_wait(other: sqlite3.Connection) -> None:
    with reading():
        assert db.session.scalar(text("SELECT 1")) == 1


def test_what_was_read_ahead_serves_the_write_that_follows(app: Flask) -> None:
    slug = make_board().slug
    db.session.expire_all()
    db.session.commit()
    with reading_ahead():
        board = board_by_slug(slug)
    assert board is not None
    assert board not in db.session
    assert board.campaign.slug == "xianyice"
    make_board(slug, title="改了名的板块")
    assert board.title != "改了名的板块"
