"""Digests for tests, asked for and built by the portal's own operations and job. They commit."""

import contextvars
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.core.db import db
from portal.core.rights import Actor, Role
from portal.digests.models import Digest
from portal.digests.operations import TIMELINES_KIND, Choice, publish_digest, request_digest
from portal.jobs.models import Job
from portal.jobs.runner import run_job
from portal.jobs.states import JobState
from tests.factories.accounts import actor_with
from tests.factories.campaigns import make_campaign


def make_digest(actor: Actor, *, built: bool = True, **choice: Any) -> Digest:
    """A digest that `actor` asked for (of the whole first campaign unless `choice` says less), built or waiting."""
    digest = request_digest(Choice(**{"campaign": make_campaign(), **choice}), actor)
    db.session.commit()
    if built:
        build_digest(digest.job_id)
        db.session.refresh(digest)
    return digest


def publish(digest: Digest) -> Digest:
    """Make a built digest 第N期 of its campaign."""
    publish_digest(digest, actor_with(Role.COORDINATOR))
    db.session.commit()
    return digest


def tell_timelines(digest: Digest) -> None:
    """Publish a built digest, if nobody has, and run the job that is left for the timelines of its opinions."""
    if digest.number is None:
        publish(digest)
    jobs = db.session.scalars(select(Job).where(Job.kind == TIMELINES_KIND, Job.state == JobState.QUEUED))
    build_digest(next(job.id for job in jobs if job.arguments == {"digest_id": digest.id}))


def build_digest(job_id: str) -> None:
    """Run a job of the digest as the runner does, in a context of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.rollback()
    contextvars.Context().run(run_job, app, job_id, lambda: False)
