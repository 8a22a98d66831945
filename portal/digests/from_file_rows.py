"""One row of a table as an opinion: cleaned, masked, or refused with a reason; by several processes where there are many."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from portal.analysis import spread
from portal.analysis.personal_data import find_personal_data, mask
from portal.analysis.records import Message
from portal.core.moments import MomentError, parse_moment
from portal.core.tables import Row
from portal.core.text import clean_block, clean_line

_SUPPORT_LIMIT = 10**9
_TOGETHER = 500  # rows that a process reads at once

Known: TypeAlias = tuple[Message, dict[str, Any]]
"""An opinion, and what else is known of it."""
Cells: TypeAlias = tuple[int, dict[str, str], str | None]
"""Number, values, and what is wrong with a row as a whole."""


class RowRefused(Exception):
    """A row that cannot be counted; `str()` is the reason, in Chinese."""


def read_rows(rows: Iterable[Row], zone: ZoneInfo) -> Iterator[tuple[Row, Known | str]]:
    """Each row with the opinion in it or the reason why it cannot be counted, in their order."""
    coming = iter(rows)
    # How many there are is not known before they are read; so many are enough to know that it is worth processes.
    first = deque(islice(coming, spread.FEWEST))
    count = len(first)
    waiting: deque[list[Row]] = deque()

    def parts() -> Iterator[list[Cells]]:
        while part := [first.popleft() for _row in range(min(_TOGETHER, len(first)))] or list(
            islice(coming, _TOGETHER)
        ):
            waiting.append(part)
            yield [(row.number, row.values, str(row.error) if row.error else None) for row in part]

    for found in spread.spread(_read, zone, parts(), count):
        yield from zip(waiting.popleft(), found, strict=True)


def _read(zone: ZoneInfo, rows: Sequence[Cells]) -> list[Known | str]:
    found: list[Known | str] = []
    for number, values, error in rows:
        try:
            found.append(error or _opinion(number, values, zone))
        except RowRefused as reason:
            found.append(str(reason))
    return found


def _opinion(number: int, values: dict[str, str], zone: ZoneInfo) -> Known:
    body = _masked(clean_block(values["body"]))
    if not body:
        raise RowRefused("没有正文")
    moment = _moment(values["created_at"], zone)
    message = Message(
        id=clean_line(values["id"]) or f"第{number}行",
        title=_masked(clean_line(values["title"])),
        body=body,
        author=clean_line(values["author"]) or None,
        created_at=moment,
        support=_support(values["support"]),
        topic=clean_line(values["topic"]) or None,
    )
    facts: dict[str, Any] = {key: clean_line(values[key]) or None for key in ("unit", "channel", "group")}
    reply = _masked(clean_block(values["reply"]))
    if reply:
        replied = _moment(values["replied_at"], zone)
        facts["reply"] = {
            "text": reply,
            "unit": facts["unit"],
            "published_at": replied.isoformat() if replied else None,
        }
    return message, facts


def _masked(text: str) -> str:
    return mask(text, find_personal_data(text))


def _moment(typed: str, zone: ZoneInfo) -> datetime | None:
    try:
        return parse_moment(typed, zone)
    except MomentError as error:
        raise RowRefused(str(error)) from error


def _support(typed: str) -> int:
    typed = clean_line(typed)
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdigit() and int(typed[:12]) <= _SUPPORT_LIMIT):
        raise RowRefused(f"附议数看不懂：{typed[:20]}")
    return int(typed)
