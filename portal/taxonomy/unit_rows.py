"""Rows of a table of units, as handed in and as they may be stored."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.core.tables import Table
from portal.core.text import clean_line

DEEPEST = 5
COLUMNS: dict[str, tuple[str, ...]] = {
    "path": ("路径", "path", "单位路径"),
    "level1": ("一级", "level1", "一级单位"),
    "level2": ("二级", "level2", "二级单位"),
    "level3": ("三级", "level3", "三级单位"),
    "level4": ("四级", "level4", "四级单位"),
    "level5": ("五级", "level5", "五级单位"),
    "name": ("名称", "name", "单位名称"),
    "aliases": ("别名", "aliases", "alias", "简称"),
    "batch": ("批次", "batch"),
}
_LEVELS = tuple(field for field in COLUMNS if field.startswith("level"))
_BETWEEN_ALIASES = re.compile(r"[、,，;；|｜\n]")
# Controls, invisible marks, lone surrogates, line separators: two names must not differ by what nobody sees.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# As long as the columns of the model.
LIMITS = {"path": 400, "name": 100, "aliases": 400, "batch": 40}


class UnfitRow(Exception):
    """A row cannot become a unit; the message says why, in the interface's language."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as handed in. None stands for “the table does not say”: what is stored is kept.

    `number` is the row in the spreadsheet; `problem` says what made the row unreadable already.
    """

    number: int
    path: str
    name: str | None = None
    aliases: str | None = None
    batch: str | None = None
    problem: str | None = None


def unit_rows(table: Table) -> Iterator[UnitRow]:
    """The rows of a table read with `COLUMNS`. Raises TableError where reading cannot go on."""
    optional = [field for field in ("name", "aliases", "batch") if field in table.columns]
    for row in table:
        if row.error:
            yield UnitRow(row.number, "", problem=str(row.error))
            continue
        try:
            path = row.values["path"].strip() or _joined([row.values[level] for level in _LEVELS])
        except UnfitRow as unfit:
            yield UnitRow(row.number, "", problem=str(unfit))
            continue
        yield UnitRow(row.number, path, **{field: row.values[field] for field in optional})


def _joined(levels: list[str]) -> str:
    names = [name.strip() for name in levels]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if "/" in name:
            raise UnfitRow(_("“%(name)s”里有斜杠，斜杠只能用来分隔上下级", name=name[:40]))
    if "" in names:
        raise UnfitRow(_("上级单位一栏是空的"))
    return "/".join(names)


def checked(row: UnitRow) -> UnitRow:
    """The row fit to be stored: names trimmed, aliases joined by 、. Raises UnfitRow."""
    if row.problem is not None:
        raise UnfitRow(row.problem)
    if not row.path.strip():
        raise UnfitRow(_("没有写单位的路径或各级名称"))
    parts = [_name(part) for part in row.path.split("/")]
    if len(parts) > DEEPEST:
        raise UnfitRow(_("有 %(levels)s 级，最多 %(limit)s 级", levels=len(parts), limit=DEEPEST))
    name = None if row.name is None else _name(row.name) if row.name.strip() else parts[-1]
    aliases = None if row.aliases is None else "、".join(_alias_list(row.aliases))
    batch = None if row.batch is None else _plain(row.batch)
    path = "/".join(parts)
    for label, value, limit in (
        (_("路径"), path, LIMITS["path"]),
        (_("别名"), aliases or "", LIMITS["aliases"]),
        (_("批次"), batch or "", LIMITS["batch"]),
    ):
        if len(value) > limit:
            raise UnfitRow(
                _("%(what)s有 %(length)s 个字，最多 %(limit)s 个", what=label, length=len(value), limit=limit)
            )
    return UnitRow(row.number, path, name, aliases, batch)


def _name(typed: str) -> str:
    name = _plain(typed)
    if not name:
        raise UnfitRow(_("路径里有空的一级（多了一个斜杠）"))
    if "/" in name:
        raise UnfitRow(_("“%(name)s”里有斜杠，斜杠只能用来分隔上下级", name=name[:40]))
    if len(name) > LIMITS["name"]:
        raise UnfitRow(_("名称有 %(length)s 个字，最多 %(limit)s 个", length=len(name), limit=LIMITS["name"]))
    return name


def _plain(typed: str) -> str:
    typed = typed.strip()
    if any(unicodedata.category(char) in _UNFIT for char in typed):
        raise UnfitRow(_("“%(name)s”里有看不见的控制字符", name=clean_line(typed)[:40]))
    return clean_line(typed)


def _alias_list(typed: str) -> list[str]:
    names = [_plain(alias) for alias in _BETWEEN_ALIASES.split(typed)]
    return list(dict.fromkeys(name for name in names if name))
