"""Rows of a csv file of any origin: UTF-8, UTF-16 or GB18030; comma, semicolon or tab."""

import codecs
import csv
import re
from collections.abc import Iterator, Set
from io import TextIOWrapper
from pathlib import Path

from portal.core.cells import normal_header
from portal.core.table_errors import TableError

LINE_LIMIT = 16 * 1024 * 1024
DELIMITERS = ",;\t"
_CHUNK = 1024 * 1024
_START = 4096  # bytes by which UTF-16 is told
_LONGEST_DECLARATION = 12  # characters
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What Excel takes for a word about the file and not for a row: sep=;
_DECLARED = re.compile(r'\ufeff?"?sep=([,;\t|])"?[\r\n]*', re.IGNORECASE)
# Bytes of no character, as reading with surrogateescape shows them.
_ESCAPED = re.compile("[\udc80-\udcff]+")
_ASCII = re.compile(r"[\x00-\x7f]+")
_SURE = 1_000_000  # characters by which one encoding makes more sense than the other


def csv_rows(path: Path, known: Set[str]) -> Iterator[tuple[int, list[str], TableError | None]]:
    """Yield (row number, cells, what is wrong with the row) of a csv file, the header being row 1.

    `known` are header names that help to tell the delimiter. Bytes that belong to no character arrive as lone
    surrogates U+DC80…U+DCFF. Raises TableError where reading cannot go on.
    """
    encoding = _encoding(path)
    csv.field_size_limit(LINE_LIMIT)
    declared = _declared_delimiter(path, encoding)
    delimiter = declared or _delimiter(path, encoding, known)
    with _opened(path, encoding) as stream:
        if declared:
            stream.readline()
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=delimiter)
        number = 0
        while True:
            lines.row = number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError("cell_too_long", row=number + 1, limit=LINE_LIMIT) from error
            except UnicodeDecodeError as error:
                raise TableError("undecodable", row=number + 1) from error
            number += 1
            # A record that made the reader ask past the last line ended inside a quoted cell.
            problem = TableError("unclosed_quote", row=number) if lines.exhausted else None
            yield number, cells, problem


def _opened(path: Path, encoding: str) -> TextIOWrapper:
    # Half a character of UTF-16 is no stray byte, which would be an error of the whole file there.
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return path.open("r", encoding=encoding, errors=errors, newline="")


class _Lines:
    """The lines of a text stream; refuses one that is too long before it fills the memory."""

    def __init__(self, stream: TextIOWrapper) -> None:
        self._stream = stream
        self.exhausted = False
        self.row = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LINE_LIMIT + 1)
        if len(line) > LINE_LIMIT:
            raise TableError("cell_too_long", row=self.row, limit=LINE_LIMIT)
        if not line:
            self.exhausted = True
            raise StopIteration
        return line


def _encoding(path: Path) -> str:
    """Tell the encoding by reading the whole file once, in constant memory."""
    with path.open("rb") as stream:
        start = stream.read(_START)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith(_UTF16_MARKS):
        return "utf-16"
    if b"\x00" in start and (unmarked := _unmarked_utf16(start)):
        return unmarked
    return "utf-8" if _looks_like_utf8(path) else "gb18030"


def _unmarked_utf16(start: bytes) -> str | None:
    """Which UTF-16 a file without a mark is written in; None where it is none.

    Commas and line ends have a NUL in one half, always the same; and they are there.
    """
    for encoding, other_half in (("utf-16-le", start[::2]), ("utf-16-be", start[1::2])):
        if b"\x00" not in other_half:
            text = start[: len(start) // 2 * 2].decode(encoding, "replace")
            return encoding if any(char in text for char in f"{DELIMITERS}\n\r") else None
    return None


def _looks_like_utf8(path: Path) -> bool:
    """Whether more of the file is characters of UTF-8, ASCII left aside, than bytes of none.

    Of GB18030 some pairs of bytes pass for UTF-8, and most bytes do not; damage spoils single characters.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    characters = strange = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            told = _ASCII.sub("", decoder.decode(chunk))
            known = len(_ESCAPED.sub("", told))
            characters += known
            strange += len(told) - known
            if abs(characters - strange) > _SURE:
                break
        else:
            strange += len(decoder.decode(b"", final=True))
    return not strange or characters > strange


def _declared_delimiter(path: Path, encoding: str) -> str | None:
    """The delimiter that the first line declares; None where it is a row like others."""
    with _opened(path, encoding) as stream:
        try:
            found = _DECLARED.fullmatch(stream.readline(_LONGEST_DECLARATION))
        except UnicodeDecodeError:
            return None  # said of the row, when it is read
    return found[1] if found else None


def _delimiter(path: Path, encoding: str, known: Set[str]) -> str:
    """Choose the delimiter under which the first record shows most known headers, then most cells."""
    best, best_score = ",", (-1, -1)
    for delimiter in DELIMITERS:
        with _opened(path, encoding) as stream:
            try:
                cells = next(csv.reader(_Lines(stream), delimiter=delimiter), [])
            except csv.Error as error:
                raise TableError("cell_too_long", row=1, limit=LINE_LIMIT) from error
            except UnicodeDecodeError as error:
                raise TableError("undecodable", row=1) from error
        score = (sum(normal_header(cell) in known for cell in cells), len(cells))
        if score > best_score:
            best, best_score = delimiter, score
    return best
