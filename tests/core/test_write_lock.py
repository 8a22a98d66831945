"""One writes at a time on SQLite: who comes second waits, and is told when it takes too long; readers do not wait."""

import sqlite3
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
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
        self.asked, self._step, self._then = 0, step, then

    def monotonic(self) -> float:
        """Asked before the first try, and after each that failed."""
        self.asked += 1
        if self.asked == 3 and callable(self._then):
            self._then()
        return self.asked * self._step


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
