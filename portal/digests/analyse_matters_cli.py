"""`flask analyse matters`: the matters and aspects of a table, with no database."""

import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask_babel import gettext as _

from portal.analysis.records import Analysis, Message
from portal.core.commands import json_option, map_option, print_json, sentences
from portal.core.memory import peak_memory
from portal.core.moments import MomentError, parse_moment
from portal.core.tables import Row
from portal.core.text import clean_line
from portal.digests.analyse_cli import group
from portal.digests.analyse_input import Input, as_given, open_input
from portal.digests.columns import COLUMNS
from portal.web.network import settings

_FIELDS = ("id", "author", "title", "created_at", "body", "support", "topic")
_SUPPORT_LIMIT = 10**9
_TOLD = 20  # cells that could not be read, named one by one


@group.command("matters")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--aspects", type=click.IntRange(3, 15), help="How many aspects; five to nine by default.")
@map_option
@json_option
def matters_command(file: Path, aspects: int | None, mapping: dict[str, str], as_json: bool) -> None:
    """Find the matters and aspects among the messages of FILE (csv or xlsx).

    Columns: id, author, title, created_at, body; if there are any, support and topic. Offsets of quotes count
    characters of title, line feed and body as they stand in the file.
    """
    from portal.analysis.engine import analyse

    started = time.perf_counter()
    with peak_memory() as peak:
        with sentences():
            source = open_input(file, {name: COLUMNS[name] for name in _FIELDS}, ("body", "title"), mapping)
            messages, odd = _messages(source, settings().timezone)
        source.report()
        _report(odd)
        result = analyse(messages, aspects=aspects)
    if as_json:
        seconds = round(time.perf_counter() - started, 3)
        print_json(_outline(result) | {"seconds": seconds, "peak_mb": round(peak.mib, 1)})
        return
    for matter in result.matters:
        click.echo(f"{matter.title}\t{len(matter.opinion_ids)}")
    for aspect in result.aspects:
        click.echo(f"{aspect.title}\t{len(aspect.opinion_ids)}")


def _messages(source: Input, zone: ZoneInfo) -> tuple[list[Message], list[str]]:
    """The messages of the table, and what of them could not be read and was left out, each as a sentence."""
    columns = source.table.columns
    messages: list[Message] = []
    odd: list[str] = []
    for identifier, row in source:
        title, body = (as_given(row, columns.get(name)) for name in ("title", "body"))
        moment = _moment(row, zone, odd)
        support = _support(row, odd)
        author = clean_line(row.values["author"]) or None
        topic = clean_line(row.values["topic"]) or None
        messages.append(Message(identifier, title, body, author, moment, support, topic))
    return messages, odd


def _moment(row: Row, zone: ZoneInfo, odd: list[str]) -> datetime | None:
    try:
        return parse_moment(row.values["created_at"], zone)
    except MomentError as error:
        odd.append(_("第%(number)s行：%(reason)s", number=row.number, reason=str(error)))
        return None


def _support(row: Row, odd: list[str]) -> int:
    typed = clean_line(row.values["support"])
    if typed.isascii() and typed.isdigit() and int(typed[:12]) <= _SUPPORT_LIMIT:
        return int(typed)
    if typed:
        odd.append(_("第%(number)s行：附议数看不懂：%(typed)s", number=row.number, typed=typed[:20]))
    return 0


def _report(odd: list[str]) -> None:
    """Say on standard error which times and numbers were left out."""
    for line in odd[:_TOLD]:
        click.echo(line, err=True)
    if len(odd) > _TOLD:
        click.echo(_("……另有 %(count)s 处", count=len(odd) - _TOLD), err=True)


def _outline(result: Analysis) -> dict[str, Any]:
    return {
        "matters": [asdict(matter) for matter in result.matters],
        "aspects": [asdict(aspect) for aspect in result.aspects],
        "single_ids": list(result.single_ids),
    }
