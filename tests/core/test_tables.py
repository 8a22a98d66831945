"""Reading tables: encodings, headers, and what is reported instead of dropped."""

import csv
import datetime
import os
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.cells import guard_formula, unguard_formula
from portal.core.tables import Row, TableError, read_table

COLUMNS = {"title": ("标题", "title", "留言主题"), "body": ("内容", "body"), "author": ("作者", "author")}
REQUIRED = ("title", "body")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:
    return tmp_path_factory


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def rows(path: Path, **options: object) -> list[Row]:
    return list(read_table(path, COLUMNS, required=REQUIRED, **options))


def refusal(path: Path, **options: object) -> TableError:
    with pytest.raises(TableError) as caught:
        rows(path, **options)
    assert str(caught.value)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"标题{delimiter}内容\n路灯不亮{delimiter}晚上很黑，看不清\n"
    found = rows(write(tmp_path / "a.csv", text.encode(encoding)))
    assert [(row.number, row.values["title"], row.values["body"]) for row in found] == [
        (2, "路灯不亮", "晚上很黑，看不清")
    ]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(tmp_path: Path) -> None:
    table = read_table(
        write(tmp_path / "a.csv", '标题,内容\n"两\n行",b\n\n , \n末,尾\n'), COLUMNS, required=REQUIRED
    )
    assert [(row.number, row.values["title"]) for row in table] == [(2, "两\n行"), (5, "末")]
    assert table.empty_rows == 2


def test_headers_match_whatever_case_width_and_spaces(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "ＴＩＴＬＥ, 内 容 ,备注,\na,b,c,\n")
    table = read_table(path, COLUMNS, required=REQUIRED)
    assert next(table).values == {"title": "a", "body": "b", "author": ""}
    assert table.unknown == ("备注",)
    assert table.columns == {"title": 0, "body": 1}


def test_the_preferred_header_wins_and_the_other_is_reported(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "a.csv", "留言主题,标题,内容\nx,y,z\n"), COLUMNS, required=REQUIRED)
    assert next(table).values["title"] == "y"
    assert table.unknown == ("留言主题",)


def test_a_mapping_overrides_the_names(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "标题,内容,说明\na,b,c\n")
    assert rows(path, mapping={"body": "说明"})[0].values["body"] == "c"
    assert refusal(path, mapping={"body": "没有"}).code == "mapped_column_missing"
    assert refusal(path, mapping={"colour": "说明"}).code == "unknown_field"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "no_header"),
        ("标题,作者\na,b\n", "missing_columns"),
        ("标题,标题,内容\na,b,c\n", "duplicate_header"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x00\x01\x02,\x00", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_xls"),
        (b"PK\x03\x04 and then nothing", "xlsx_damaged"),
        (b"\xff\xfe\x00\xd8\x00", "undecodable"),
        ("标题,内容\na," + "b" * (16 * 1024 * 1024 + 1), "cell_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, data: bytes | str, code: str) -> None:
    assert refusal(write(tmp_path / "a.csv", data)).code == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.csv").code == "not_found"
    assert refusal(tmp_path).code == "unreadable"


def test_a_pipe_is_refused_before_anybody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe").code == "no_file"


def test_a_column_serves_one_field(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "甲,乙\na,b\n")
    error = refusal(path, mapping={"title": "甲", "body": "甲"})
    assert error.code == "column_twice"
    assert {"title", "body", "甲"} == set(error.details.values())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"a,b,c,extra", "too_many_cells"),
        ("坏字节".encode() + b"\xff\xfe,b", "broken_bytes"),
        (b"a\x00b,b", "nul"),
        (b"#REF!,b", "cell_error"),
        (b'a,"never closed', "unclosed_quote"),
    ],
)
def test_a_bad_row_is_reported_and_yields_no_values(tmp_path: Path, row: bytes, code: str) -> None:
    good = "标题,内容,作者\n好的一行有八个字以上,b,c\n".encode()
    found = rows(write(tmp_path / "a.csv", good + row))
    assert found[0].error is None
    assert found[1].error is not None
    assert found[1].error.code == code
    assert str(found[1].error)
    assert set(found[1].values.values()) == {""}
    assert any(found[1].cells)


def test_a_bad_row_does_not_stop_the_ones_behind_it(tmp_path: Path) -> None:
    data = "标题,内容\n一二三四五六七八,b\n".encode() + b"\xff,b\n" + "好,b\n".encode()
    assert [row.error is None for row in rows(write(tmp_path / "a.csv", data))] == [True, False, True]


def test_gb18030_is_not_mistaken_for_broken_utf8(tmp_path: Path) -> None:
    text = "标题,内容\n" + "龘靐齉，𠮷野家，镕\n" * 50
    assert rows(write(tmp_path / "a.csv", text.encode("gb18030")))[0].values["title"] == "龘靐齉，𠮷野家，镕"


def test_a_character_across_two_chunks_is_whole(tmp_path: Path) -> None:
    body = "x" * (1024 * 1024 - 16) + "汉" * 30
    assert rows(write(tmp_path / "a.csv", f"标题,内容\na,{body}\n"))[0].values["body"] == body


# A cell that is nothing but "#REF!" is reported as a formula gone wrong.
CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00#"), max_size=30)


@given(st.lists(st.tuples(CELL, CELL), max_size=20))
def test_what_csv_writes_is_read_back(folders: pytest.TempPathFactory, cells: list[tuple[str, str]]) -> None:
    path = folders.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(["标题", "内容"])
        writer.writerows(cells)
    table = read_table(path, COLUMNS, required=REQUIRED)
    found = {row.number: (row.values["title"], row.values["body"]) for row in table if row.error is None}
    kept = {place: pair for place, pair in enumerate(cells, 2) if any(cell.strip() for cell in pair)}
    assert found == kept
    assert table.empty_rows == len(cells) - len(kept)


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_a_sentence(folders: pytest.TempPathFactory, data: bytes) -> None:
    path = write(folders.mktemp("csv") / "a.csv", b"title,body\n" + data)
    try:
        for row in rows(path):
            "".join(row.values.values()).encode("utf-8")
            assert row.error is None or str(row.error)
    except TableError as error:
        assert str(error)


@given(st.text(st.sampled_from("'=+-@\t\r\n＝ a1"), max_size=8) | st.text())
def test_the_formula_guard_guards_and_gives_back(text: str) -> None:
    guarded = guard_formula(text)
    assert not guarded.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert unguard_formula(guarded) == text


def test_escaped_carriage_returns_are_line_feeds(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", '标题,内容\n一,"甲_x000D_\n乙_x000d_丙_x0041_"\n')
    assert rows(path)[0].values["body"] == "甲\n乙\n丙_x0041_"


def test_dates_numbers_and_texts_of_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["标题", "内容", "作者"])
    sheet.append(["a\nb", datetime.datetime(2019, 4, 25, 9, 32, 9), 2549.0])
    sheet.append([])
    sheet.append([True, 1.5, None])
    book.save(tmp_path / "a.xlsx")
    found = rows(tmp_path / "a.xlsx")
    assert [(row.number, tuple(row.values.values())) for row in found] == [
        (2, ("a\nb", "2019-04-25 09:32:09", "2549")),
        (4, ("TRUE", "1.5", "")),
    ]
