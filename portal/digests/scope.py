"""What a digest sums up."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.core.errors import PortalError

# Days outside these cannot be turned into moments of every time zone.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Scope:
    """A campaign; of it a unit, a topic (with those below), days; as far as a desk may read.

    `from_day` and `to_day` are days in `zone`, both included. `desk_path` is the unit whose desk asks, None for an
    office of the whole site: opinions about that very unit never reach it (requirement A10).
    """

    campaign_id: int
    zone: ZoneInfo
    unit_path: str | None = None
    topic_path: str | None = None
    from_day: date | None = None
    to_day: date | None = None
    desk_path: str | None = None


def require_days(from_day: date | None, to_day: date | None) -> None:
    """Raise `PortalError` where the days are in the wrong order, or of another age."""
    for day in (from_day, to_day):
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY:
            raise PortalError(_("日期要在1900年到2999年之间。"))
    if from_day is not None and to_day is not None and to_day < from_day:
        raise PortalError(_("结束日期不能早于开始日期。"))
