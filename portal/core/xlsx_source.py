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
    """Yield (row number, cells, None) of the first visible sheet, the header being row 1.

    Formulas give the value that the spreadsheet program last stored. Raises TableError for anything that is
    not a whole and harmless xlsx file.
    """
    inspect_xlsx(path)
    # openpyxl takes over a second to import and reads a broken file with any exception at all.
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(path, read_only=True, data_only=True)
            sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
            # The size that a sheet declares is often wrong, and openpyxl would fill it with empty cells.
            sheet.reset_dimensions()
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
                yield number, [cell_text(value) for value in values], None
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


def inspect_xlsx(path: Path) -> None:
    """Raise TableError when the archive is damaged, declares a document type, or would expand beyond the
    limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            _check_sizes(parts)
            for part in parts:
                with archive.open(part) as stream:
                    _inspect_part(part.filename, stream)
    except _DAMAGE as error:
        raise TableError("xlsx_damaged", reason=type(error).__name__) from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    """Hold the declared sizes against the limits; zipfile never reads a part beyond its declared size."""
    if len(parts) > _PARTS_LIMIT:
        raise TableError("xlsx_too_large", reason=f"{len(parts)} 个部件")
    expanded = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if expanded > EXPANDED_LIMIT or (expanded > _RATIO_FREE and expanded > RATIO_LIMIT * packed):
        raise TableError("xlsx_too_large", reason=f"{expanded // 1_000_000} MB")


def _inspect_part(name: str, stream: IO[bytes]) -> None:
    # A sheet may go by any name, so every part is tried; what expat gives up on, openpyxl's expat does too.
    try:
        _Inspection(name).run(stream)
    except expat.ExpatError:
        if name.endswith((".xml", ".rels")):
            raise


class _Inspection:
    """One walk through one XML part, which counts what openpyxl would hold in memory at the same time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = 0
        self._inside = 0
        self._outside = 0
        self._in_unit = False
        self._began = 0
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

    def _start(self, tag: str, _attributes: object) -> None:
        if tag in _UNITS:
            self._in_unit = True
            self._inside = 0
            self._rows += 1
            self._began = self._parser.CurrentByteIndex
        elif self._in_unit:
            self._inside += 1
        else:
            self._outside += 1
        if self._inside > _ELEMENTS_LIMIT or self._outside > _ELEMENTS_LIMIT or self._rows > ROW_LIMIT:
            raise self._too_large()

    def _end(self, tag: str) -> None:
        if tag in _UNITS:
            self._in_unit = False

    def _too_large(self) -> TableError:
        return TableError("xlsx_too_large", reason=self._name)
