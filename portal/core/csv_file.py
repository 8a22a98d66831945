"""Csv files for people to open: UTF-8 with a mark for spreadsheet programs, no cell a formula."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from portal.core.cells import guard_formula
from portal.core.files import replacing


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table, whole or not at all; lone surrogates (undecodable bytes) and NUL are made visible."""
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as stream,
    ):
        writer = csv.writer(stream)
        writer.writerow([_cell(text) for text in head])
        writer.writerows([_cell(text) for text in row] for row in rows)


def _cell(text: str) -> str:
    return guard_formula(text).replace("\x00", "␀")
