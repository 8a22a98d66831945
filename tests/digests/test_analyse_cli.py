"""`flask analyse duplicates` and `personal-data`: contracts, and what they say about tables that are not as hoped."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app
from tests.conftest import settings_for

DUPLICATES = (
    "id,title,body\n"
    "1,路灯坏了,东门的路灯坏了三个月，一直没有人来修。\n"
    "2,路灯坏了,尊敬的领导您好！东门的路燈壞了三個月，一直沒有人來修。謝謝！\n"
    "3,路灯坏了,西门的路灯坏了三个月，一直没有人来修。\n"
    "4,公交,三路公交车太少。\n"
)
PERSONAL = "id,title,text\na,请打13912345678,我叫张三丰，电话13812345678。\nb,无,请打12345。\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A portal whose database cannot be opened."""
    yield create_app(settings_for(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing"))


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["analyse", *map(str, arguments)])


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "留言.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_duplicates_as_json(app: Flask, tmp_path: Path) -> None:
    done = run(app, "duplicates", table(tmp_path, DUPLICATES), "--json")
    told = json.loads(done.stdout)
    assert sorted(told) == ["groups", "pairs", "seconds"]
    assert told["groups"] == [["1", "2"]] and told["seconds"] >= 0
    pairs = {(pair["a"], pair["b"]): pair["different_place"] for pair in told["pairs"]}
    assert pairs == {("1", "2"): False, ("1", "3"): True, ("2", "3"): True}
    assert all(set(pair) == {"a", "b", "similarity", "different_place"} for pair in told["pairs"])


def test_duplicates_for_a_person(app: Flask, tmp_path: Path) -> None:
    done = run(app, "duplicates", table(tmp_path, DUPLICATES))
    assert done.stdout.splitlines() == ["1、2", "近似重复 3 对，其中说的不是同一处的 2 对；可合并的 1 组"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_any_usual_encoding_and_mapped_columns(app: Flask, tmp_path: Path, encoding: str) -> None:
    text = PERSONAL.replace("id,title,text", "号码,甲,乙")
    path = table(tmp_path, text.encode(encoding))
    done = run(app, "personal-data", path, "--map", "text=乙", "--map", "id=号码", "--json")
    told = json.loads(done.stdout)
    assert [(row["id"], [place["kind"] for place in row["found"]]) for row in told["rows"]] == [
        ("a", ["name", "mobile"]),
        ("b", []),
    ]
    assert told["rows"][0]["found"][1] == {"kind": "mobile", "start": 8, "end": 19, "confidence": 0.95}
    assert "没有用到的列：甲" in done.stderr


def test_the_masked_file_keeps_every_length(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run(app, "personal-data", table(tmp_path, PERSONAL), "--mask", out)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == str(out)
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["id", "title", "text"],
        ["a", "请打139****5678", "我叫张**，电话138****5678。"],
        ["b", "无", "请打12345。"],
    ]


@pytest.mark.parametrize("command", ["duplicates", "personal-data"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04junk",
        b"%PDF-1.4",
        b"\x00\x01\x02",
        b"a,b\n1,2\n",
        b"id,body,body\n1,x,y\n",
        b'id,body\n1,"open',
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(
    app: Flask, tmp_path: Path, command: str, content: bytes
) -> None:
    done = run(app, command, table(tmp_path, content), "--json")
    assert isinstance(done.exception, SystemExit) or done.stderr
    assert "Traceback" not in done.output and done.stderr.strip()


def test_rows_that_cannot_be_used_are_named(app: Flask, tmp_path: Path) -> None:
    content = "id,body\n1,路灯坏了\n\n1,重复的编号\n3,\n4,好,多一格\n,没有编号\n".encode() + b"6,\xff\xfe\n"
    done = run(app, "duplicates", table(tmp_path, content), "--json")
    for told in (
        "空行：1",
        "不能用的行：4",
        "第4行：编号 1 与前面的行重复",
        "第5行：没有内容",
        "第6行有",
        "第8行",
    ):
        assert told in done.stderr.replace("第 ", "第").replace(" 行", "行"), done.stderr


def test_the_masked_file_keeps_every_row(app: Flask, tmp_path: Path) -> None:
    content = (
        "id,body,旁注\n1,电话13812345678\n\n1,我叫张三丰\n3,,13912345678\n4,好,13912345678,多一格\n".encode()
    )
    content += b"5,\xff13812345678,\n"
    out = tmp_path / "out.csv"
    done = run(app, "personal-data", table(tmp_path, content), "--mask", out, "--json")
    told = json.loads(done.stdout)["rows"]
    assert [(row["id"], len(row["found"])) for row in told] == [("1", 1), ("1", 1), ("3", 0)]
    assert "不能用的行：2" in done.stderr and "空行：1" in done.stderr
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[1:] == [
        ["1", "电话138****5678"],
        ["", "", ""],
        ["1", "我叫张**"],
        ["3", "", "139****5678"],
        ["4", "好", "139****5678", "多一格"],
        ["5", "\\udcff138****5678", ""],
    ]


def test_a_file_that_is_not_there_or_cannot_be_written(app: Flask, tmp_path: Path) -> None:
    missing = run(app, "duplicates", tmp_path / "none.csv")
    assert missing.exit_code == 1 and "找不到文件" in missing.stderr
    unwritable = run(app, "personal-data", table(tmp_path, PERSONAL), "--mask", tmp_path / "no" / "out.csv")
    assert unwritable.exit_code == 1 and "Traceback" not in unwritable.output


def test_cells_are_searched_as_they_stand_in_the_file(app: Flask, tmp_path: Path) -> None:
    text, out = "您好_x000D_\n我的手机是13807312345", tmp_path / "out.csv"
    given = table(tmp_path, f'id,text\na,"{text}"\n')
    (found,) = json.loads(run(app, "personal-data", given, "--mask", out, "--json").stdout)["rows"][0][
        "found"
    ]
    assert text[found["start"] : found["end"]] == "13807312345"
    with out.open(encoding="utf-8-sig", newline="") as stream:
        masked = list(csv.reader(stream))[1][1]
    assert masked == text.replace("13807312345", "138****2345")


def test_what_is_read_is_never_written_over(app: Flask, tmp_path: Path) -> None:
    given, link = table(tmp_path, PERSONAL), tmp_path / "link.csv"
    link.symlink_to(given)
    for out in (given, link):
        done = run(app, "personal-data", given, "--mask", out)
        assert done.exit_code == 1 and "换个地方写" in done.output
        assert given.read_text() == PERSONAL


@pytest.mark.parametrize("command", ["duplicates", "personal-data", "matters"])
def test_a_table_without_one_usable_row_is_a_failure(app: Flask, tmp_path: Path, command: str) -> None:
    done = run(app, command, table(tmp_path, "id,body\n1,好,多一格\n2,好,多一格\n"), "--json")
    assert done.exit_code == 1
    assert "不能用的行：2" in done.stderr and "没有一行能用" in done.stderr
    # One with no rows at all has nothing that could be wrong.
    assert run(app, command, table(tmp_path, "id,body\n"), "--json").exit_code == 0


@pytest.mark.parametrize("out", ["pipe", "folder", "none/a.csv"])
def test_what_cannot_be_written_is_told_before_anything_is_done(app: Flask, tmp_path: Path, out: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    done = run(app, "personal-data", table(tmp_path, PERSONAL), "--mask", tmp_path / out)
    assert done.exit_code == 1 and done.stdout == ""
    assert str(tmp_path / out) in done.stderr
    assert "Errno" not in done.stderr and "directory" not in done.stderr.removeprefix(str(tmp_path))
