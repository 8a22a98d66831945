"""The audit log: it only grows, it is sealed in order, and whatever is done to it afterwards shows."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.audit.models import AuditEvent, AuditSeal
from portal.audit.operations import LATE, record, seal_events
from portal.audit.queries import Broken, Fault, verify_chain
from portal.core import clock
from portal.core.db import db, is_sqlite
from portal.core.rights import Actor

MOMENT = datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)


def add_events(count: int) -> list[int]:
    """Record and commit `count` events; their ids."""
    before = db.session.scalar(sa.select(sa.func.max(AuditEvent.id))) or 0
    with clock.fixed(MOMENT):
        for number in range(count):
            record(
                Actor(7, "王某", network_key="k" * 64),
                "opinion_published",
                "opinion",
                number,
                board="献策",
                n=number,
            )
            db.session.flush()
    db.session.commit()
    return list(
        db.session.scalars(sa.select(AuditEvent.id).where(AuditEvent.id > before).order_by(AuditEvent.id))
    )


def seal() -> int:
    count = seal_events()
    db.session.commit()
    return count


def tamper(statement: str, **values: object) -> None:
    """Change the log as somebody with the database's own powers can: triggers and foreign keys out of the way."""
    db.session.remove()
    with db.engine.connect() as connection:
        _set_guards(connection, on=False)
        connection.execute(sa.text(statement), values)
        connection.commit()
        _set_guards(connection, on=True)


def _set_guards(connection: sa.Connection, on: bool) -> None:
    if not is_sqlite():
        connection.exec_driver_sql(f"SET session_replication_role = {'origin' if on else 'replica'}")
        connection.commit()
        return
    # Outside a transaction, or SQLite ignores it.
    raw = connection.connection.driver_connection
    assert raw
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    for (name,) in (
        [] if on else raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    ):
        raw.execute(f'DROP TRIGGER "{name}"')


@pytest.fixture
def sealed(app: Flask) -> list[int]:
    """The ids of five sealed events."""
    events = add_events(5)
    assert seal() == 5
    return events


def test_events_are_chained_in_order_and_once(app: Flask) -> None:
    first = add_events(3)
    assert seal() == 3
    second = add_events(2)
    assert seal() == 2
    assert seal() == 0
    links = db.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id)).all()
    assert [link.id for link in links] == [1, 2, 3, 4, 5]
    assert [link.event_id for link in links] == first + second
    assert [link.previous_hash for link in links] == ["0" * 64, *[link.hash for link in links[:-1]]]


def test_the_hash_is_the_documented_formula(app: Flask) -> None:
    number = add_events(1)[0]
    seal()
    canonical = json.dumps(
        [number, "2026-11-22T01:02:03.456789+00:00", "opinion_published", 7, "王某", "k" * 64, "opinion", "0",
         {"board": "献策", "n": 0}],
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    expected = hashlib.sha256(f"{'0' * 64}\n{canonical}".encode()).hexdigest()
    assert db.session.scalar(sa.select(AuditSeal.hash)) == expected


def test_a_long_log_is_sealed_batch_by_batch(app: Flask) -> None:
    add_events(25)
    assert [seal_events(limit=10), seal_events(limit=10), seal_events(limit=10)] == [10, 10, 5]
    db.session.commit()
    assert verify_chain().sealed == 25


def test_an_event_committed_late_is_sealed_after_later_ones(app: Flask) -> None:
    numbers = add_events(1)
    add_at(numbers[0] + 2)
    assert seal() == 2
    add_at(numbers[0] + 1)
    assert seal() == 1
    assert verify_chain().broken is None


def test_an_event_committed_very_late_is_found_by_the_thorough_look(app: Flask) -> None:
    add_at(LATE + 100)
    seal()
    add_at(5)
    assert seal() == 0
    assert verify_chain().unsealed == 1
    assert seal_events(thorough=True) == 1
    db.session.commit()
    assert verify_chain().unsealed == 0


def add_at(number: int) -> None:
    """Commit an event with the given id."""
    db.session.add(
        AuditEvent(
            id=number, at=MOMENT, action="a", actor_name="", target_kind="t", target_id="1", details={}
        )
    )
    db.session.commit()


def test_a_second_link_to_the_same_one_is_refused(sealed: list[int]) -> None:
    add_events(1)
    tip = db.session.scalar(sa.select(AuditSeal.previous_hash).where(AuditSeal.id == 5))
    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.insert(AuditSeal).values(id=6, event_id=sealed[-1] + 1, previous_hash=tip, hash="f" * 64)
        )
    db.session.rollback()


def test_an_untouched_chain_verifies(sealed: list[int]) -> None:
    add_events(2)
    report = verify_chain()
    tip = db.session.scalar(sa.select(AuditSeal.hash).where(AuditSeal.id == 5))
    assert (report.sealed, report.unsealed, report.tip, report.broken) == (5, 2, tip, None)


COLUMN_CHANGES = {
    "at": "'2020-01-01 00:00:00'",
    "action": "'opinion_rejected'",
    "actor_id": "8",
    "actor_name": "''",
    "network_key": "NULL",
    "target_kind": "'case'",
    "target_id": "'9'",
    "details": "'{}'",
}


@pytest.mark.parametrize("column", COLUMN_CHANGES)
def test_a_change_of_any_column_of_an_event_shows(sealed: list[int], column: str) -> None:
    tamper(f"UPDATE audit_event SET {column} = {COLUMN_CHANGES[column]} WHERE id = :id", id=sealed[2])
    report = verify_chain()
    assert report.broken == Broken(3, sealed[2], Fault.EVENT_CHANGED)
    assert report.sealed == 2


def test_every_column_of_an_event_is_among_those_changes() -> None:
    assert set(COLUMN_CHANGES) | {"id"} == set(AuditEvent.__table__.columns.keys())


@pytest.mark.parametrize(
    ("statement", "seal_id", "event", "fault"),
    [
        ("DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_seal WHERE id = 3)", 3, 2, Fault.EVENT_GONE),
        ("DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_seal WHERE id = 5)", 5, 4, Fault.EVENT_GONE),
        ("DELETE FROM audit_seal WHERE id = 3", 3, None, Fault.SEAL_GONE),
        ("DELETE FROM audit_seal WHERE id = 1", 1, None, Fault.SEAL_GONE),
        ("UPDATE audit_seal SET hash = lower('ABCD') WHERE id = 3", 3, 2, Fault.SEAL_CHANGED),
        ("UPDATE audit_seal SET previous_hash = 'abcd' WHERE id = 3", 3, 2, Fault.SEAL_CHANGED),
        ("UPDATE audit_seal SET id = 0 WHERE id = 1", 1, 0, Fault.SEAL_CHANGED),
        ("UPDATE audit_event SET action = 'x' WHERE id = (SELECT event_id FROM audit_seal WHERE id = 5)",
         5, 4, Fault.EVENT_CHANGED),
    ],
)  # fmt: skip
def test_what_was_done_to_the_log_is_named(
    sealed: list[int], statement: str, seal_id: int, event: int | None, fault: Fault
) -> None:
    tamper(statement)
    assert verify_chain().broken == Broken(seal_id, None if event is None else sealed[event], fault)


def test_only_the_first_broken_link_is_named(sealed: list[int]) -> None:
    tamper("UPDATE audit_event SET action = 'x' WHERE id >= :id", id=sealed[1])
    assert verify_chain().broken == Broken(2, sealed[1], Fault.EVENT_CHANGED)


def refused(app: Flask, statement: str) -> bool:
    """Whether the application's own connection is not let through, and leaves nothing changed."""
    try:
        db.session.execute(sa.text(statement))
    except DBAPIError as error:
        db.session.rollback()
        return "only grows" in str(error.orig)
    db.session.rollback()
    return False


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "DELETE FROM {} WHERE id > 2"]
)
def test_the_application_cannot_change_the_log(
    app: Flask, sealed: list[int], table: str, statement: str
) -> None:
    assert refused(app, statement.format(table))
    assert verify_chain().sealed == 5


REPLACE = {
    "audit_event": "INSERT OR REPLACE INTO audit_event (id, at, action, actor_name, target_kind, target_id, details) "
    "SELECT id, at, 'x', actor_name, target_kind, target_id, details FROM audit_event",
    "audit_seal": "INSERT OR REPLACE INTO audit_seal (id, event_id, previous_hash, hash) "
    "SELECT id, event_id, previous_hash, 'x' FROM audit_seal",
}


@pytest.mark.parametrize("table", REPLACE)
def test_the_application_cannot_replace_or_truncate_the_log(
    app: Flask, sealed: list[int], table: str
) -> None:
    assert refused(app, REPLACE[table] if is_sqlite() else f"TRUNCATE {table} CASCADE")
    assert verify_chain().broken is None


Verify = Callable[..., tuple[int, str]]


@pytest.fixture
def verify(app: Flask) -> Verify:
    """`flask audit verify` with arguments: exit status and standard output."""

    def run(*arguments: str) -> tuple[int, str]:
        db.session.remove()
        result = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
        return result.exit_code, result.stdout

    return run


def test_the_command_says_how_many_are_sealed(sealed: list[int], verify: Verify) -> None:
    add_events(1)
    code, said = verify()
    assert code == 0
    assert "已封存 5 条" in said and "待封存：1 条" in said


def test_the_command_names_the_first_broken_link(sealed: list[int], verify: Verify) -> None:
    tamper("UPDATE audit_event SET action = 'x' WHERE id = :id", id=sealed[3])
    code, said = verify()
    assert code == 1
    assert "第 4 环" in said and "事件被改动" in said
    code, said = verify("--json")
    report = json.loads(said)
    assert code == 1 and report["ok"] is False and report["sealed"] == 3
    assert report["broken"] == {"seal_id": 4, "event_id": sealed[3], "fault": "event_changed"}


def test_an_empty_log_is_whole(app: Flask, verify: Verify) -> None:
    code, said = verify("--json")
    assert code == 0
    assert json.loads(said) == {"ok": True, "sealed": 0, "unsealed": 0, "tip": "0" * 64, "broken": None}
