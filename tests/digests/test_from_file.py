"""A digest from a spreadsheet alone."""

import csv
import datetime
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from portal.analysis import spread
from portal.core.clock import fixed
from portal.core.tables import TableError, read_table
from portal.digests.from_file import digest_from_file, read_messages
from portal.digests.verify import verify_document
from tests.kit.shared_data import shared

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级标签", "点赞数", "答复", "答复时间"]


def sheet(path: Path, *rows: list[str], head: list[str] | None = None) -> Path:
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([head or HEAD, *rows])
    return path


def row(number: int, body: str, **more: str) -> list[str]:
    values = {
        "id": str(number), "author": f"A{number}", "title": "路灯坏了", "at": "2019/4/25 9:32:09", "body": body,
        "topic": "城乡建设", "support": "3", "reply": "", "replied": "",
    }  # fmt: skip
    return list({**values, **more}.values())


def test_the_usual_chinese_headers_are_read(tmp_path: Path) -> None:
    path = sheet(tmp_path / "意见.csv", row(1, "晚上看不清路", reply="已修好", replied="2019-05-01"))
    reading = read_messages(path, None, ZONE)
    message = reading.messages[0]
    assert (message.id, message.author, message.title, message.body) == (
        "1",
        "A1",
        "路灯坏了",
        "晚上看不清路",
    )
    assert message.created_at == datetime.datetime(2019, 4, 25, 9, 32, 9, tzinfo=ZONE)
    assert (message.topic, message.support) == ("城乡建设", 3)
    assert reading.facts["1"]["reply"] == {
        "text": "已修好", "unit": None, "published_at": "2019-05-01T00:00:00+08:00"
    }  # fmt: skip


def test_personal_data_is_masked_everywhere_and_keeps_its_length(tmp_path: Path) -> None:
    call = "请打我电话13812345678"
    path = sheet(tmp_path / "a.csv", row(1, call, title=call, reply=call))
    reading = read_messages(path, None, ZONE)
    for text in (reading.messages[0].title, reading.messages[0].body, reading.facts["1"]["reply"]["text"]):
        assert "12345678" not in text
        assert len(text) == len(call)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"body": "  "}, "没有正文"),
        ({"at": "昨天"}, "时间看不懂：昨天"),
        ({"support": "很多"}, "附议数看不懂：很多"),
        ({"support": "-1"}, "附议数看不懂：-1"),
        ({"id": "1"}, "编号 1 与前面的行重复"),
        ({"body": "a\x00b"}, "第 3 行“留言详情”里有空字符（NUL）"),
    ],
)
def test_a_refused_row_is_counted_and_reported(tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    changed = {"body": "=1+1", **changes}
    path = sheet(tmp_path / "a.csv", row(1, "晚上看不清路"), row(2, **changed))
    paths = digest_from_file(path, tmp_path / "out")
    document = json.loads(paths[0].read_bytes())
    assert document["counts"]["received"] == 2
    assert (document["counts"]["rejected"], document["counts"]["counted"]) == (1, 1)
    assert verify_document(document) == []
    assert paths[-1].name == "refused.csv"
    columns = {"row": ("行号",), "why": ("原因",), "topic": ("一级标签",)}
    refused = next(read_table(paths[-1], columns, required=columns))
    assert refused.values == {"row": "3", "why": reason, "topic": "城乡建设"}


def test_a_run_without_refusals_leaves_no_old_report(tmp_path: Path) -> None:
    (tmp_path / "refused.csv").write_text("old")
    paths = digest_from_file(sheet(tmp_path / "a.csv", row(1, "晚上看不清路")), tmp_path)
    assert [path.name for path in paths] == [
        "analysis-check-input.json",
        "digest.xlsx",
        "digest.docx",
        "digest.csv",
    ]
    assert not (tmp_path / "refused.csv").exists()


def test_a_mapping_names_the_column(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", ["晚上看不清路", "x"], head=["说了什么", "备注"])
    with pytest.raises(TableError):
        read_messages(path, None, ZONE)
    reading = read_messages(path, {"body": "说了什么"}, ZONE)
    assert [(message.id, message.body) for message in reading.messages] == [("第2行", "晚上看不清路")]
    assert reading.unknown == ("备注",)


def test_excel_dates_and_numbers_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["编号", "内容", "时间", "点赞数"])
    book.active.append([7, "晚上看不清路", datetime.datetime(2019, 4, 25, 9, 32, 9), 2.0])
    book.active.append([8, "路灯坏了", 43580, None])
    book.save(tmp_path / "a.xlsx")
    reading = read_messages(tmp_path / "a.xlsx", None, ZONE)
    assert [(message.id, message.support) for message in reading.messages] == [("7", 2), ("8", 0)]
    assert [message.created_at and message.created_at.isoformat() for message in reading.messages] == [
        "2019-04-25T09:32:09+08:00",
        "2019-04-25T00:00:00+08:00",
    ]


def test_the_order_of_the_rows_does_not_change_a_byte(tmp_path: Path) -> None:
    bodies = [
        "东门路灯坏了三个月没人修",
        "东门路灯坏了没有人来修理",
        "公交末班车太早",
        "垃圾没人清运",
        "学校门口堵车",
    ]
    rows = [row(number, body) for number, body in enumerate(bodies, start=1)]
    written = []
    with fixed(datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)):
        for name, order in (("one", rows), ("two", rows[::-1])):
            (tmp_path / name).mkdir()
            paths = digest_from_file(sheet(tmp_path / name / "a.csv", *order), tmp_path / name)
            written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]


def test_real_messages_make_a_digest_that_verifies(tmp_path: Path) -> None:
    seen: list[float] = []
    paths = digest_from_file(shared("messages_answered.csv"), tmp_path, progress=seen.append)
    document = json.loads(paths[0].read_bytes())
    assert verify_document(document) == []
    assert document["counts"]["received"] == 2816
    assert document["matters"]
    assert seen


def test_several_processes_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(number, f"路灯坏了，电话1381234{number:04}") for number in range(1, 600)]
    path = sheet(tmp_path / "a.csv", *rows, row(7, "重复"), row(900, ""), row(901, "晚上看不清路", at="昨天"))
    expected = read_messages(path, None, ZONE)
    assert [reason for _, reason in expected.refused] == [
        "编号 7 与前面的行重复",
        "没有正文",
        "时间看不懂：昨天",
    ]
    monkeypatch.setattr(spread, "FEWEST", 200)
    monkeypatch.setattr(spread, "cores", lambda: 2)
    assert read_messages(path, None, ZONE) == expected


def test_a_workbook_made_by_another_process_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sheet(
        tmp_path / "意见.csv", *(row(number, f"第{number}盏路灯坏了，晚上看不清路") for number in range(30))
    )
    with fixed(datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)):
        alone = digest_from_file(path, tmp_path / "alone")
        monkeypatch.setattr(spread, "FEWEST", 1)
        monkeypatch.setattr(spread, "cores", lambda: 2)
        beside = digest_from_file(path, tmp_path / "beside")
    assert [one.name for one in alone] == [one.name for one in beside]
    assert [one.read_bytes() for one in alone] == [one.read_bytes() for one in beside]
