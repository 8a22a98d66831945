"""The job runner's process: huey's consumer, fed from the job table. Never loaded by a web worker.

The table is the queue: the web process only adds a row, and every second the runner takes up what waits there. huey
lends its worker threads, its scheduler and its orderly stop; its messages (a job id) never leave the process, so
there is no second store to lose, to secure or to keep in step. See docs/decisions/0002-jobs.md.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pkgutil import resolve_name

from flask import Flask
from huey import MemoryHuey
from huey.consumer import Consumer, Scheduler
from sqlalchemy.exc import OperationalError

from portal.audit.operations import SEAL_BATCH, seal_events
from portal.core.db import db, reading
from portal.core.logs import kind_of
from portal.jobs.operations import fail_exhausted
from portal.jobs.queries import waiting_job_ids
from portal.jobs.runner import run_job

log = logging.getLogger(__name__)

LOOK_SECONDS = 1
SEAL_SECONDS = 3
# How often the sealer also looks for events that were committed long after their neighbours.
THOROUGH_SECONDS = 600
# How long a stop waits for jobs to come to a point where they can leave off.
GRACE_SECONDS = 15


class _EverySecond(Scheduler):
    """huey's scheduler looks at its periodic tasks once a minute; here it does every second."""

    periodic_task_seconds = 1


class _Consumer(Consumer):
    scheduler_class = _EverySecond

    def start(self) -> None:
        """Listen to signals first: huey does when all threads run, and a job that had begun by then was cut off by a stop."""
        self._set_signal_handlers()
        super().start()


def every(seconds: int) -> Callable[[datetime], bool]:
    """A timetable for huey: due at once, and again `seconds` after it was due last."""
    due = time.monotonic()

    def is_due(_moment: datetime) -> bool:
        nonlocal due
        if time.monotonic() < due:
            return False
        due = time.monotonic() + seconds - 0.5
        return True

    return is_due


class Runner:
    """Runs up to `slots` jobs at a time; one more thread is kept for looking at the table and sealing the log, and one
    for each row of the timetable."""

    def __init__(self, app: Flask, slots: int) -> None:
        self._app = app
        self._slots = slots
        self._free = threading.BoundedSemaphore(slots)
        huey = MemoryHuey("portal", results=False)
        self._start = huey.task(name="run_job")(self._run)
        huey.periodic_task(every(LOOK_SECONDS), name="take_up_jobs")(self._take_up)
        huey.periodic_task(every(SEAL_SECONDS), name="seal_audit_log")(lambda: self._seal(thorough=False))
        huey.periodic_task(every(THOROUGH_SECONDS), name="seal_all")(lambda: self._seal(thorough=True))
        timetable: dict[str, int] = app.extensions["portal_timetable"]
        for number, (function, seconds) in enumerate(timetable.items()):
            huey.periodic_task(every(seconds), name=f"timed_{number}")(self._timed(function))
        workers = slots + 1 + len(timetable)
        self._consumer = _Consumer(huey, workers=workers, max_delay=0.5, shutdown_timeout=GRACE_SECONDS)

    def work(self) -> None:
        """Work until SIGINT or SIGTERM; then let running jobs leave off, or leave them to be taken up again."""
        self._consumer.run()
        deadline = time.monotonic() + GRACE_SECONDS
        for _slot in range(self._slots):
            if not self._free.acquire(timeout=max(deadline - time.monotonic(), 0)):
                log.warning("a job did not leave off in time; it will be taken up again")

    def _take_up(self) -> None:
        """Start what waits in the table, as far as there are slots."""
        try:
            with self._app.app_context():
                if fail_exhausted():
                    log.error("a job was given up after its last attempt")
                db.session.commit()
                with reading():
                    waiting = waiting_job_ids(self._slots)
        except OperationalError as error:
            log.warning("the job table cannot be read now: %s", kind_of(error))
            return
        for job_id in waiting:
            if not self._free.acquire(blocking=False):
                return
            self._start(job_id)

    def _run(self, job_id: str) -> None:
        try:
            run_job(self._app, job_id, self._consumer.stop_flag.is_set)
        finally:
            self._free.release()

    def _timed(self, function: str) -> Callable[[], None]:
        """What runs `function` (`module:function`), unless its run before has not ended; it commits by itself."""
        busy = threading.Lock()

        def run() -> None:
            if not busy.acquire(blocking=False):
                return
            try:
                with self._app.app_context():
                    resolve_name(function)()
            except OperationalError as error:
                log.warning("%s cannot run now: %s", function, kind_of(error))
            except Exception:
                log.exception("%s failed; it runs again by its timetable", function)
            finally:
                busy.release()

        return run

    def _seal(self, thorough: bool) -> None:
        try:
            with self._app.app_context():
                sealed = SEAL_BATCH
                while sealed == SEAL_BATCH:
                    sealed = seal_events(thorough=thorough)
                    db.session.commit()
        except OperationalError as error:
            log.warning("the audit log cannot be sealed now: %s", kind_of(error))
