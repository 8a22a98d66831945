"""`flask units …`: the tree of units."""

import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.core.commands import json_option, map_option, print_json
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.core.tables import TableError, read_table
from portal.taxonomy.operations import UnitChange, UnitImport, import_units
from portal.taxonomy.unit_rows import COLUMNS, UnitRow, unit_rows

group = AppGroup("units", help="The tree of units.")
_SHOWN = 20


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Do not ask before changing anything.")
@json_option
@map_option
def import_command(file: Path, preview: bool, yes: bool, as_json: bool, mapping: dict[str, str]) -> None:
    """Add and update units from FILE (csv or xlsx).

    FILE names each unit by its path (column 路径, names joined by slashes) or by level columns (一级, 二级,
    …), and may give 名称, 别名 and 批次. What would change is shown first; with any error nothing changes and
    the exit status is 1. Units that FILE does not name stay as they are.
    """
    try:
        rows = list(unit_rows(read_table(file, COLUMNS, required=(), mapping=mapping)))
    except TableError as error:
        _fail(str(error), as_json)
    plan = import_units(rows, SYSTEM, dry_run=True)
    db.session.rollback()
    if not as_json:
        _show(plan)
    if not plan.errors and not preview:
        if not (yes or as_json) and _at_terminal():
            click.confirm(_("按上面的内容导入吗？"), abort=True)
        plan = _applied(rows)
    if as_json:
        print_json(_as_data(plan))
    elif plan.applied:
        click.echo(_("已导入"))
    if plan.errors:
        sys.exit(1)


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _applied(rows: list[UnitRow]) -> UnitImport:
    # Planned anew in the transaction that writes: a unit may have changed while the preview was read.
    plan = import_units(rows, SYSTEM, dry_run=False)
    db.session.commit()
    return plan


def _fail(message: str, as_json: bool) -> None:
    if as_json:
        print_json({"applied": False, "errors": [{"row": None, "message": message}]})
    else:
        click.echo(message, err=True)
    sys.exit(1)


def _show(plan: UnitImport) -> None:
    _list(_("新增 %(count)s 个", count=len(plan.added)), plan.added)
    _list(_("更改 %(count)s 个", count=len(plan.changed)), [_in_words(change) for change in plan.changed])
    click.echo(_("不变 %(count)s 个", count=plan.unchanged))
    _list(_("表里没有、照旧保留 %(count)s 个", count=len(plan.gone)), plan.gone)
    for error in plan.errors:
        click.echo(_("第 %(row)s 行：%(message)s", row=error.number, message=error.message), err=True)
    if plan.errors:
        click.echo(_("有 %(count)s 行不能导入，什么都没有改", count=len(plan.errors)), err=True)


def _in_words(change: UnitChange) -> str:
    fields = (f"{name} “{before}” → “{after}”" for name, (before, after) in change.fields.items())
    return f"{change.path}: {', '.join(fields)}"


def _list(title: str, lines: list[str]) -> None:
    click.echo(title)
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo("  " + _("……另有 %(count)s 个", count=len(lines) - _SHOWN))


def _as_data(plan: UnitImport) -> dict[str, object]:
    return {
        "applied": plan.applied,
        "added": plan.added,
        "changed": [asdict(change) for change in plan.changed],
        "unchanged": plan.unchanged,
        "gone": plan.gone,
        "errors": [{"row": error.number, "message": error.message} for error in plan.errors],
    }
