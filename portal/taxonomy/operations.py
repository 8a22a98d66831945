"""Changing the trees of units and topics: imports, all or nothing, and the topics shipped as default."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.audit.operations import record
from portal.core.db import db, one_after_another
from portal.core.rights import Actor
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import trail, unit_by_path
from portal.taxonomy.unit_rows import UnfitRow, UnitRow, checked

_MAY_CHANGE = ("name", "aliases", "batch")


@dataclass(frozen=True)
class RowError:
    """Why row `number` of the spreadsheet cannot be taken."""

    number: int
    message: str


@dataclass(frozen=True)
class UnitChange:
    """What an import does to a unit that is there: for each field the stored value and the new one."""

    path: str
    fields: dict[str, tuple[str, str]]


@dataclass
class UnitImport:
    """What an import of units does, or would do. With any error it changes nothing.

    `gone` are the paths of active units that the table does not name: listed, never removed.
    """

    added: list[str] = field(default_factory=list)
    changed: list[UnitChange] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    applied: bool = False


def import_units(rows: Iterable[UnitRow], actor: Actor, *, dry_run: bool) -> UnitImport:
    """Bring the unit tree to what `rows` say, or with `dry_run` only tell what would change.

    Parents may come after their children, or be there already. A unit that was closed and is named again is
    opened again. New units stand behind the old ones, in the order of the rows.
    """
    plan = UnitImport()
    if not dry_run:
        one_after_another(Unit)
    stored = {unit.path: unit for unit in db.session.scalars(select(Unit))}
    wanted = _readable(rows, plan)
    for path, row in wanted.items():
        above = path.rpartition("/")[0]
        if above and above not in wanted and above not in stored:
            message = _("上级单位“%(path)s”不在表里，也不在系统里，请先写上它", path=above)
            plan.errors.append(RowError(row.number, message))
        elif path not in stored:
            plan.added.append(path)
        elif fields := _differences(stored[path], row):
            plan.changed.append(UnitChange(path, fields))
        else:
            plan.unchanged += 1
    plan.errors.sort(key=lambda error: error.number)
    plan.gone = sorted(path for path, unit in stored.items() if unit.active and path not in wanted)
    if not plan.errors and not dry_run:
        _apply(plan, wanted, stored, actor)
    return plan


def _readable(rows: Iterable[UnitRow], plan: UnitImport) -> dict[str, UnitRow]:
    wanted: dict[str, UnitRow] = {}
    for row in rows:
        try:
            unit = checked(row)
        except UnfitRow as unfit:
            plan.errors.append(RowError(row.number, str(unfit)))
            continue
        if unit.path in wanted:
            first = wanted[unit.path].number
            message = _("“%(path)s”与第 %(first)s 行重复", path=unit.path, first=first)
            plan.errors.append(RowError(row.number, message))
        else:
            wanted[unit.path] = unit
    if not wanted and not plan.errors:
        plan.errors.append(RowError(1, _("表里没有单位")))
    return wanted


def _differences(unit: Unit, row: UnitRow) -> dict[str, tuple[str, str]]:
    found = {}
    for name in _MAY_CHANGE:
        before, after = getattr(unit, name), getattr(row, name)
        if after is not None and after != before:
            found[name] = (before, after)
    if not unit.active:
        found["active"] = (_("停用"), _("启用"))
    return found


def _apply(plan: UnitImport, wanted: dict[str, UnitRow], stored: dict[str, Unit], actor: Actor) -> None:
    for change in plan.changed:
        unit = stored[change.path]
        for name, (_before, after) in change.fields.items():
            if name == "active":
                unit.active = True
            else:
                setattr(unit, name, after)
        record(actor, "unit_changed", "unit", unit.id, fields=sorted(change.fields))
    position = db.session.scalar(select(func.coalesce(func.max(Unit.position), -1))) or 0
    positions = {path: position + count for count, path in enumerate(plan.added, start=1)}
    # Parents first: a unit needs the id of the one above it.
    for depth in sorted({path.count("/") for path in plan.added}):
        level = [path for path in plan.added if path.count("/") == depth]
        new = [_new_unit(wanted[path], stored, positions[path]) for path in level]
        db.session.add_all(new)
        db.session.flush()
        stored.update((unit.path, unit) for unit in new)
    for path in plan.added:
        record(actor, "unit_added", "unit", stored[path].id)
    if plan.added or plan.changed:
        record(actor, "units_imported", "unit", "*", added=len(plan.added), changed=len(plan.changed))
    db.session.flush()
    plan.applied = True


def _new_unit(row: UnitRow, stored: dict[str, Unit], position: int) -> Unit:
    above, _slash, leaf = row.path.rpartition("/")
    return Unit(
        path=row.path, name=row.name or leaf, parent_id=stored[above].id if above else None,
        depth=row.path.count("/"), aliases=row.aliases or "", batch=row.batch or "", position=position,
    )  # fmt: skip


def root_unit(name: str, actor: Actor, *, active: bool = True) -> Unit:
    """The unit `name` at the root of the tree, made where it is missing."""
    unit = unit_by_path(name)
    if unit is None:
        one_after_another(Unit)
        unit = unit_by_path(name)
    if unit is None:
        last = db.session.scalar(select(func.max(Unit.position)))
        position = 0 if last is None else last + 1
        unit = Unit(path=name, name=name, parent_id=None, depth=0, active=active, position=position)
        db.session.add(unit)
        db.session.flush()
        record(actor, "unit_added", "unit", unit.id)
    return unit


def load_default_topics(actor: Actor) -> int:
    """Add the topics of `data/topics.csv` that are missing; say how many. What is there stays as it is."""
    one_after_another(Topic)
    stored: dict[str, int] = {path: id_ for id_, path in db.session.execute(select(Topic.id, Topic.path))}
    missing = [path for path in default_topics() if path not in stored]
    position = db.session.scalar(select(func.coalesce(func.max(Topic.position), -1))) or 0
    positions = {path: position + count for count, path in enumerate(missing, start=1)}
    for level in sorted({path.count("/") for path in missing}):
        new = []
        for path in (path for path in missing if path.count("/") == level):
            above, _slash, name = path.rpartition("/")
            place = {"parent_id": stored.get(above), "level": level + 1, "position": positions[path]}
            new.append(Topic(path=path, name=name, **place))
        db.session.add_all(new)
        db.session.flush()
        stored.update((topic.path, topic.id) for topic in new)
    if missing:
        record(actor, "topics_loaded", "topic", "*", added=len(missing))
    return len(missing)


def default_topics() -> list[str]:
    """The paths of the shipped topics, parents before children, in the order of the file."""
    text = resources.files("portal.taxonomy").joinpath("data", "topics.csv").read_text(encoding="utf-8-sig")
    paths: dict[str, None] = {}
    for row in csv.DictReader(text.splitlines()):
        full = "/".join(name for name in (row["level1"], row["level2"], row["level3"]) if name)
        paths.update(dict.fromkeys(trail(full)))
    return list(paths)
