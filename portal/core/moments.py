"""Moments as they stand in spreadsheets, read with their time zone."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# 2019/4/25 9:32:09 · 2019-04-25T09:32 · 2019.4.25 · 2019年4月25日 9时32分 · 20190425
_WRITTEN = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?秒?|分)?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# Day 0 of the 1900 date system as spreadsheets count since 1 March 1900.
_SERIAL_START = datetime(1899, 12, 30)


class MomentError(ValueError):
    """A text that is no moment; `str()` says so in Chinese."""


def parse_moment(typed: str, zone: ZoneInfo) -> datetime | None:
    """Return the moment that a cell shows, in `zone` where it names none; None for an empty cell.

    Takes ISO 8601, dates with slashes, dots or 年月日, and the serial numbers of spreadsheets (1900 date
    system). Raises MomentError.
    """
    text = " ".join(typed.split())
    if not text:
        return None
    try:
        moment = _iso(text) or _written(text) or _serial(text)
    except (ValueError, OverflowError) as error:
        raise MomentError(f"时间看不懂：{text[:30]}") from error
    if moment is None:
        raise MomentError(f"时间看不懂：{text[:30]}")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _iso(text: str) -> datetime | None:
    # Only where it names a zone: without one the forms below take it, and an eight-digit number is a date.
    if not re.search(r"\d[T ]\d.*(?:Z|[+-]\d{2}:?\d{2})$", text):
        return None
    return datetime.fromisoformat(text)


def _written(text: str) -> datetime | None:
    found = _WRITTEN.fullmatch(text)
    if found is None or (text.isdigit() and len(text) != 8):
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second)


def _serial(text: str) -> datetime | None:
    if not _SERIAL.fullmatch(text):
        return None
    seconds = round(float(text) * 86_400)
    return _SERIAL_START + timedelta(seconds=seconds)
