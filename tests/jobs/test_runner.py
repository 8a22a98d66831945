"""Jobs are run once at a time, end as done or failed, and are taken up again when their runner has died."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db, reading
from portal.core.rights import Actor
from portal.jobs import operations, runner
from portal.jobs.models import Job
from portal.jobs.queries import waiting_job_ids
from portal.jobs.states import MAX_ATTEMPTS, STALE_SECONDS, JobState
from portal.search.models import SearchDocument
from tests.jobs import work

ACTOR = Actor(7, "王某")


def ask(kind: str, **arguments: object) -> str:
    """A committed job; its id. No transaction is left open, in whose way a runner could be."""
    job_id = operations.enqueue(kind, arguments, ACTOR).id
    db.session.commit()
    return job_id


def look(job_id: str) -> Job:
    """The job as it is in the database now."""
    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    db.session.expunge(job)
    db.session.rollback()
    return job


def run(app: Flask, job_id: str, stopping: bool = False) -> bool:
    return runner.run_job(app, job_id, lambda: stopping)


def beat_at(job_id: str, seconds_ago: float, **values: object) -> None:
    """Make the job's last heartbeat so old."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    db.session.execute(sa.update(Job).where(Job.id == job_id).values(heartbeat_at=moment, **values))
    db.session.commit()


def waiting() -> list[str]:
    """What a runner would take up."""
    found = list(waiting_job_ids(5))
    db.session.rollback()
    return found


def documents() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchDocument)) or 0


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A job `call` that notes its runs and reports half of the way."""
    noted: list[int] = []

    def note(progress: work.Progress) -> None:
        noted.append(len(noted))
        progress(50)

    monkeypatch.setattr(work, "to_call", note)
    return noted


def test_a_new_job_waits(job_app: Flask) -> None:
    job = look(ask("call", n=1))
    assert (job.state, job.percent, job.attempts, job.created_by) == (JobState.QUEUED, 0, 0, 7)
    assert job.arguments == {"n": 1}
    assert waiting() == [job.id]


def test_a_job_is_done_once(job_app: Flask, calls: list[int]) -> None:
    job_id = ask("call")
    assert run(job_app, job_id)
    job = look(job_id)
    assert (job.state, job.percent, job.attempts, job.error) == (JobState.DONE, 100, 1, None)
    assert job.finished_at
    assert not run(job_app, job_id)
    assert calls == [0]
    assert waiting() == []


def test_progress_is_seen_by_others_while_the_job_runs(
    job_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []

    def watch(progress: work.Progress) -> None:
        for percent in (-5, 30, 400):
            progress(percent)
            with reading(), db.engine.connect() as other:
                seen.append(tuple(other.execute(sa.select(Job.state, Job.percent)).one()))

    monkeypatch.setattr(work, "to_call", watch)
    run(job_app, ask("call"))
    assert seen == [("running", 0), ("running", 30), ("running", 99)]


def test_a_failing_job_says_why_and_leaves_nothing(job_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    job_id = ask("break_down")
    assert run(job_app, job_id)
    job = look(job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error and "ValueError" in job.error and "private" not in job.error
    assert "Traceback" in caplog.text and job_id in caplog.text
    assert documents() == 0
    assert waiting() == []


def test_a_refusal_is_shown_in_its_own_words(job_app: Flask) -> None:
    job_id = ask("refuse")
    run(job_app, job_id)
    assert look(job_id).error == "这个范围里没有意见。"


def test_a_job_of_unknown_kind_fails(job_app: Flask) -> None:
    job_id = ask("no_such_kind")
    run(job_app, job_id)
    assert look(job_id).state == JobState.FAILED


def test_of_two_runners_one_gets_the_job(job_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    both, ran, results = threading.Barrier(2), [], []
    monkeypatch.setattr(work, "to_call", lambda progress: ran.append(1))

    def compete(job_id: str) -> None:
        both.wait(10)
        results.append(run(job_app, job_id))

    for _round in range(10):
        job_id = ask("call")
        threads = [threading.Thread(target=compete, args=(job_id,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert look(job_id).attempts == 1
    assert len(ran) == 10
    assert sorted(results) == [False] * 10 + [True] * 10


def test_a_job_that_beats_is_left_alone(job_app: Flask, calls: list[int]) -> None:
    job_id = ask("call")
    beat_at(job_id, STALE_SECONDS - 10, state="running", attempts=1)
    assert waiting() == []
    assert not run(job_app, job_id)
    assert calls == []


@pytest.mark.parametrize("seconds_ago", [STALE_SECONDS + 1, -3600])
def test_a_job_that_stopped_beating_is_run_again(job_app: Flask, calls: list[int], seconds_ago: int) -> None:
    """A beat from the future is of a clock that was put back: that runner may be dead as well."""
    job_id = ask("call")
    beat_at(job_id, seconds_ago, state="running", attempts=1, percent=70)
    assert waiting() == [job_id]
    assert run(job_app, job_id)
    job = look(job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_is_not_tried_for_ever(job_app: Flask, calls: list[int]) -> None:
    job_id = ask("call")
    beat_at(job_id, STALE_SECONDS + 1, state="running", attempts=MAX_ATTEMPTS)
    assert waiting() == []
    assert not run(job_app, job_id)
    assert operations.fail_exhausted() == 1
    db.session.commit()
    job = look(job_id)
    assert job.state == JobState.FAILED and job.error
    assert operations.fail_exhausted() == 0


def test_a_job_goes_back_to_the_queue_when_the_runner_stops(job_app: Flask, calls: list[int]) -> None:
    job_id = ask("call")
    assert run(job_app, job_id, stopping=True)
    job = look(job_id)
    assert (job.state, job.attempts, job.percent) == (JobState.QUEUED, 0, 0)
    assert run(job_app, job_id)
    assert look(job_id).state == JobState.DONE


def take_over(job_id: str) -> None:
    """Let another runner take the job up, as if this one had been silent."""
    beat_at(job_id, STALE_SECONDS + 1)
    assert operations.claim(job_id)
    db.session.commit()


@pytest.mark.parametrize("reports", [True, False])
def test_a_runner_that_was_thought_dead_leaves_no_trace(
    job_app: Flask, monkeypatch: pytest.MonkeyPatch, reports: bool
) -> None:
    job_id = ask("call")

    def wake_up_late(progress: work.Progress) -> None:
        take_over(job_id)
        work.store_many([work.Entry("job", 1, datetime(2026, 1, 1, tzinfo=UTC), "x")])
        if reports:
            progress(80)

    monkeypatch.setattr(work, "to_call", wake_up_late)
    run(job_app, job_id)
    job = look(job_id)
    assert (job.state, job.attempts, job.percent) == (JobState.RUNNING, 2, 0)
    assert documents() == 0


def test_a_running_job_beats(job_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.01)
    beats: set[datetime] = set()

    def wait_for_beats(progress: work.Progress) -> None:
        deadline = time.monotonic() + 20
        while len(beats) < 3 and time.monotonic() < deadline:
            with reading(), db.engine.connect() as other:
                beats.add(other.execute(sa.select(Job.heartbeat_at)).scalar_one())

    monkeypatch.setattr(work, "to_call", wait_for_beats)
    run(job_app, ask("call"))
    assert len(beats) == 3


def test_a_heart_that_skips_a_beat_goes_on(
    job_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runner, "BEAT_SECONDS", 0.01)
    missed, beaten = threading.Event(), threading.Event()

    def moment() -> datetime:
        if missed.is_set():
            beaten.set()
            return datetime.now(UTC)
        missed.set()
        raise sa.exc.OperationalError("UPDATE job", {}, Exception("server gone"))

    monkeypatch.setattr(runner, "now", moment)
    monkeypatch.setattr(work, "to_call", lambda progress: beaten.wait(20))
    job_id = ask("call")
    run(job_app, job_id)
    assert beaten.is_set() and "could not beat: sqlalchemy.exc.OperationalError (server gone)" in caplog.text
    assert look(job_id).state == JobState.DONE
