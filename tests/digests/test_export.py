"""The files of a digest, opened by the programs that people open them with."""

import csv
import hashlib
import io
import json
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.records import Analysis
from portal.core.cells import unguard_formula
from portal.digests.document import Document
from portal.digests.export.csv_table import write_csv
from portal.digests.export.docx import write_docx
from portal.digests.export.files import write_files
from portal.digests.export.wording import chinese_number, ledger, visible
from portal.digests.export.xlsx import write_xlsx
from portal.digests.export.xlsx_cells import CELL_LIMIT, split_text
from portal.digests.verify import verify_document
from tests.digests.example import MESSAGES, example, single

HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "＝1+1",
    "\x00\x01\x0b\x1f\ufffe",
    "</w:t><w:t>&lt;![CDATA[",
    "_x000D_",
    "\u202e反转\u200b零宽",
    "𠮷" * 20_000,
    "[" * 20_000,
    "很长" * 40_000,
    "\n" * 500,
    "",
]


def docx_text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def sheet_rows(path: Path, name: str) -> list[dict[str, str]]:
    book = openpyxl.load_workbook(path)
    rows = [
        ["" if cell is None else str(cell) for cell in row] for row in book[name].iter_rows(values_only=True)
    ]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_files_hold_the_opinion(tmp_path: Path) -> None:
    paths = write_files(example(), tmp_path / "new" / "folder")
    assert [path.name for path in paths] == [
        "analysis-check-input.json",
        "digest.xlsx",
        "digest.docx",
        "digest.csv",
    ]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == sorted(path.name for path in paths)
    assert verify_document(json.loads(paths[0].read_bytes())) == []
    row = sheet_rows(paths[1], "全部意见")[0]
    assert (row["意见编号"], row["标题"], row["原文"]) == ("m1", MESSAGES[0].title, MESSAGES[0].body)
    assert (row["方面"], row["事项"], row["答复"]) == ("城乡建设；其他", "景蓉小区东门路灯", "路灯已修复。")
    text = docx_text(paths[2])
    assert "“小区东门的路灯坏了三个月。”（意见 m1）" in text
    assert "共收到意见 9 条，其中待审核 1 条、未通过 2 条、已撤回 1 条，计入汇总 5 条。" in text


def test_the_table_holds_every_opinion_whole_and_no_formula(tmp_path: Path) -> None:
    document = example()
    long = "长" * 40_000
    document["opinions"][0]["text"] = f"{document['opinions'][0]['title']}\n{long}"
    write_csv(document, tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # for Excel
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["意见编号"] for row in rows] == [opinion["id"] for opinion in document["opinions"]]
    assert rows[0]["原文"] == long
    assert (rows[0]["方面"], rows[0]["事项"], rows[0]["公开"]) == (
        "城乡建设；其他",
        "景蓉小区东门路灯",
        "公开",
    )
    assert (rows[0]["提出日期"], rows[0]["支持"], rows[0]["答复"]) == ("2026-10-01", "12", "路灯已修复。")
    assert rows[4]["标题"].startswith("'=") and rows[4]["原文"].startswith("'+")
    assert rows[2]["公开"] == "" and rows[1]["公开"] == "不公开"


def test_what_is_not_public_is_marked_wherever_it_stands(tmp_path: Path) -> None:
    """An officer quotes from these files, and a private opinion may name its author by what it tells."""
    document = example()
    paths = write_files(document, tmp_path)
    text = docx_text(paths[2])
    assert "（意见 m2，不公开）" in text and "（意见 m1）" in text
    note = "其中 1 条不公开，标有“不公开”：只供办理和研究，不要对外引用。"
    assert note in text
    rows = {row["意见编号"]: row["公开"] for row in sheet_rows(paths[1], "全部意见")}
    assert (rows["m1"], rows["m2"], rows["m3"]) == ("公开", "不公开", "")
    assert dict(openpyxl.load_workbook(paths[1])["口径说明"].iter_rows(values_only=True))["公开"] == note
    for opinion in document["opinions"]:
        opinion["public"] = None
    paths = write_files(document, tmp_path)
    assert "不公开" not in docx_text(paths[2])
    sheet = openpyxl.load_workbook(paths[1])["全部意见"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.column_dimensions[letters["公开"]].hidden


def test_columns_in_which_no_opinion_has_anything_are_hidden_and_named(tmp_path: Path) -> None:
    document = example()
    for opinion in document["opinions"]:
        opinion["group"] = opinion["reply"] = None
    write_xlsx(document, tmp_path / "some.xlsx")
    book = openpyxl.load_workbook(tmp_path / "some.xlsx")
    sheet = book["全部意见"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    hidden = [name for name, letter in letters.items() if sheet.column_dimensions[letter].hidden]
    assert hidden == ["群体", "答复单位", "答复日期", "答复"]
    assert not any(row[name] for row in sheet_rows(tmp_path / "some.xlsx", "全部意见") for name in hidden)
    notes = dict(book["口径说明"].iter_rows(values_only=True))
    assert "、".join(hidden) in str(notes["隐藏的列"])
    write_xlsx(example(), tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert not any(column.hidden for column in book["全部意见"].column_dimensions.values())
    assert "隐藏的列" not in dict(book["口径说明"].iter_rows(values_only=True))


def test_the_same_document_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(folder: str) -> list[str]:
        paths = write_files(example(), tmp_path / folder)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]

    first = made("a")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    second = [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in write_files(example(), tmp_path / "b")
    ]
    monkeypatch.undo()
    time.tzset()
    assert first == second


def test_the_summary_names_the_ids_behind_every_number(tmp_path: Path) -> None:
    write_xlsx(example(), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["征求意见汇总表"]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:I7"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$3:$3"
    found = [[cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=4)]
    assert found[0][:6] == ["城乡建设", "本方面合计", 3, 0.6, 2, 1]
    assert found[1][1:6] == ["景蓉小区东门路灯", 3, 0.6, 2, 1]
    assert found[1][6] == "“小区东门的路灯坏了三个月。”（意见 m1）\n“物业说归街道管”（意见 m2，不公开）"
    assert [row[7] for row in found] == ["m1、m2、m3", "m1、m2、m3", "m4、m5、m1", "m4、m5"]


def test_08_no_cell_is_a_formula_or_starts_like_one(tmp_path: Path) -> None:
    write_xlsx(example(), tmp_path / "a.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx"):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            assert not str(cell.value).startswith(tuple("=+-@\t\r＝＋－＠")), cell.coordinate
    row = sheet_rows(tmp_path / "a.xlsx", "全部意见")[4]
    assert unguard_formula(row["标题"]) == MESSAGES[4].title
    assert unguard_formula(row["原文"]) == visible(MESSAGES[4].body)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_whole_in_every_file(tmp_path: Path, text: str) -> None:
    paths = write_files(single(text), tmp_path)
    row = sheet_rows(paths[1], "全部意见")[0]
    pieces = [row["原文"], *(row[name] for name in row if name.startswith("原文（续"))]
    assert "".join(unguard_formula(piece) for piece in pieces) == visible(text).replace(
        "_x000D_", "_x005F_x000D_"
    )
    assert all(len(piece.encode("utf-16-le")) // 2 <= CELL_LIMIT for piece in pieces)
    written = docx_text(paths[2])
    assert all(line.strip() in written for line in visible(text).split("\n"))


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=300))
@settings(max_examples=25)
def test_any_text_makes_files_that_open(folders: Path, text: str) -> None:
    write_xlsx(single(text), folders / "a.xlsx")
    write_docx(single(text), folders / "a.docx")
    openpyxl.load_workbook(folders / "a.xlsx")
    docx.Document(str(folders / "a.docx"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export")


@given(st.text(st.sampled_from("a=字𠮷\n"), min_size=1).map(lambda text: text * 9_000))
@settings(max_examples=20)
def test_split_text_loses_nothing_and_fits(text: str) -> None:
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert all(len(piece.encode("utf-16-le")) // 2 < CELL_LIMIT for piece in pieces)


def test_many_ids_go_on_in_the_next_cells(tmp_path: Path) -> None:
    document = example()
    document["aspects"][0]["opinion_ids"] = ids = [f"opinion-{number:06}" for number in range(5_000)]
    write_xlsx(document, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["征求意见汇总表"]
    assert [sheet.cell(3, column).value for column in (9, 10, 11)] == [
        "意见编号",
        "意见编号（续 1）",
        "意见编号（续 2）",
    ]
    assert "".join(sheet.cell(4, column).value for column in (9, 10, 11)).split("、") == ids


def test_the_report_is_laid_out_as_gbt_9704_says(tmp_path: Path) -> None:
    write_docx(example(), tmp_path / "a.docx")
    report = docx.Document(str(tmp_path / "a.docx"))
    section = report.sections[0]
    page = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    millimetres = [round(length / Mm(1)) for length in (*page, section.left_margin, section.right_margin)]
    assert millimetres == [210, 297, 37, 35, 28, 26]
    expected = {
        "Title": ("方正小标宋简体", 22),
        "Normal": ("仿宋_GB2312", 16),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
        "Heading 3": ("仿宋_GB2312", 16),
    }
    for name, (font, size) in expected.items():
        style = report.styles[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
        assert style.font.size == Pt(size)
    normal = report.styles["Normal"]
    assert normal.paragraph_format.line_spacing == Pt(28)
    assert normal.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    headings = [paragraph.text for paragraph in report.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == ["一、征求意见的情况", "二、意见汇总情况", "三、单独意见", "四、已经答复的意见"]
    assert "PAGE" in section.footer._element.xml
    assert "PAGE" in section.even_page_footer._element.xml


def test_the_annex_says_what_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.digests.export.docx.MOST_OPINIONS", 3)
    write_docx(example(), tmp_path / "a.docx")
    text = docx_text(tmp_path / "a.docx")
    assert "计入汇总的意见共 5 条，这里按各方面的比例刊登一部分，全部见同一份汇总的 Excel 表格。" in text
    assert text.count("本方面其余 2 条见同一份汇总的 Excel 表格。") == 1


def test_a_digest_of_nothing_says_so(tmp_path: Path) -> None:
    counts = dict.fromkeys(("received", "waiting", "rejected", "withdrawn", "merged", "counted"), 0)
    document: Document = example(messages=[], counts=counts, analysis=Analysis((), (), ()), facts={})
    assert verify_document(document) == []
    paths = write_files(document, tmp_path)
    assert sheet_rows(paths[1], "全部意见") == []
    assert "没有计入汇总的意见。" in docx_text(paths[2])


def test_archives_carry_no_trace_of_the_machine(tmp_path: Path) -> None:
    # Of the workbook they are XlsxWriter's own.
    marks = {".docx": ((1980, 1, 1, 0, 0, 0), 0o600), ".xlsx": ((1980, 1, 31, 0, 0, 0), 0o100600)}
    for path in write_files(example(), tmp_path)[1:3]:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            found = {(entry.date_time, entry.external_attr >> 16) for entry in archive.infolist()}
            assert found == {marks[path.suffix]}
            assert archive.testzip() is None


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")],
)
def test_headings_are_numbered_in_chinese(number: int, word: str) -> None:
    assert chinese_number(number) == word


def test_the_ledger_names_only_what_there_is() -> None:
    counts = {"received": 3, "waiting": 0, "rejected": 0, "withdrawn": 0, "merged": 0, "counted": 3}
    assert ledger(counts) == "共收到意见 3 条，计入汇总 3 条。"
