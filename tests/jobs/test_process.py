"""The runner as a process of its own: killed, stopped, started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.audit.models import AuditSeal
from portal.audit.operations import record
from portal.config import ROOT
from portal.core.db import db, reading
from portal.core.rights import SYSTEM
from portal.jobs.queue import Runner, every
from portal.jobs.states import STALE_SECONDS, JobState
from portal.search.models import SearchDocument
from portal.search.queries import search
from tests.conftest import SECRETS
from tests.jobs.test_runner import ask, beat_at, look
from tests.jobs.work import CHUNK, CHUNKS
from tests.kit.databases import TestDatabase

Process = subprocess.Popen[str]
Start = Callable[[], Process]


@pytest.fixture
def start(job_app: Flask, database: TestDatabase) -> Iterator[Start]:
    """Starts runner processes on the test's database; ends those that still run."""
    started: list[Process] = []

    def begin() -> Process:
        db.session.remove()
        environment = {
            **os.environ, **SECRETS, "DATABASE_URL": database.url, "INSTANCE_DIR": str(database.folder),
            "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.process"],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        process.wait(30)


def said(process: Process) -> str:
    """The next line that the job in the process prints."""
    assert process.stdout
    return process.stdout.readline().strip()


def let_go(process: Process) -> None:
    """Let the job in the process go on from half-way."""
    stdin: IO[str] | None = process.stdin
    assert stdin
    stdin.close()


def documents() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchDocument)) or 0


def test_a_job_killed_half_way_is_run_again_to_one_result(start: Start) -> None:
    job_id = ask("index", text="公交")
    first = start()
    assert said(first) == "half"
    first.send_signal(signal.SIGKILL)
    first.wait(30)
    job = look(job_id)
    assert (job.state, job.attempts, job.percent) == (JobState.RUNNING, 1, 75)
    assert documents() == 3 * CHUNK

    beat_at(job_id, STALE_SECONDS + 1)
    second = start()
    assert said(second) == "half"
    let_go(second)
    assert said(second) == "whole"
    second.send_signal(signal.SIGTERM)
    assert second.wait(30) == 0
    job = look(job_id)
    assert (job.state, job.attempts, job.percent) == (JobState.DONE, 2, 100)
    assert documents() == CHUNKS * CHUNK
    assert len(search("公交", kind="job", size=1000).rows) == CHUNKS * CHUNK


def seals() -> int:
    """How many links the audit log's chain has."""
    with reading():
        count = db.session.scalar(sa.select(sa.func.count()).select_from(AuditSeal)) or 0
        db.session.rollback()
    return count


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_runner_hands_its_job_back(start: Start, number: signal.Signals) -> None:
    job_id = ask("linger")
    first = start()
    assert said(first) == "begun"
    first.send_signal(number)
    assert first.wait(40) == 0
    job = look(job_id)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_a_stop_is_heard_before_any_job_may_begin(job_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    consumer = Runner(job_app, 1)._consumer
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    heard = []
    monkeypatch.setattr(consumer.scheduler, "start", lambda: heard.append(signal.getsignal(signal.SIGTERM)))
    monkeypatch.setattr(consumer, "worker_threads", [])
    try:
        consumer.start()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert heard == [consumer._handle_signal]


def test_the_runner_seals_the_audit_log_while_it_works(start: Start) -> None:
    record(SYSTEM, "demo_loaded", "campaign", 1)
    db.session.commit()
    job_id = ask("index", text="公交")
    process = start()
    assert said(process) == "half"
    deadline = time.monotonic() + 30
    while not seals() and time.monotonic() < deadline:
        assert process.poll() is None
    assert seals() == 1
    let_go(process)
    assert said(process) == "whole"
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    assert look(job_id).state == JobState.DONE


def test_a_timetable_is_due_at_once_and_then_rests() -> None:
    due = every(3600)
    assert [due(None), due(None), due(None)] == [True, False, False]
    assert every(0)(None)


def test_a_web_worker_does_not_load_the_runner(tmp_path: Path) -> None:
    code = "import json, sys, wsgi; print(json.dumps([m for m in sys.modules if m.split('.')[0] == 'huey']))"
    environment = {**os.environ, **SECRETS, "INSTANCE_DIR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == []


def test_the_command_lists_the_newest_jobs(job_app: Flask) -> None:
    older = ask("index", text="甲")
    newer = ask("refuse")
    listed = job_app.test_cli_runner().invoke(args=["jobs", "list", "--json"])
    assert {job["id"] for job in json.loads(listed.stdout)} == {older, newer}
    shown = job_app.test_cli_runner().invoke(args=["jobs", "list", "--limit", "1"])
    assert "排队中 0%" in shown.stdout and len(shown.stdout.splitlines()) == 1


def test_the_command_says_that_there_are_none(job_app: Flask) -> None:
    assert "还没有后台任务" in job_app.test_cli_runner().invoke(args=["jobs", "list"]).stdout
