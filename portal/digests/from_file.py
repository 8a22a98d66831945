"""A digest straight from a spreadsheet: no database, no accounts, all its files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.analysis.engine import analyse
from portal.analysis.records import Message, Previous
from portal.analysis.spread import kept_processes
from portal.core.clock import local, now
from portal.core.csv_file import write_csv
from portal.core.errors import PortalError
from portal.core.tables import Row, Table, read_table
from portal.digests.columns import COLUMNS
from portal.digests.document import COUNTERS, build_document
from portal.digests.export.files import write_files
from portal.digests.from_file_rows import read_rows
from portal.digests.verify import require_sound

REQUIRED = ("body",)
REFUSED_NAME = "refused.csv"


@dataclass(slots=True)
class Reading:
    """What was read from a table: the opinions, what else is known of them, and the rows that were refused."""

    headers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    empty_rows: int = 0
    messages: list[Message] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[tuple[Row, str]] = field(default_factory=list)


@kept_processes()
def digest_from_file(
    path: Path,
    out_dir: Path,
    mapping: Mapping[str, str] | None = None,
    *,
    zone: ZoneInfo | None = None,
    pdf: bool = False,
    previous: Previous | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Path]:
    """Write the digest of a csv or xlsx file into `out_dir`; return the paths of what was written.

    `mapping` (field of `COLUMNS` → header) says which column to take; times without a zone are those of
    `zone` (Asia/Shanghai). With `previous`, matters and aspects of that digest keep their ids; `pdf` is for `write_files`. Rows that cannot be counted are in `refused.csv`, each with its reason, and in the
    counter `rejected`; where that is all, PortalError says so when all is written. Personal data is masked before anything else.
    Raises TableError, `DigestBroken`.
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
    paths = write_files(document, out_dir, pdf=pdf)
    if refused:
        rows = ((str(row.number), reason, *row.cells) for row, reason in reading.refused)
        write_csv(out_dir / REFUSED_NAME, ("行号", "原因", *reading.headers), rows)
        if not counted:
            raise PortalError(_("没有一行能计入，原因写在 %(path)s 里", path=out_dir / REFUSED_NAME))
        return [*paths, out_dir / REFUSED_NAME]
    # One that an earlier run left would speak of rows that are no longer refused.
    (out_dir / REFUSED_NAME).unlink(missing_ok=True)
    return paths


def read_messages(path: Path, mapping: Mapping[str, str] | None, zone: ZoneInfo) -> Reading:
    """Read, clean and mask every row of a table. Raises TableError where the table cannot be read at all."""
    table: Table = read_table(path, COLUMNS, required=REQUIRED, mapping=mapping)
    reading = Reading(headers=table.headers, unknown=table.unknown)
    for row, found in read_rows(table, zone):
        if not isinstance(found, str) and found[0].id in reading.facts:
            found = f"编号 {found[0].id} 与前面的行重复"
        if isinstance(found, str):
            reading.refused.append((row, found))
        else:
            reading.messages.append(found[0])
            reading.facts[found[0].id] = found[1]
    reading.empty_rows = table.empty_rows
    return reading
