"""Cells, styles and pages as all sheets of digest.xlsx have them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from portal.core.cells import guard_formula
from portal.digests.export.opinion_table import Cell
from portal.digests.export.wording import visible

CELL_LIMIT = 32_767
"""UTF-16 units that a cell can hold (Excel specifications and limits)."""
_LINE_HEIGHT = 14.5
_MOST_LINES = 27
# No column shows more characters than these in the 409 points that a row can be high.
_VISIBLE = 3_000

Columns = Sequence[tuple[str, float]]
"""Header and width in characters of each column."""
More = Sequence[tuple[int, str]]
"""Continuation columns: the index of the column that goes on there, and a header."""


def split_text(text: str) -> list[str]:
    """Cut a text into pieces that each fit a cell, formula guard included; joined they are the text again."""
    if len(text) < CELL_LIMIT // 2:
        return [text]
    pieces, start, units = [], 0, 0
    for place, char in enumerate(text):
        width = 2 if char > "\uffff" else 1
        if units + width > CELL_LIMIT - 1:
            pieces.append(text[start:place])
            start, units = place, 0
        units += width
    return [*pieces, text[start:]]


def make_styles(book: xlsxwriter.Workbook) -> dict[str, Any]:
    """Return the named cell formats of a workbook."""
    cell = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True, "border": 1}
    centred = {**cell, "align": "center"}
    middle = {"valign": "vcenter"}
    strong = {"bold": True, "bg_color": "#EEF3F8"}
    return {
        "title": book.add_format({**middle, "font_name": "黑体", "font_size": 18, "align": "center"}),
        "note": book.add_format({**middle, "font_name": "宋体", "font_size": 10.5, "text_wrap": True}),
        "head": book.add_format({**centred, "font_name": "黑体", "valign": "vcenter", "bg_color": "#D9E5F2"}),
        "text": book.add_format(cell),
        "number": book.add_format({**centred, "num_format": "0"}),
        "share": book.add_format({**centred, "num_format": "0.0%"}),
        "date": book.add_format({**centred, "num_format": "yyyy-mm-dd"}),
        "text_strong": book.add_format({**cell, **strong}),
        "number_strong": book.add_format({**centred, **strong, "num_format": "0"}),
        "share_strong": book.add_format({**centred, **strong, "num_format": "0.0%"}),
    }


def set_page(sheet: Any, columns: Columns, head_row: int) -> None:
    """A4 landscape, the head repeated on every page, frozen on the screen."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_row)
    sheet.freeze_panes(head_row + 1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    for place, (_, width) in enumerate(columns):
        sheet.set_column(place, place, width)


def row_height(columns: Columns, cells: Sequence[Cell], most: Mapping[int, int] | None = None) -> float:
    """Return the height in points that shows the texts of a row, as far as a row can; `most` limits lines of
    a column.

    Reckoned here because programs fit the height of wrapped rows when they are edited, not when a file is
    opened.
    """
    lines = 1
    for place, value in enumerate(cells):
        if isinstance(value, str) and (len(value) * 2 > columns[place][1] or "\n" in value):
            wanted = sum(1 + _width(line) // int(columns[place][1]) for line in value[:_VISIBLE].split("\n"))
            lines = max(lines, min(wanted, (most or {}).get(place, _MOST_LINES)))
    return _LINE_HEIGHT * lines + 5


def _width(line: str) -> int:
    """Return the width of a line in digits: a Chinese character takes two."""
    return len(line) if line.isascii() else len(line.encode("gb18030", "replace"))


def write_row(
    sheet: Any, row: int, cells: Sequence[tuple[Cell, Any]], more: More, styles: dict[str, Any]
) -> None:
    """Write one row of (value, format); a text too long for its cell goes on in the continuation columns."""
    pieces = [split_text(visible(value)) if isinstance(value, str) else [value] for value, _ in cells]
    for place, (_, style) in enumerate(cells):
        _write(sheet, row, place, pieces[place][0], style)
    taken = [1] * len(cells)
    for offset, (place, _) in enumerate(more):
        if taken[place] < len(pieces[place]):
            _write(sheet, row, len(cells) + offset, pieces[place][taken[place]], styles["text"])
            taken[place] += 1


def _write(sheet: Any, row: int, column: int, value: Cell, style: Any) -> None:
    if value is None or value == "":
        if style is not None:
            sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, guard_formula(value), style)
    elif isinstance(value, date):
        if value.year >= 1900:
            sheet.write_datetime(row, column, value, style)
        else:  # no spreadsheet knows such a day
            sheet.write_string(row, column, value.isoformat(), style)
    else:
        sheet.write_number(row, column, value, style)


def continuations(columns: Columns, longest: dict[int, int]) -> list[tuple[int, str]]:
    """Return the continuation columns that the longest text of each column asks for."""
    return [
        (place, f"{columns[place][0]}（续 {number}）")
        for place in sorted(longest)
        for number in range(1, longest[place])
    ]


def write_head(sheet: Any, row: int, columns: Columns, more: More, style: Any) -> None:
    """Write the head of a table and set the width of its continuation columns."""
    sheet.set_row(row, 32)
    for place, (name, _) in enumerate(columns):
        sheet.write_string(row, place, name, style)
    for offset, (place, name) in enumerate(more):
        sheet.set_column(len(columns) + offset, len(columns) + offset, columns[place][1])
        sheet.write_string(row, len(columns) + offset, name, style)
