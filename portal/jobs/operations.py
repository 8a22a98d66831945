"""What happens to a job: it is asked for, claimed by a runner, kept alive, ended.

A claim is fenced by the number of the attempt: a runner that was thought dead and comes back can change nothing of
a job that another has taken up since.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, update

from portal.core.clock import now
from portal.core.db import db
from portal.core.ids import unguessable_id
from portal.core.rights import Actor
from portal.jobs.models import Job
from portal.jobs.states import MAX_ATTEMPTS, STALE_SECONDS, JobState

ERROR_LENGTH = 500


@dataclass(frozen=True)
class Claim:
    """The right to run a job, held by one runner until it ends or stops beating."""

    job_id: str
    attempt: int
    kind: str
    arguments: dict[str, Any]


def enqueue(kind: str, arguments: dict[str, Any], actor: Actor) -> Job:
    """Ask for background work of `kind` (a key of `wiring.JOBS`), to begin soon after the commit.

    `arguments` are ids, codes and numbers that JSON can hold. The work may run more than once before it is done.
    """
    moment = now()
    job = Job(
        id=unguessable_id(),
        kind=kind,
        arguments=arguments,
        state=JobState.QUEUED,
        percent=0,
        attempts=0,
        created_by=actor.user_id,
        created_at=moment,
        heartbeat_at=moment,
    )
    db.session.add(job)
    db.session.flush()
    return job


def is_stale() -> ColumnElement[bool]:
    """Whether a running job no longer beats. A beat from the future stems from a clock that was put back since."""
    patience = timedelta(seconds=STALE_SECONDS)
    silent = or_(Job.heartbeat_at < now() - patience, Job.heartbeat_at > now() + patience)
    return and_(Job.state == JobState.RUNNING, silent)


def is_runnable() -> ColumnElement[bool]:
    """Whether a job may be claimed."""
    return or_(Job.state == JobState.QUEUED, and_(is_stale(), Job.attempts < MAX_ATTEMPTS))


def claim(job_id: str) -> Claim | None:
    """Take up the job, if it may be claimed; None if another was first. Commit before running it."""
    taken = db.session.execute(
        update(Job)
        .where(Job.id == job_id, is_runnable())
        .values(state=JobState.RUNNING, attempts=Job.attempts + 1, percent=0, heartbeat_at=now())
        .returning(Job.attempts, Job.kind, Job.arguments)
        .execution_options(synchronize_session=False)
    ).first()
    return Claim(job_id, taken.attempts, taken.kind, taken.arguments) if taken else None


def report(held: Claim, percent: int) -> bool:
    """Note how far the job is (0 to 99: the rest is its end); whether the claim still holds."""
    return _change(held, percent=min(max(percent, 0), 99), heartbeat_at=now())


def finish(held: Claim) -> bool:
    """The job is done; whether the claim still held."""
    return _change(held, state=JobState.DONE, percent=100, error=None, finished_at=now())


def fail(held: Claim, error: str) -> bool:
    """The job failed for a reason that staff may read; whether the claim still held."""
    return _change(held, state=JobState.FAILED, error=error[:ERROR_LENGTH], finished_at=now())


def put_back(held: Claim) -> bool:
    """The runner stops in good order: the attempt does not count; whether the claim still held."""
    return _change(held, state=JobState.QUEUED, percent=0, attempts=Job.attempts - 1)


def fail_exhausted() -> int:
    """Give up the jobs whose last attempt stopped beating; how many."""
    result = db.session.execute(
        update(Job)
        .where(is_stale(), Job.attempts >= MAX_ATTEMPTS)
        .values(state=JobState.FAILED, error=_("处理了几次都中断了。请再试一次。"), finished_at=now())
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


def held_by(held: Claim) -> ColumnElement[bool]:
    """Whether a job is still that claim's."""
    return and_(Job.id == held.job_id, Job.state == JobState.RUNNING, Job.attempts == held.attempt)


def _change(held: Claim, **values: Any) -> bool:
    changed = db.session.execute(
        update(Job)
        .where(held_by(held))
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None
