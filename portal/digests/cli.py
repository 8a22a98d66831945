"""`flask digest …`: building a digest here and now, from the database or from a table; checking one."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.campaigns.queries import campaign_by_slug
from portal.core.commands import json_option, map_option, print_json, sentences, spare
from portal.core.db import db, reading
from portal.core.errors import PortalError
from portal.core.rights import is_within
from portal.digests.export.pdf import can_write_pdf
from portal.digests.scope import Scope, require_days
from portal.taxonomy.queries import topic_by_path, unit_by_path
from portal.web.network import settings

group = AppGroup("digest", help="Digests of opinions.")
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FOLDER = click.Path(path_type=Path, file_okay=False)


def _require_pdf(_context: click.Context, _parameter: click.Parameter, wanted: bool) -> bool:
    if wanted and not can_write_pdf():
        raise click.BadParameter(_("这台机器写不了 PDF：要有 Pango 和一种中文字体（见 docs/operating.md）。"))
    return wanted


_pdf_option = click.option("--pdf", is_flag=True, callback=_require_pdf, help="Write digest.pdf too.")


@group.command("build")
@click.option("--campaign", "slug", required=True, help="Slug of the campaign.")
@click.option("--unit", "unit_path", help="Only this unit and those below it, by path.")
@click.option("--topic", "topic_path", help="Only this topic and those below it, by path.")
@click.option("--from", "from_day", type=_DAY, help="Only what was submitted on this day or later.")
@click.option("--to", "to_day", type=_DAY, help="Only what was submitted on this day or earlier.")
@click.option("--desk", "desk_path", help="Leave out what is kept from this unit; all is read by default.")
@click.option("--out", "folder", type=_FOLDER, required=True, help="Folder for the files; made if absent.")
@_pdf_option
@json_option
def build_command(
    slug: str, unit_path: str | None, topic_path: str | None, from_day: datetime | None, to_day: datetime | None,
    desk_path: str | None, folder: Path, pdf: bool, as_json: bool,
) -> None:  # fmt: skip
    """Sum up the opinions that were accepted, published or not, as they stand now."""
    from portal.digests.building import build
    from portal.digests.export.files import write_files

    days = (from_day.date() if from_day else None, to_day.date() if to_day else None)
    with sentences(), _bar() as progress:
        scope = Scope(_campaign_id(slug), settings().timezone, unit_path, topic_path, *days, desk_path)
        _require_scope(scope)
        document = build(scope, progress)
        paths = write_files(document, folder, pdf=pdf)
        progress(100)
    if as_json:
        print_json({"files": [str(path) for path in paths], **_outline(document)})
    else:
        _say_paths(paths)


def _campaign_id(slug: str) -> int:
    with reading():
        campaign = campaign_by_slug(slug)
        found = campaign.id if campaign else None
        db.session.rollback()
    if found is None:
        raise PortalError(_("没有征集活动「%(slug)s」。", slug=slug))
    return found


def _require_scope(scope: Scope) -> None:
    """Raise `PortalError` for days or paths of which nothing can come."""
    require_days(scope.from_day, scope.to_day)
    unit, topic, desk = scope.unit_path, scope.topic_path, scope.desk_path
    with reading():
        missing = [path for path in (unit, desk) if path is not None and unit_by_path(path) is None]
        no_topic = topic is not None and topic_by_path(topic) is None
        db.session.rollback()
    if missing:
        raise PortalError(_("没有单位「%(path)s」。", path=missing[0]))
    if no_topic:
        raise PortalError(_("没有类别「%(path)s」。", path=topic))
    if unit is not None and desk is not None and not is_within(unit, desk):
        raise PortalError(_("只能汇总您所在单位及其下级单位的意见。"))


@group.command("from-file")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", "folder", type=_FOLDER, required=True, help="Folder for the files; made if absent.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    metavar="DIGEST.json",
    help="The analysis-check-input.json of before: matters and aspects keep their ids.",
)
@map_option
@_pdf_option
@json_option
def from_file_command(
    file: Path, folder: Path, previous: Path | None, mapping: dict[str, str], pdf: bool, as_json: bool
) -> None:
    """Sum up the opinions in FILE (csv or xlsx), with no database."""
    from portal.digests.export.files import NAMES, PRINT
    from portal.digests.from_file import REFUSED_NAME, digest_from_file
    from portal.digests.previous import read_previous

    spare([file], [folder / name for name in (*NAMES, PRINT, REFUSED_NAME)])
    with sentences(), _bar() as progress:
        paths = digest_from_file(
            file,
            folder,
            mapping,
            zone=settings().timezone,
            pdf=pdf,
            previous=read_previous(previous) if previous else None,
            progress=lambda done: progress(round(done * 90)),
        )
        progress(100)
    if as_json:
        document = json.loads(paths[0].read_bytes())
        print_json({"files": [str(path) for path in paths], **_outline(document)})
    else:
        _say_paths(paths)


@group.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def verify_command(file: Path, as_json: bool) -> None:
    """Check every number and every quote of an analysis-check-input FILE; exit with 1 if anything is wrong."""
    from portal.digests.schema_check import read_document
    from portal.digests.verify import verify_document

    try:
        problems = verify_document(read_document(file))
    except PortalError as error:
        problems = [error.message]
    if as_json:
        print_json({"file": str(file), "ok": not problems, "problems": problems})
    else:
        for line in problems or [_("逐条核对无误：编号、数字和引文都与原文相符。")]:
            click.echo(line)
    if problems:
        raise SystemExit(1)


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; the function it gives takes the percent done."""
    with click.progressbar(length=100, label=_("正在汇总"), file=sys.stderr) as bar:
        yield lambda percent: bar.update(percent - bar.pos)


def _outline(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "counts": document["counts"],
        "aspects": len(document["aspects"]),
        "matters": len(document["matters"]),
        "singles": len(document["single_ids"]),
    }


def _say_paths(paths: list[Path]) -> None:
    for path in paths:
        click.echo(path)
