"""Jobs that tests run, in this process and in others."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from portal.core.errors import PortalError
from portal.search.operations import Entry, store_many

Progress = Callable[[int], None]
CHUNKS, CHUNK = 4, 10

JOBS = {name: f"tests.jobs.work:{name}" for name in ("index", "linger", "break_down", "refuse", "call")}


def index(job_id: str, arguments: dict[str, Any], progress: Progress) -> None:
    """Store documents chunk by chunk; half-way say so, and wait until standard input ends."""
    for chunk in range(CHUNKS):
        store_many(
            Entry("job", chunk * CHUNK + n, datetime(2026, 1, 1, tzinfo=UTC), arguments["text"])
            for n in range(CHUNK)
        )
        progress(100 * (chunk + 1) // CHUNKS)
        if chunk == CHUNKS // 2:
            print("half", flush=True)
            sys.stdin.read()
    print("whole", flush=True)


def linger(job_id: str, arguments: dict[str, Any], progress: Progress) -> None:
    """Say that the work has begun, and go on until stopped."""
    print("begun", flush=True)
    while True:
        progress(50)


def break_down(job_id: str, arguments: dict[str, Any], progress: Progress) -> None:
    """Store something, and fail before it is committed."""
    store_many([Entry("job", 1, datetime(2026, 1, 1, tzinfo=UTC), "x")])
    raise ValueError("private words " * 100)


def refuse(job_id: str, arguments: dict[str, Any], progress: Progress) -> None:
    """Fail for a reason that people can understand."""
    raise PortalError("这个范围里没有意见。")


def call(job_id: str, arguments: dict[str, Any], progress: Progress) -> None:
    """Do what the test put in `to_call`."""
    to_call(progress)


def to_call(progress: Progress) -> None:
    """Replaced by tests."""
    raise NotImplementedError
