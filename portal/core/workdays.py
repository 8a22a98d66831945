"""Reckoning in working days. Saturdays and Sundays do not count; public holidays are not known here."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.core.clock import local

_SATURDAY = 5
_DAY = timedelta(days=1)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; `day` itself where `count` is 0."""
    while count > 0:
        day += _DAY
        count -= day.weekday() < _SATURDAY
    return day


def due_day(moment: datetime, count: int, zone: ZoneInfo) -> date:
    """The day until which something begun at `moment` has `count` working days, by the clock of `zone`."""
    return add_working_days(local(moment, zone).date(), count)
