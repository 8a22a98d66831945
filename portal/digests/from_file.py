"""A digest straight from a spreadsheet: no database, no accounts, three files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal.analysis.engine import analyse
from portal.analysis.personal_data import find_personal_data, mask
from portal.analysis.records import Message, Previous
from portal.core.clock import local, now
from portal.core.csv_file import write_csv
from portal.core.moments import MomentError, parse_moment
from portal.core.tables import Row, Table, read_table
from portal.core.text import clean_block, clean_line
from portal.digests.columns import COLUMNS
from portal.digests.document import COUNTERS, build_document
from portal.digests.export.files import write_files
from portal.digests.verify import require_sound

REQUIRED = ("body",)
REFUSED_NAME = "refused.csv"
_SUPPORT_LIMIT = 10**9


class RowRefused(Exception):
    """A row that cannot be counted; `str()` is the reason, in Chinese."""


@dataclass(slots=True)
class Reading:
    """What was read from a table: the opinions, what else is known of them, and the rows that were refused."""

    headers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    empty_rows: int = 0
    messages: list[Message] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[tuple[Row, str]] = field(default_factory=list)


def digest_from_file(
    path: Path,
    out_dir: Path,
    mapping: Mapping[str, str] | None = None,
    *,
    zone: ZoneInfo | None = None,
    previous: Previous | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Path]:
    """Write the digest of a csv or xlsx file into `out_dir`; return the paths of what was written.

    `mapping` (field of `COLUMNS` → header) says which column to take; times without a zone are those of
    `zone` (Asia/Shanghai). With `previous`, matters and aspects of that digest keep their ids. Rows that cannot be counted are in `refused.csv`, each with its reason, and in the
    counter `rejected`. Personal data is masked before anything else. Raises TableError, `DigestBroken`.
    """
    zone = zone or ZoneInfo("Asia/Shanghai")
    reading = read_messages(path, mapping, zone)
    analysis = analyse(reading.messages, previous=previous, progress=progress)
    refused = len(reading.refused)
    counted = len(reading.messages)
    document = build_document(
        scope={"title": path.stem, "empty_rows": reading.empty_rows, "unused_columns": list(reading.unknown)},
        counts=dict.fromkeys(COUNTERS, 0)
        | {"received": counted + refused, "rejected": refused, "counted": counted},
        messages=reading.messages,
        analysis=analysis,
        generated_at=local(now(), zone).isoformat(timespec="seconds"),
        facts=reading.facts,
    )
    require_sound(document)
    paths = write_files(document, out_dir)
    if refused:
        rows = ((str(row.number), reason, *row.cells) for row, reason in reading.refused)
        write_csv(out_dir / REFUSED_NAME, ("行号", "原因", *reading.headers), rows)
        return [*paths, out_dir / REFUSED_NAME]
    # One that an earlier run left would speak of rows that are no longer refused.
    (out_dir / REFUSED_NAME).unlink(missing_ok=True)
    return paths


def read_messages(path: Path, mapping: Mapping[str, str] | None, zone: ZoneInfo) -> Reading:
    """Read, clean and mask every row of a table. Raises TableError where the table cannot be read at all."""
    table: Table = read_table(path, COLUMNS, required=REQUIRED, mapping=mapping)
    reading = Reading(headers=table.headers, unknown=table.unknown)
    for row in table:
        try:
            if row.error:
                raise RowRefused(str(row.error))
            message, facts = _opinion(row, zone)
            if message.id in reading.facts:
                raise RowRefused(f"编号 {message.id} 与前面的行重复")
        except RowRefused as reason:
            reading.refused.append((row, str(reason)))
        else:
            reading.messages.append(message)
            reading.facts[message.id] = facts
    reading.empty_rows = table.empty_rows
    return reading


def _opinion(row: Row, zone: ZoneInfo) -> tuple[Message, dict[str, Any]]:
    values = row.values
    body = _masked(clean_block(values["body"]))
    if not body:
        raise RowRefused("没有正文")
    moment = _moment(values["created_at"], zone)
    message = Message(
        id=clean_line(values["id"]) or f"第{row.number}行",
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
