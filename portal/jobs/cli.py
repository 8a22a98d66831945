"""`flask jobs`: the runner of background work, and a look at what it does."""

import logging
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.core.commands import json_option, print_json
from portal.core.db import reading
from portal.jobs.models import Job
from portal.jobs.queries import LIST_LENGTH, newest_jobs
from portal.jobs.states import JobState

group = AppGroup("jobs", help="Background work.")


@group.command("work")
@click.option("--slots", default=1, show_default=True, type=click.IntRange(1, 16), help="Jobs at a time.")
def work(slots: int) -> None:
    """Run background work and seal the audit log, until stopped by SIGINT or SIGTERM."""
    from portal.jobs.queue import Runner

    # huey reports every tick of its scheduler.
    logging.getLogger("huey").setLevel(logging.WARNING)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Runner(app, slots).work()


@group.command("list")
@click.option("--limit", default=LIST_LENGTH, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_jobs(limit: int, as_json: bool) -> None:
    """List the newest jobs."""
    with reading():
        jobs = [_as_json(job) for job in newest_jobs(limit)]
    if as_json:
        print_json(jobs)
        return
    for job in jobs:
        state = _("%(label)s %(percent)s%%", label=JobState(job["state"]).label, percent=job["percent"])
        click.echo("  ".join([job["created_at"], job["id"], job["kind"], state, job["error"] or ""]).rstrip())
    if not jobs:
        click.echo(_("还没有后台任务。"))


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "percent": job.percent,
        "attempts": job.attempts,
        "error": job.error,
        "created_at": job.created_at.isoformat(timespec="seconds"),
        "finished_at": job.finished_at.isoformat(timespec="seconds") if job.finished_at else None,
    }
