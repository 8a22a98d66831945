"""Time: the one place that asks the machine what time it is. Stored in UTC, shown in the site's time zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The present moment, with time zone UTC."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) within the block: for tests and for demo content of other days."""
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """`moment` as a clock on the wall of `zone` shows it."""
    return moment.astimezone(zone)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after `day` in `zone`, in UTC: the open end of a range that includes the day."""
    return day_start(day + timedelta(days=1), zone)
