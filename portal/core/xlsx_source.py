"""Rows of an xlsx file, after a look through its parts for what would exhaust the memory.

openpyxl, which does the reading, builds a tree of what it reads: a file of 0.4 MB can make it ask for 800 MB.
So every part is first walked through by expat, which keeps nothing, and held against limits that a table made
by a spreadsheet program never meets.
"""

import datetime
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from portal.core.table_errors import TableError

ROW_LIMIT = 1_048_576
"""What a sheet can hold (ECMA-376, and every spreadsheet program)."""
EXPANDED_LIMIT = 256 * 1024 * 1024
RATIO_LIMIT = 100
"""Real tables deflate 5 to 20 times; a bomb does up to 1,032 times."""
_RATIO_FREE = 8 * 1024 * 1024
_PARTS_LIMIT = 5_000
_ELEMENTS_LIMIT = 200_000
_SPAN_LIMIT = 16 * 1024 * 1024
_CHUNK = 256 * 1024
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml"
_CELL, _FORMULA, _VALUE = f"{_MAIN} c", f"{_MAIN} f", f"{_MAIN} v"
_UNITS = frozenset({f"{_MAIN} row", f"{_MAIN} si"})
# What zipfile, zlib and expat raise on broken archives; RuntimeError stands for a part under a password.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    IndexError,
)


def xlsx_rows(path: Path) -> Iterator[tuple[int, list[str], TableError | None]]:
    """Yield (row number, cells, what is wrong with the row) of the first visible sheet, the header being row 1.

    Formulas give the value that the spreadsheet program last stored; a row with one that has none is wrong. Raises TableError for anything that is
    not a whole and harmless xlsx file.
    """
    unsaved = inspect_xlsx(path)
    # openpyxl takes over a second to import and reads a broken file with any exception at all.
    from openpyxl import load_workbook

    # openpyxl judges a file by the end of its name, which lies, and a stream by what it holds.
    with path.open("rb") as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
            sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
            # The size that a sheet declares is often wrong, and openpyxl would fill it with empty cells.
            sheet.reset_dimensions()
            # openpyxl gives an empty cell for a formula without a value, as programs write it that compute nothing.
            formulas = unsaved.get(sheet._worksheet_path, {})
        except Exception as error:
            raise TableError("xlsx_damaged", reason=type(error).__name__) from error
        rows = sheet.iter_rows(values_only=True)
        number = 0
        try:
            while True:
                try:
                    values = next(rows)
                except StopIteration:
                    return
                except Exception as error:
                    raise TableError("xlsx_damaged", reason=type(error).__name__) from error
                number += 1
                if number > ROW_LIMIT:
                    raise TableError("row_number", row=number - 1, limit=ROW_LIMIT)
                cell = formulas.get(number)
                problem = TableError("formula_without_value", row=number, cell=cell) if cell else None
                yield number, [cell_text(value) for value in values], problem
        finally:
            book.close()


def cell_text(value: object) -> str:
    """Return what a person sees in the cell, dates in ISO 8601, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, str):
        return value
    return str(value)


def inspect_xlsx(path: Path) -> dict[str, dict[int, str]]:
    """Raise TableError when the archive is damaged, is no workbook, declares a document type, or would expand beyond the
    limits.

    Returns for each part the cells with a formula and no value, the first of each row, by row number.
    """
    unsaved = {}
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            _check_sizes(parts)
            if not any(part.filename.startswith("xl/") for part in parts):
                raise TableError("not_a_table")  # a document of another program, in a zip archive too
            for part in parts:
                with archive.open(part) as stream:
                    unsaved[part.filename] = _inspect_part(part.filename, stream)
    except _DAMAGE as error:
        raise TableError("xlsx_damaged", reason=type(error).__name__) from error
    return unsaved


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """Hold the declared sizes against the limits; zipfile never reads a part beyond its declared size."""
    if len(parts) > _PARTS_LIMIT:
        raise TableError("xlsx_too_large", reason=f"{len(parts)} 个部件")
    expanded = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if expanded > EXPANDED_LIMIT or (expanded > _RATIO_FREE and expanded > RATIO_LIMIT * packed):
        raise TableError("xlsx_too_large", reason=f"{expanded // 1_000_000} MB")


def _inspect_part(name: str, stream: IO[bytes]) -> dict[int, str]:
    # A sheet may go by any name, so every part is tried; what expat gives up on, openpyxl's expat does too.
    inspection = _Inspection(name)
    try:
        inspection.run(stream)
    except expat.ExpatError:
        if name.endswith((".xml", ".rels")):
            raise
    return inspection.unsaved


class _Inspection:
    """One walk through one XML part, which counts what openpyxl would hold in memory at the same time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = 0
        self._inside = 0
        self._outside = 0
        self._in_unit = False
        self._began = 0
        self.unsaved: dict[int, str] = {}
        self._row_number = 0
        self._formula_at = ""  # the cell whose formula waits for its value
        self._cell = ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def run(self, stream: IO[bytes]) -> None:
        """Walk through the part. Raises TableError, expat.ExpatError, zipfile.BadZipFile."""
        fed = 0
        while chunk := stream.read(_CHUNK):
            self._parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - self._began > _SPAN_LIMIT:
                raise self._too_large()
        self._parser.Parse(b"", True)

    def _doctype(self, *_declaration: object) -> None:
        raise TableError("xlsx_doctype")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _UNITS:
            self._in_unit = True
            self._inside = 0
            self._rows += 1
            self._began = self._parser.CurrentByteIndex
            number = attributes.get("r", "")
            self._row_number = int(number) if number.isdecimal() else self._row_number + 1
        elif self._in_unit:
            self._inside += 1
            self._in_cell(tag, attributes)
        else:
            self._outside += 1
            if tag.startswith(_STRICT):
                raise TableError("xlsx_strict")
        if self._inside > _ELEMENTS_LIMIT or self._outside > _ELEMENTS_LIMIT or self._rows > ROW_LIMIT:
            raise self._too_large()

    def _in_cell(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _CELL:
            # A formula whose value is the empty text has nothing in its value either, but says that it is a text.
            self._cell = "" if attributes.get("t") == "str" else attributes.get("r", "?")
        elif tag == _FORMULA and self._cell:
            self._formula_at = self._cell
            self._parser.CharacterDataHandler = None
        elif tag == _VALUE and self._formula_at:
            self._parser.CharacterDataHandler = self._value_found

    def _value_found(self, _text: str) -> None:
        self._formula_at = ""
        self._parser.CharacterDataHandler = None

    def _end(self, tag: str) -> None:
        if tag in _UNITS:
            self._in_unit = False
        elif tag == _CELL and self._formula_at:
            if len(self.unsaved) < _ELEMENTS_LIMIT:
                self.unsaved.setdefault(self._row_number, self._formula_at[:12])
            self._formula_at = ""

    def _too_large(self) -> TableError:
        return TableError("xlsx_too_large", reason=self._name)
