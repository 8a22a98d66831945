"""xlsx files made to harm: refused with a sentence, soon, before openpyxl sees them."""

import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from portal.core.tables import TableError, read_table

COLUMNS = {"title": ("title",), "body": ("body",)}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
ROW = '<row><c t="inlineStr"><is><t>title</t></is></c><c t="inlineStr"><is><t>body</t></is></c></row>'


def sheet(rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def book_with(path: Path, part: str, pieces: Iterator[bytes]) -> Path:
    """Save a workbook whose `part` is replaced by `pieces`."""
    whole = path.with_name("whole.xlsx")
    book = openpyxl.Workbook()
    book.active.append(["title", "body"])
    book.active.append(["a", "b"])
    book.save(whole)
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
        with target.open(part, "w", force_zip64=True) as stream:
            for piece in pieces:
                stream.write(piece)
    return path


def refused(path: Path) -> TableError:
    """Return the refusal, having checked that it cost less than 2 seconds of a processor and 100 MB.

    A processor's seconds and not the clock's: what else the machine is doing must not decide.
    """
    began = time.thread_time()
    with pytest.raises(TableError):
        list(read_table(path, COLUMNS, required=COLUMNS))
    seconds = time.thread_time() - began
    # Again for the memory alone: watching it costs as much time as the reading.
    tracemalloc.start()
    with pytest.raises(TableError) as caught:
        list(read_table(path, COLUMNS, required=COLUMNS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 100_000_000
    assert str(caught.value)
    return caught.value


def repeated(head: str, piece: str, times: int, tail: str) -> Iterator[bytes]:
    yield head.encode()
    block = piece.encode() * 10_000
    for _ in range(times // 10_000):
        yield block
    yield tail.encode()


HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'
TAIL = "</sheetData></worksheet>"
STRINGS = f'<sst xmlns="{MAIN}"><si>'
STYLES = f'<styleSheet xmlns="{MAIN}">'


@pytest.mark.parametrize(
    ("part", "head", "piece", "times", "tail"),
    [
        pytest.param(SHEET, HEAD, "<row><c><v>1</v></c></row>", 15_000_000, TAIL, id="many rows, 390 MB"),
        pytest.param(SHEET, f"{HEAD}<row>", "<c/>", 1_900_000, f"</row>{TAIL}", id="one endless row"),
        pytest.param(SHEET, HEAD, "<x/>", 1_900_000, TAIL, id="elements outside of rows"),
        pytest.param("xl/styles.xml", STYLES, "<xf/>", 1_500_000, "</styleSheet>", id="styles"),
        pytest.param("xl/sharedStrings.xml", STRINGS, "<r/>", 1_900_000, "</si></sst>", id="one string"),
    ],
)
def test_a_bomb_is_refused_before_it_is_parsed(
    tmp_path: Path, part: str, head: str, piece: str, times: int, tail: str
) -> None:
    path = book_with(tmp_path / "bomb.xlsx", part, repeated(head, piece, times, tail))
    assert path.stat().st_size < 2_000_000
    assert refused(path).code == "xlsx_too_large"


def test_a_bomb_under_any_other_name_is_refused(tmp_path: Path) -> None:
    path = book_with(tmp_path / "bomb.xlsx", "xl/media/image1.png", repeated(HEAD, "<x/>", 1_900_000, TAIL))
    assert refused(path).code == "xlsx_too_large"
    book_with(path, "xl/media/image1.png", iter([b"\x89PNG"]))
    assert len(list(read_table(path, COLUMNS, required=COLUMNS))) == 1


def test_a_part_larger_than_it_declares_is_refused(tmp_path: Path) -> None:
    path = book_with(tmp_path / "liar.xlsx", SHEET, repeated(HEAD, "<row/>", 100_000, TAIL))
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    assert refused(path).code == "xlsx_damaged"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_36_a_document_type_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData>{ROW}'
        '<row><c t="inlineStr"><is><t>&secret;</t></is></c></row></sheetData></worksheet>'
    )
    path = book_with(tmp_path / "xxe.xlsx", SHEET, iter([text.encode(encoding)]))
    assert refused(path).code == "xlsx_doctype"


def test_row_numbers_beyond_a_sheet_are_refused(tmp_path: Path) -> None:
    rows = f'{ROW}<row r="999999999999"><c t="inlineStr"><is><t>far</t></is></c></row>'
    path = book_with(tmp_path / "far.xlsx", SHEET, iter([sheet(rows)]))
    with pytest.raises(TableError) as caught:
        list(read_table(path, COLUMNS, required=COLUMNS))
    assert caught.value.code == "row_number"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<worksheet",
        b"not xml",
        sheet(f'{ROW}<row r="x"><c/></row>'),
        sheet('<row><c t="s"><v>9</v></c></row>'),
    ],
)
def test_a_broken_sheet_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    refused(book_with(tmp_path / "broken.xlsx", SHEET, iter([content])))


def test_a_cut_file_is_a_sentence(tmp_path: Path) -> None:
    path = book_with(tmp_path / "a.xlsx", SHEET, iter([sheet(ROW)]))
    data = path.read_bytes()
    for length in range(4, len(data), 97):
        path.write_bytes(data[:length])
        assert refused(path).code == "xlsx_damaged"


def test_hidden_sheets_and_wrong_dimensions_do_not_mislead(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.create_sheet("b").append(["title", "body"])
    book["b"].append(["a_x000D_\nb", "2"])
    book.save(tmp_path / "a.xlsx")
    found = list(read_table(tmp_path / "a.xlsx", COLUMNS, required=COLUMNS))
    assert [row.values for row in found] == [{"title": "a\nb", "body": "2"}]
