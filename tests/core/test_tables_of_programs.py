"""Tables as Excel, WPS, Numbers and other programs write them, and what people do to their first rows."""

import random
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from portal.core.tables import HEADER_ROWS, Row, Table, TableError, read_table

COLUMNS = {"title": ("标题", "title"), "body": ("内容", "body"), "author": ("作者", "author")}
TEXT = "标题,内容,作者\r\n路灯不亮,很黑，看不清,张三\r\n"
VALUES = ("路灯不亮", "很黑，看不清", "张三")
SHEET = "xl/worksheets/sheet1.xml"


def table(path: Path, data: bytes) -> Table:
    path.write_bytes(data)
    return read_table(path, COLUMNS, required=("title", "body"))


def good(rows: list[Row]) -> list[tuple[str, ...]]:
    return [tuple(row.values.values()) for row in rows if row.error is None]


def book(*rows: list[object]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def with_part(data: bytes, part: str, old: str, new: str) -> bytes:
    """The archive with `old` replaced in one part, which must hold it."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == part:
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("declared", [False, True])
def test_text_in_every_usual_form(
    tmp_path: Path, encoding: str, delimiter: str, line_end: str, declared: bool
) -> None:
    text = (f"sep={delimiter}\r\n" if declared else "") + TEXT.replace(",", delimiter)
    (row,) = table(tmp_path / "a.csv", text.replace("\r\n", line_end).encode(encoding))
    assert (row.number, row.error, tuple(row.values.values())) == (2, None, VALUES)


def test_a_declared_delimiter_that_is_no_usual_one(tmp_path: Path) -> None:
    assert good(list(table(tmp_path / "a.csv", ("sep=|\n" + TEXT.replace(",", "|")).encode()))) == [VALUES]


def test_line_ends_and_delimiters_within_quotes_are_text(tmp_path: Path) -> None:
    (row,) = table(tmp_path / "a.csv", '标题;内容\r\n"一;二";"第一行\r\n第""二""行\n\n末行"\r\n'.encode())
    assert row.values["title"] == "一;二"
    assert row.values["body"] == '第一行\r\n第"二"行\n\n末行'


@pytest.mark.parametrize("title", ["2026年留言汇总表", ""])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_title_above_the_header_is_told_and_does_not_hide_it(tmp_path: Path, title: str, kind: str) -> None:
    made = book([title, None, None], [], ["标题", "内容", "作者"], list(VALUES))
    made.active.merge_cells("A1:C1")
    data = saved(made) if kind == "xlsx" else f"{title},,\n,,\n{TEXT}".encode()
    found = table(tmp_path / "a", data)
    rows = list(found)
    assert found.headers == ("标题", "内容", "作者")
    assert [(row.number, row.error.code) for row in rows if row.error] == (
        [(1, "above_header")] if title else []
    )
    assert [(row.number, *row.values.values()) for row in rows if not row.error] == [(4, *VALUES)]
    assert found.empty_rows == (1 if title else 2)


def test_a_header_far_below_or_nowhere_is_missed_with_a_sentence(tmp_path: Path) -> None:
    for data in ("x\n" * HEADER_ROWS + TEXT, "x,y,z\n路灯,很黑,张三\n"):
        with pytest.raises(TableError) as caught:
            table(tmp_path / "a.csv", data.encode())
        assert caught.value.code == "missing_columns"


def test_a_message_that_speaks_of_titles_is_no_header(tmp_path: Path) -> None:
    rows = list(table(tmp_path / "a.csv", "标题,内容\n标题,内容\n".encode()))
    assert good(rows) == [("标题", "内容", "")]


def test_empty_columns_and_doubled_headers_that_nobody_reads_do_no_harm(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "备注,标题,备注,内容,,\n1,甲,2,乙,,\n3,丙,4,丁,,五\n".encode())
    rows = list(found)
    assert good(rows) == [("甲", "乙", "")]
    assert rows[1].error is not None and rows[1].error.code == "too_many_cells"


def test_numbers_dates_and_errors_of_cells(tmp_path: Path) -> None:
    made = book(["标题", "内容"], [13812345678.0, 43580.5], [0.1, 1e20], ["#N/A", "甲"], [None, "乙"])
    rows = list(table(tmp_path / "a.xlsx", saved(made)))
    assert good(rows) == [
        ("13812345678", "43580.5", ""),
        ("0.1", "100000000000000000000", ""),
        ("", "乙", ""),
    ]
    assert [(row.number, row.error.code) for row in rows if row.error] == [(4, "cell_error")]


def test_a_formula_without_a_stored_value_is_told_with_its_row_and_cell(tmp_path: Path) -> None:
    made = book(["标题", "内容"], ["甲", '=CONCAT("乙","丙")'], ["丁", "戊"])
    rows = list(table(tmp_path / "a.xlsx", saved(made)))
    assert [(row.number, str(row.error)) for row in rows if row.error] == [
        (2, "第 2 行的 B2 格是公式，文件里没有存下它的结果，请用表格软件打开后再保存一次")
    ]
    assert good(rows) == [("丁", "戊", "")]
    for value, told in (("<v>27</v>", "27"), ("<v>0</v>", "0")):
        counted = with_part(saved(made), SHEET, "<v></v>", value)
        assert good(list(table(tmp_path / "b.xlsx", counted)))[0][:2] == ("甲", told)
    nothing = with_part(saved(made), SHEET, '<c r="B2"><f>', '<c r="B2" t="str"><f>')
    assert good(list(table(tmp_path / "c.xlsx", nothing)))[0][:2] == ("甲", "")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><table><tr><td>", "web_page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "web_page"),
        (b'<?xml version="1.0"?><Workbook>', "web_page"),
        (b"{\\rtf1\\ansi", "missing_columns"),
    ],
)
def test_other_formats_under_the_name_of_a_table(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(TableError) as caught:
        table(tmp_path / "a.xls", data)
    assert caught.value.code == code and str(caught.value)


def test_documents_of_other_programs_and_the_strict_format_are_told(tmp_path: Path) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = with_part(
        saved(book(["标题", "内容"])), SHEET, main, "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    for data, code in ((stream.getvalue(), "not_a_table"), (strict, "xlsx_strict")):
        with pytest.raises(TableError) as caught:
            table(tmp_path / "a.xlsx", data)
        assert caught.value.code == code


def test_flipped_bytes_give_rows_or_a_sentence(tmp_path: Path) -> None:
    chance = random.Random(20261125)
    made = book(
        ["标题", "内容", "作者"], ["甲", 43580.5, True], ["乙", "=1+1", None], ["丙" * 40, "丁", "戊"]
    )
    stored = BytesIO()
    with zipfile.ZipFile(BytesIO(saved(made))) as source, zipfile.ZipFile(stored, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    whole = [
        saved(made),
        stored.getvalue(),
        *((TEXT * 3).encode(code) for code in ("utf-8", "gb18030", "utf-16")),
    ]
    for _turn in range(400):
        data = bytearray(chance.choice(whole))
        for _flip in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            for row in table(tmp_path / "a", bytes(data)):
                assert row.error is None or str(row.error)
                "".join(row.values.values()).encode()
        except TableError as error:
            assert str(error)
