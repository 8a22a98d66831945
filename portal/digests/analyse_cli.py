"""`flask analyse …`: the text engine on a table, with no database; near-duplicates and personal data."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.analysis.personal_data import Found, find_personal_data, mask
from portal.core.commands import json_option, map_option, print_json, sentences, spare
from portal.core.csv_file import write_csv
from portal.core.tables import Table
from portal.digests.analyse_input import Input, as_given, id_of, open_input
from portal.digests.columns import COLUMNS

group = AppGroup("analyse", help="The text engine on a table of messages, with no database.")
_FILE = click.Path(path_type=Path)
_MESSAGE = {name: COLUMNS[name] for name in ("id", "title", "body")}
_TEXT = {"id": COLUMNS["id"], "text": ("text", *COLUMNS["body"])}


@group.command("duplicates")
@click.argument("file", type=_FILE)
@map_option
@json_option
def duplicates_command(file: Path, mapping: dict[str, str], as_json: bool) -> None:
    """Find near-duplicates among the messages of FILE (csv or xlsx with id, title, body)."""
    from portal.analysis.duplicates import Written, find_duplicates

    started = time.perf_counter()
    with sentences():
        source = open_input(file, _MESSAGE, ("body", "title"), mapping)
        found = find_duplicates(
            Written(identifier, row.values["title"], row.values["body"]) for identifier, row in source
        )
    source.report()
    if as_json:
        pairs = [
            {"a": pair.a, "b": pair.b, "similarity": pair.similarity, "different_place": pair.different_place}
            for pair in found.pairs
        ]
        seconds = round(time.perf_counter() - started, 3)
        print_json({"pairs": pairs, "groups": [list(ids) for ids in found.groups], "seconds": seconds})
        return
    for ids in found.groups:
        click.echo("、".join(ids))
    apart = sum(pair.different_place for pair in found.pairs)
    click.echo(
        _(
            "近似重复 %(pairs)s 对，其中说的不是同一处的 %(apart)s 对；可合并的 %(groups)s 组",
            pairs=len(found.pairs), apart=apart, groups=len(found.groups),
        )
    )  # fmt: skip


@group.command("personal-data")
@click.argument("file", type=_FILE)
@click.option(
    "--mask", "masked", type=_FILE, help="Write the table to this csv file, personal data starred out."
)
@map_option
@json_option
def personal_data_command(file: Path, masked: Path | None, mapping: dict[str, str], as_json: bool) -> None:
    """Find personal data in the texts of FILE (csv or xlsx with id, text).

    With --mask every column but the id is masked, in every row of FILE: those that cannot be read, and are
    reported, too. No cell changes its length, except that one which a spreadsheet would take for a formula gets an
    apostrophe before it, and a byte that belongs to no character is written as \\udcXX.
    """
    rows: list[dict[str, Any]] = []
    with sentences():
        spare([file], [masked] if masked else [])
        source = open_input(file, _TEXT, ("text",), mapping)
        searched = _searched(source, rows)
        if masked:
            write_csv(masked, source.table.headers, searched)
        else:
            for _cells in searched:
                pass
    source.report()
    if as_json:
        print_json({"rows": rows})
        return
    for row in rows:
        for place in row["found"]:
            click.echo(
                f"{row['id']}\t{place['kind']}\t{place['start']}–{place['end']}\t{place['confidence']}"
            )
    if masked:
        click.echo(masked)


def _searched(source: Input, rows: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The masked cells of each row of the table, the empty ones and those that cannot be read among them.

    What was found in the text of a row is appended to `rows` on the way. An id that comes again does no harm here.
    """
    table = source.table
    text_at, id_at = table.columns["text"], table.columns.get("id")
    written = 1
    for row in table:
        yield from _empty(row.number - written - 1, table)
        written = row.number
        cells = list(row.cells)
        for at, cell in enumerate(cells):
            if at != id_at and (at != text_at or row.error):
                cells[at] = mask(cell, find_personal_data(cell))
        if row.error:
            source.refused.append((row.number, str(row.error)))
        else:
            text = as_given(row, text_at)
            found = find_personal_data(text)
            source.taken += 1
            rows.append({"id": id_of(row), "found": [_told(place) for place in found]})
            if text_at < len(cells):
                cells[text_at] = mask(text, found)
        yield cells


def _empty(count: int, table: Table) -> Iterator[list[str]]:
    for _row in range(count):
        yield [""] * len(table.headers)


def _told(found: Found) -> dict[str, Any]:
    return {"kind": found.kind, "start": found.start, "end": found.end, "confidence": found.confidence}
