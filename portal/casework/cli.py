"""`flask opinions …`. The group lives here because an import brings replies with it."""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.campaigns.queries import board_by_slug
from portal.casework.imports import Import, begin, take
from portal.config import Settings
from portal.core.clock import now
from portal.core.commands import json_option, map_option, print_json
from portal.core.db import db
from portal.core.refused_rows import RefusedRows
from portal.core.rights import SYSTEM
from portal.core.tables import Table, TableError
from portal.opinions.imports import is_refused_list, open_opinions
from portal.opinions.preparing import Reading, prepared_chunks
from portal.taxonomy.queries import unit_names

if TYPE_CHECKING:
    from tqdm import tqdm

_NAMES_SHOWN = 20

group = AppGroup("opinions", help="Opinions handed in.")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--board", "board_slug", required=True, metavar="SLUG", help="The board they belong to.")
@click.option("--published", is_flag=True, help="Publish them at once, with their replies.")
@click.option("--reply-unit", metavar="PATH", help="The unit that replied, where a row names none.")
@click.option("--refused", type=click.Path(path_type=Path), help="Where refused rows go (FILE.refused.csv).")
@json_option
@map_option
def import_command(
    file: Path, board_slug: str, published: bool, reply_unit: str | None, refused: Path | None, as_json: bool,
    mapping: dict[str, str],
) -> None:  # fmt: skip
    """Take in the opinions of FILE (csv or xlsx), with their replies.

    Rows with an id (external_id, id, 编号) are taken once, however often they are imported. Without --published
    they enter the queue, and replies wait as drafts. Personal data is masked on the way in. Rows that cannot be
    taken are written to a csv with the reason; it can be corrected and imported in its turn.
    """
    started = time.monotonic()
    refused_path = refused or file.with_name(f"{file.name}.refused.csv")
    try:
        if refused_path.absolute() == file.absolute():
            raise _Stopped(_("--refused 不能是要导入的文件本身"))
        total = sum(1 for _row in open_opinions(file, mapping))
        table = open_opinions(file, mapping)
        run = _begin(board_slug, published, reply_unit)
        with RefusedRows(refused_path, table.headers) as rejects, _bar(total, as_json) as bar:
            _run(table, run, total, rejects, bar)
    except (TableError, _Stopped) as error:
        _fail(str(error), as_json)
    result = _result(run, rejects, total, table, time.monotonic() - started)
    if as_json:
        print_json(result)
    else:
        _tell(result)
    if total and rejects.count == total:
        raise click.ClickException(_("没有一行能导入"))


class _Stopped(Exception):
    """The import cannot begin or go on; the message says why."""


def _begin(board_slug: str, published: bool, reply_unit: str | None) -> Import:
    board = board_by_slug(board_slug)
    if board is None:
        raise _Stopped(_("没有名为“%(slug)s”的板块", slug=board_slug))
    reply_unit_id = unit_names().get(reply_unit) if reply_unit else None
    if reply_unit and reply_unit_id is None:
        raise _Stopped(_("没有“%(path)s”这个单位", path=reply_unit))
    run = begin(board, SYSTEM, now(), published=published, reply_unit_id=reply_unit_id)
    db.session.rollback()
    return run


def _bar(total: int, hidden: bool) -> "tqdm[None]":
    from tqdm import tqdm

    return tqdm(total=total, unit=_("条"), disable=hidden, file=sys.stderr, mininterval=0.5)


def _run(table: Table, run: Import, total: int, rejects: RefusedRows, bar: "tqdm[None]") -> None:
    """Take the rows in by chunks, each written in a transaction of its own."""
    settings: Settings = current_app.extensions["portal_settings"]
    reading = Reading(settings.timezone, run.moment, settings.lookup_key, is_refused_list(table))
    for chunk in prepared_chunks(table, reading, total):
        try:
            refused = take(chunk, run)
            db.session.commit()
        except IntegrityError as error:
            raise _Stopped(_("另一个导入正在写同样的编号，请等它结束后再导入一次")) from error
        for row, reason in refused:
            rejects.add(row, reason)
        bar.update(len(chunk))


def _result(run: Import, rejects: RefusedRows, total: int, table: Table, seconds: float) -> dict[str, object]:
    outcome = run.outcome
    return {
        "rows": total,
        "imported": outcome.imported,
        "published": run.published,
        "known": outcome.known,
        "refused": rejects.count,
        "refused_file": str(rejects.path) if rejects.count else None,
        "replies": outcome.replies,
        "masked": outcome.masked,
        "unsigned": outcome.unsigned,
        "unknown_units": _named(outcome.unknown_units),
        "unknown_topics": _named(outcome.unknown_topics),
        "unknown_groups": outcome.unknown_groups,
        "repeatable": "external_id" in table.columns,
        "unused_columns": list(table.unknown),
        "seconds": round(seconds, 2),
        "rows_per_second": round(total / max(seconds, 0.001)),
    }


def _named(names: Counter[str]) -> dict[str, int]:
    return dict(names.most_common(_NAMES_SHOWN))


def _tell(result: dict[str, Any]) -> None:
    click.echo(_("读了 %(rows)s 行，导入 %(imported)s 条，其中带答复 %(replies)s 条", **result))
    click.echo(_("遮住个人信息 %(masked)s 条，未留身份 %(unsigned)s 条", **result))
    click.echo(_("%(seconds)s 秒，每秒 %(rows_per_second)s 行", **result))
    if result["known"]:
        click.echo(_("以前导入过、跳过 %(known)s 条", **result))
    for label, names in ((_("单位"), result["unknown_units"]), (_("类别"), result["unknown_topics"])):
        for name, count in names.items():
            click.echo(
                _("没有“%(name)s”这个%(label)s，留空 %(count)s 条", name=name, label=label, count=count)
            )
    if result["unknown_groups"]:
        click.echo(_("群体认不出、留空 %(unknown_groups)s 条", **result))
    if result["unused_columns"]:
        click.echo(_("没有用到的列：%(columns)s", columns="、".join(result["unused_columns"])))
    if not result["repeatable"]:
        click.echo(_("表里没有编号列：再导入一次会重复"))
    if result["refused"]:
        click.echo(_("没有导入 %(refused)s 行，原因见 %(refused_file)s", **result), err=True)


def _fail(message: str, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"imported": 0, "error": message})
    else:
        click.echo(message, err=True)
    sys.exit(1)
