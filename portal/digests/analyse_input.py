"""What the commands of `flask analyse` read: rows of a table, with a report of those that cannot be used."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from flask_babel import gettext as _

from portal.core.tables import Row, Table, read_table
from portal.core.text import clean_line

_MOST_TOLD = 20  # rows named one by one; the others are counted


@dataclass(slots=True)
class Input:
    """The usable rows of a table, to be walked through once, and then what could not be used.

    Each row comes with its id: what stands in the field `id`, or 第N行 where there is none.
    """

    table: Table
    needed: Collection[str]
    refused: list[tuple[int, str]] = field(default_factory=list)
    taken: int = 0

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        seen: set[str] = set()
        for row in self.table:
            identifier = id_of(row)
            reason = str(row.error) if row.error else self._reason(row, identifier in seen, identifier)
            if reason:
                self.refused.append((row.number, reason))
            else:
                seen.add(identifier)
                self.taken += 1
                yield identifier, row

    def _reason(self, row: Row, again: bool, identifier: str) -> str | None:
        if again:
            return _("编号 %(id)s 与前面的行重复", id=identifier)
        if not any(row.values[name].strip() for name in self.needed):
            return _("没有内容")
        return None

    def report(self) -> None:
        """Say on standard error what was left aside: columns, empty rows, rows that could not be used.

        Raises ClickException where that is all there was.
        """
        if self.table.unknown:
            click.echo(_("没有用到的列：%(names)s", names="、".join(self.table.unknown)), err=True)
        if self.table.empty_rows:
            click.echo(_("空行：%(count)s", count=self.table.empty_rows), err=True)
        if self.refused:
            click.echo(_("不能用的行：%(count)s", count=len(self.refused)), err=True)
        for number, reason in self.refused[:_MOST_TOLD]:
            click.echo(_("第%(number)s行：%(reason)s", number=number, reason=reason), err=True)
        if len(self.refused) > _MOST_TOLD:
            click.echo(_("……另有 %(count)s 行", count=len(self.refused) - _MOST_TOLD), err=True)
        if self.refused and not self.taken:
            raise click.ClickException(_("没有一行能用"))


def id_of(row: Row) -> str:
    """What stands in the field `id` of a row, or 第N行."""
    return clean_line(row.values.get("id", "")) or _("第%(number)s行", number=row.number)


def open_input(
    path: Path, columns: Mapping[str, Sequence[str]], needed: Collection[str], mapping: Mapping[str, str]
) -> Input:
    """Open the table; a row is usable when one of the fields `needed` holds something.

    `columns` are the headers of each field, see `portal.digests.columns`. Columns for all of `needed` but a
    title must be there. Raises TableError where the table cannot be read.
    """
    required = [name for name in needed if name != "title"]
    return Input(read_table(path, columns, required=required, mapping=mapping), needed)


def as_given(row: Row, column: int | None) -> str:
    """The cell as it stands in the file: `values` has other line ends, and offsets would not fit."""
    return row.cells[column] if column is not None and column < len(row.cells) else ""
