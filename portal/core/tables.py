"""Tables that people hand in: csv of any usual encoding and xlsx, row by row, nothing dropped in silence."""

import codecs
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from portal.core.cells import normal_header, plain_returns
from portal.core.csv_source import csv_rows
from portal.core.files import require_file
from portal.core.reasons import reason_of
from portal.core.table_errors import TableError
from portal.core.xlsx_source import xlsx_rows

__all__ = ["Row", "Table", "TableError", "read_table"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head", b"<style")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_FORMULA_ERRORS = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#N/A"})


HEADER_ROWS = 10
"""Among so many rows at the top of a table the headers are looked for."""
RawRow = tuple[int, list[str], TableError | None]
"""Row number, cells, and what is wrong with the row as a whole."""
RawRows = Iterator[RawRow]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty.

    `number` is the spreadsheet's own (the header is 1, but where a title stands above it). `values` holds a text for every field asked for, ""
    where the column or the cell is absent. When `error` is set the row cannot be trusted: its values are all
    "", and `cells` still shows what was read.
    """

    number: int
    values: dict[str, str]
    error: TableError | None = None
    cells: tuple[str, ...] = ()


class Table(Iterator[Row]):
    """The rows of one table, to be walked through once.

    `headers` are as they stand in their row; `columns` says which of them (counted from 0) each field was found
    in; `unknown` are headers that no field uses; `empty_rows` counts the empty rows passed so far.
    """

    def __init__(
        self, headers: Sequence[str], columns: Mapping[str, int], fields: Collection[str], source: RawRows
    ) -> None:
        self.headers = tuple(headers)
        self.columns = dict(columns)
        used = set(self.columns.values())
        self.unknown = tuple(header for place, header in enumerate(headers) if place not in used and header)
        self.empty_rows = 0
        self._fields = tuple(fields)
        self._source = source

    def __next__(self) -> Row:
        for number, cells, problem in self._source:
            if problem is None and not any(cell.strip() for cell in cells):
                self.empty_rows += 1
                continue
            error = problem or self._cells_problem(number, cells)
            if error:
                return Row(number, dict.fromkeys(self._fields, ""), error, tuple(cells))
            values = dict.fromkeys(self._fields, "")
            for field, place in self.columns.items():
                values[field] = plain_returns(cells[place]) if place < len(cells) else ""
            return Row(number, values, None, tuple(cells))
        raise StopIteration

    def _cells_problem(self, number: int, cells: list[str]) -> TableError | None:
        if any(cell.strip() for cell in cells[len(self.headers) :]):
            return TableError("too_many_cells", row=number, cells=len(cells), columns=len(self.headers))
        for place in self.columns.values():
            value = cells[place] if place < len(cells) else ""
            code = _cell_problem(value)
            if code:
                return TableError(code, row=number, header=self.headers[place], value=value[:20])
        return None


def read_table(
    path: Path,
    columns: Mapping[str, Sequence[str]],
    *,
    required: Collection[str],
    mapping: Mapping[str, str] | None = None,
) -> Table:
    """Open a csv or xlsx file and return its rows as an iterator.

    `columns` gives for each field the header names accepted for it, the preferred one first; case, width and
    spaces do not matter. `mapping` (field → header) overrides it. Raises TableError when the file cannot be
    read, a required column is missing, or a header that matters stands there twice; a row that cannot be read
    comes with its `error` instead. Reading on may raise TableError as well.
    """
    path = Path(path)
    mapping = mapping or {}
    for field in mapping:
        if field not in columns:
            raise TableError("unknown_field", field=field, known="、".join(columns))
    known = {normal_header(name) for names in columns.values() for name in names}
    known |= {normal_header(header) for header in mapping.values()}
    source = xlsx_rows(path) if _is_xlsx(path) else csv_rows(path, known)
    first, above, source = _from_header(source, known, len(required))
    headers = _headers(first)
    places = _places(headers, columns, mapping)
    missing = [field for field in columns if field in required and field not in places]
    if missing:
        names = "、".join(columns[field][0] for field in missing)
        raise TableError("missing_columns", columns=names, found=_listed(headers))
    return Table(headers, places, columns, chain(above, source))


def _is_xlsx(path: Path) -> bool:
    """Tell by content, since names lie. Raises TableError for what is surely no table."""
    try:
        require_file(path)
        with path.open("rb") as stream:
            start = stream.read(64)
    except FileNotFoundError as error:
        raise TableError("not_found", path=path) from error
    except FileExistsError as error:
        raise TableError("no_file", path=path) from error
    except OSError as error:
        raise TableError("unreadable", path=path, reason=reason_of(error)) from error
    if not start:
        raise TableError("empty")
    if start.startswith(_OLE):
        raise TableError("old_xls")
    if start.startswith(_BINARY):
        raise TableError("not_a_table")
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_MARKUP):
        raise TableError("web_page")
    return start.startswith(_ZIP)


def _from_header(source: RawRows, known: Set[str], required: int) -> tuple[RawRow, list[RawRow], RawRows]:
    """The row of the headers, the rows above it with word of that, and what follows.

    It is the first one, unless that names nothing that is looked for and one of the next few names enough: people put
    a title above their tables.
    """
    head = list(islice(source, HEADER_ROWS))
    if not head:
        raise TableError("empty")
    names = [sum(normal_header(cell) in known for cell in cells) for _number, cells, _problem in head]
    enough = max(2, required)
    place = 0 if names[0] else next((at for at, count in enumerate(names) if count >= enough), 0)
    above = [
        (number, cells, TableError("above_header", row=number) if any(cells) else None)
        for number, cells, _problem in head[:place]
    ]
    return head[place], above, chain(head[place + 1 :], source)


def _headers(row: RawRow) -> list[str]:
    number, cells, problem = row
    if problem:
        raise problem
    headers = [cell.strip().lstrip("\ufeff") for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise TableError("no_header")
    for header in headers:
        code = _cell_problem(header)
        if code == "nul":
            raise TableError("not_a_table")
        if code:
            raise TableError(code, row=number, header=_printable(header), value=header)
    return headers


def _places(
    headers: Sequence[str], columns: Mapping[str, Sequence[str]], mapping: Mapping[str, str]
) -> dict[str, int]:
    normal = [normal_header(header) for header in headers]
    places: dict[str, int] = {}
    for field, header in mapping.items():
        if normal_header(header) not in normal:
            raise TableError("mapped_column_missing", header=header, field=field, found=_listed(headers))
        place = _only(normal_header(header), headers, normal)
        if other := next((one for one, taken in places.items() if taken == place), None):
            raise TableError("column_twice", header=headers[place], field=field, other=other)
        places[field] = place
    claimed = set(places.values())
    for field, names in columns.items():
        if field in places:
            continue
        for name in names:
            folded = normal_header(name)
            if folded in normal and normal.index(folded) not in claimed:
                places[field] = _only(folded, headers, normal)
                claimed.add(places[field])
                break
    return places


def _only(folded: str, headers: Sequence[str], normal: Sequence[str]) -> int:
    place = normal.index(folded)
    if normal.count(folded) > 1:
        raise TableError("duplicate_header", header=headers[place])
    return place


def _cell_problem(value: str) -> str | None:
    """Return the code of what makes a cell unfit to be stored, or None."""
    if "\x00" in value:
        return "nul"
    if value in _FORMULA_ERRORS:
        return "cell_error"
    if value.isascii():
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        return "broken_bytes" if "\udc80" <= value[error.start] <= "\udcff" else "surrogate"
    return None


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _listed(headers: Sequence[str]) -> str:
    return "、".join(header[:30] for header in headers[:30] if header)
