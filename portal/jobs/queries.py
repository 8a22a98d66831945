"""Looking at the job table."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.core.db import db
from portal.jobs.models import Job
from portal.jobs.operations import is_runnable
from portal.jobs.states import JobState

LIST_LENGTH = 50


def waiting_job_ids(limit: int) -> Sequence[str]:
    """The jobs that may be claimed, oldest first."""
    return db.session.scalars(
        select(Job.id).where(is_runnable()).order_by(Job.created_at, Job.id).limit(limit)
    ).all()


def is_under_way(kind: str) -> bool:
    """Whether a job of that kind waits or runs."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    query = select(Job.id).where(Job.kind == kind, Job.state.in_(open_states)).limit(1)
    return db.session.scalar(query) is not None


def newest_jobs(limit: int = LIST_LENGTH) -> Sequence[Job]:
    """The jobs asked for last, newest first."""
    return db.session.scalars(select(Job).order_by(Job.created_at.desc(), Job.id).limit(limit)).all()
