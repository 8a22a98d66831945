"""Running one job: claim it, keep it alive by a heartbeat of its own, and write down how it ended.

A job function is `run(job_id, arguments, progress)`, named in `wiring.JOBS` as `module:function`. It computes
outside a transaction (within `portal.core.db.reading()` where it reads), hands its results to the session, and calls
`progress(percent)` between chunks, which commits. It is idempotent: whatever it had committed when it was killed, run
again it comes to the same one result.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pkgutil import resolve_name

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.logs import kind_of
from portal.jobs import operations
from portal.jobs.models import Job
from portal.jobs.operations import Claim, held_by
from portal.jobs.states import BEAT_SECONDS

log = logging.getLogger(__name__)


class Stopping(Exception):
    """The runner was asked to stop; the job goes back to the queue."""


class ClaimLost(Exception):
    """The job seemed dead and another runner has taken it up: this run must leave no trace."""


def run_job(app: Flask, job_id: str, stopping: Callable[[], bool]) -> bool:
    """Run the job, unless another runner has it; whether it was run. It stops at the next progress once `stopping()`.

    Commits. Never raises for what the job function raises: that ends up in the job's row, and where it happened in the log.
    """
    with app.app_context():
        held = operations.claim(job_id)
        db.session.commit()
        if held is None:
            return False
        log.info("job %s (%s) begins, attempt %s", held.job_id, held.kind, held.attempt)
        with _heartbeat(db.engine, held):
            _attempt(app, held, stopping)
        return True


def _attempt(app: Flask, held: Claim, stopping: Callable[[], bool]) -> None:
    def progress(percent: int) -> None:
        if stopping():
            raise Stopping
        if not operations.report(held, percent):
            raise ClaimLost
        db.session.commit()

    try:
        function = resolve_name(app.extensions["portal_jobs"][held.kind])
        function(held.job_id, held.arguments, progress)
        if not operations.finish(held):
            raise ClaimLost
        db.session.commit()
        log.info("job %s is done", held.job_id)
    except ClaimLost:
        db.session.rollback()
        log.warning("job %s was taken up by another runner", held.job_id)
    except Stopping:
        db.session.rollback()
        operations.put_back(held)
        db.session.commit()
        log.info("job %s goes back to the queue", held.job_id)
    except Exception as error:
        db.session.rollback()
        log.exception("job %s (%s) failed", held.job_id, held.kind)
        operations.fail(held, _reason(error))
        db.session.commit()


def _reason(error: Exception) -> str:
    """What staff read; where it happened is in the log."""
    if isinstance(error, PortalError) and error.message:
        return error.message
    return _("处理时出错（%(kind)s）。详情在运行记录里，请联系管理员。", kind=type(error).__name__)


@contextmanager
def _heartbeat(engine: Engine, held: Claim) -> Iterator[None]:
    """Within the block, a thread with a connection of its own says every `BEAT_SECONDS` that the job is alive."""
    ended = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(engine, held, ended), name=f"heartbeat-{held.job_id}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(engine: Engine, held: Claim, ended: threading.Event) -> None:
    while not ended.wait(BEAT_SECONDS):
        try:
            with engine.begin() as connection:
                connection.execute(update(Job).where(held_by(held)).values(heartbeat_at=now()))
        except DBAPIError as error:
            # The next beat may get through; if none does, another runner takes the job up.
            log.warning("job %s could not beat: %s", held.job_id, kind_of(error))
