"""Digests for tests, asked for and built by the portal's own operations and job. They commit."""

import contextvars
from typing import Any

from flask import current_app

from portal.core.db import db
from portal.core.rights import Actor
from portal.digests.models import Digest
from portal.digests.operations import Choice, request_digest
from portal.jobs.runner import run_job
from tests.factories.campaigns import make_campaign


def make_digest(actor: Actor, *, built: bool = True, **choice: Any) -> Digest:
    """A digest that `actor` asked for (of the whole first campaign unless `choice` says less), built or waiting."""
    digest = request_digest(Choice(**{"campaign": make_campaign(), **choice}), actor)
    db.session.commit()
    if built:
        build_digest(digest.job_id)
        db.session.refresh(digest)
    return digest


def build_digest(job_id: str) -> None:
    """Run the digest's job as the runner does, in a context of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.rollback()
    contextvars.Context().run(run_job, app, job_id, lambda: False)
