"""The life of a job: queued → running → done or failed; a running one that stops beating runs again."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class JobState(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _LABELS[self]


_LABELS = {
    JobState.QUEUED: _l("排队中"),
    JobState.RUNNING: _l("进行中"),
    JobState.DONE: _l("已完成"),
    JobState.FAILED: _l("未完成"),
}

# A worker that was killed stops beating; its job is taken up again after this many seconds, so often at the most.
BEAT_SECONDS = 5
STALE_SECONDS = 30
MAX_ATTEMPTS = 3
