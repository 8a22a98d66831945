"""`flask opinions import` as run from a terminal, on small tables."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.audit.models import AuditEvent
from portal.casework import imports
from portal.casework.models import Reply
from portal.core.clock import fixed
from portal.core.db import db
from portal.opinions import preparing
from portal.opinions.models import Case, Opinion, OpinionEvent, TextLayer
from portal.search.queries import search
from portal.taxonomy.models import Unit
from tests.factories.campaigns import make_board
from tests.factories.taxonomy import make_topic, make_unit

HEAD = "id,title,body,created_at,author,unit,topic,reply,replied_at"
FULL = f"""{HEAD}
1,修路灯,滨河路的路灯坏了，电话13812345678,2019/4/25 9:32:09,A01,市/城管局,城乡建设,已修好,2019/5/10 14:56:53
2,修电梯,六号楼电梯停了,2019/4/24 16:03:40,A02,,,请找物业13912345678,
3,种树,多种树,2019/4/23,,园林局,绿化,,
"""
MIDDAY = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def board(app: Flask) -> int:
    """A board to import into."""
    return make_board("messages").id


def table(folder: Path, text: str) -> Path:
    """A csv file with `text`."""
    path = folder / "opinions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def run(app: Flask, file: Path, *more: str, status: int = 0) -> dict[str, Any]:
    """What `flask opinions import FILE --board messages --json …` answers."""
    with fixed(MIDDAY):
        result = app.test_cli_runner().invoke(
            args=["opinions", "import", str(file), "--board", "messages", "--json", *more]
        )
    assert result.exit_code == status, result.output
    db.session.expire_all()
    return json.loads(result.stdout)


def one(external_id: str) -> Opinion:
    """The opinion of that id."""
    found = db.session.scalar(select(Opinion).join(Case).where(Case.external_id == external_id))
    assert found
    return found


def count(model: type[Any]) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_published_rows_are_public_with_their_replies(app: Flask, board: int, tmp_path: Path) -> None:
    unit, topic = make_unit("市/城管局"), make_topic("城乡建设")
    result = run(app, table(tmp_path, FULL), "--published")
    assert (result["imported"], result["replies"], result["masked"], result["refused"]) == (3, 2, 1, 0)
    opinion = one("1")
    moment = datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)
    assert (opinion.state, opinion.public_state, opinion.needs_review) == ("published", "answered", False)
    assert opinion.submitted_at == opinion.published_at == opinion.decided_at == moment
    assert opinion.answered_at == datetime(2019, 5, 10, 6, 56, 53, tzinfo=UTC)
    assert (opinion.unit_id, opinion.topic_id, opinion.board_id) == (unit.id, topic.id, board)
    assert "138****5678" in opinion.body and "13812345678" in opinion.case.body
    reply = db.session.scalars(select(Reply).where(Reply.opinion_id == opinion.id)).one()
    assert (reply.state, reply.body, reply.unit_id, reply.published_at) == (
        "published", "已修好", unit.id, opinion.answered_at
    )  # fmt: skip
    assert [event.kind for event in opinion.events] == ["submitted", "published", "answered"]
    assert opinion.events[-1].unit_id == unit.id and opinion.events[-1].at == opinion.answered_at


def test_the_mask_is_kept_as_a_layer_of_ranges(app: Flask, board: int, tmp_path: Path) -> None:
    run(app, table(tmp_path, FULL), "--published")
    layer = db.session.scalars(select(TextLayer)).one()
    case = one("1").case
    assert layer.opinion_id == one("1").id and layer.reason == "automatic"
    assert [f"{case.title}\n{case.body}"[start:end] for start, end, _kind in layer.ranges] == ["13812345678"]


def test_published_rows_are_found_without_what_is_masked(app: Flask, board: int, tmp_path: Path) -> None:
    run(app, table(tmp_path, FULL), "--published")
    assert search("路灯", kind="opinion").rows == [one("1").id]
    assert search("13812345678", kind="opinion").rows == []


def test_a_reply_is_masked_and_kept_where_no_unit_is_named(app: Flask, board: int, tmp_path: Path) -> None:
    run(app, table(tmp_path, FULL), "--published")
    reply = db.session.scalars(select(Reply).where(Reply.opinion_id == one("2").id)).one()
    assert reply.body == "请找物业139****5678" and reply.published_at == MIDDAY
    assert (reply.unit.path, reply.unit.active) == ("未注明单位", False)
    assert one("2").unit_id is None and one("2").public_state == "answered"


def test_a_unit_for_replies_can_be_named(app: Flask, board: int, tmp_path: Path) -> None:
    unit = make_unit("市长信箱")
    run(app, table(tmp_path, FULL), "--published", "--reply-unit", "市长信箱")
    reply = db.session.scalars(select(Reply).where(Reply.opinion_id == one("2").id)).one()
    assert reply.unit_id == unit.id
    assert db.session.scalar(select(Unit).where(Unit.path == "未注明单位")) is None


def test_without_published_rows_enter_the_queue_and_replies_wait_as_drafts(
    app: Flask, board: int, tmp_path: Path
) -> None:
    run(app, table(tmp_path, FULL))
    opinion = one("1")
    assert (opinion.state, opinion.public_state, opinion.needs_review) == ("waiting", "waiting", True)
    assert opinion.published_at is None and opinion.answered_at is None and "138****5678" in opinion.body
    assert [event.kind for event in opinion.events] == ["submitted"]
    assert set(db.session.scalars(select(Reply.state))) == {"draft"} and count(Reply) == 2
    assert search("路灯", kind="opinion").rows == []


def test_units_and_topics_by_name_and_alias_and_the_unknown_are_counted(
    app: Flask, board: int, tmp_path: Path
) -> None:
    unit, topic = make_unit("市/园林绿化局", aliases="园林局、绿化局"), make_topic("城乡建设/绿化")
    result = run(app, table(tmp_path, FULL))
    assert (one("3").unit_id, one("3").topic_id) == (unit.id, topic.id)
    assert one("1").unit_id is None and result["unknown_units"] == {"市/城管局": 1}
    assert result["unknown_topics"] == {} and one("3").case.proposed_unit_id == unit.id


def test_a_second_import_of_the_same_rows_changes_nothing(app: Flask, board: int, tmp_path: Path) -> None:
    file = table(tmp_path, FULL)
    run(app, file, "--published")
    before = [count(model) for model in (Case, Opinion, OpinionEvent, Reply, TextLayer, AuditEvent)]
    again = run(app, file, "--published")
    assert (again["imported"], again["known"], again["refused"]) == (0, 3, 0)
    assert [count(model) for model in (Case, Opinion, OpinionEvent, Reply, TextLayer, AuditEvent)] == before


def test_the_same_id_on_another_board_is_another_opinion(app: Flask, board: int, tmp_path: Path) -> None:
    make_board("other")
    file = table(tmp_path, FULL)
    run(app, file)
    assert run(app, file, "--board", "other")["imported"] == 3 and count(Case) == 6


@pytest.mark.parametrize("chunk", [1, 500])
def test_an_id_twice_in_one_file_is_told(
    app: Flask, board: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(preparing, "CHUNK", chunk)
    result = run(app, table(tmp_path, "id,body\n1,甲\n2,乙\n1,丙\n"))
    assert (result["imported"], result["known"], result["refused"]) == (2, 0, 1)
    assert "出现过" in Path(result["refused_file"]).read_text(encoding="utf-8-sig")


def test_refused_rows_stand_in_a_file_that_can_be_corrected_and_imported(
    app: Flask, board: int, tmp_path: Path
) -> None:
    text = "id,title,body,created_at\n1,甲,好,2019/1/1\n2,,,2019/1/1\n3,丙,-好,昨天\n4,丁,好,2019/1/1,多了\n"
    result = run(app, table(tmp_path, text), "--published")
    assert (result["imported"], result["refused"]) == (1, 3)
    path = Path(result["refused_file"])
    assert path == tmp_path / "opinions.csv.refused.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["行号"] for row in rows] == ["3", "4", "5"]
    assert "都是空的" in rows[0]["原因"] and "昨天" in rows[1]["原因"] and "格" in rows[2]["原因"]
    path.write_text(path.read_text(encoding="utf-8-sig").replace("昨天", "2019/1/2"), encoding="utf-8-sig")
    again = run(app, path, "--published", "--refused", str(tmp_path / "again.csv"))
    assert again["imported"] == 1 and one("3").body == "-好"
    assert again["refused"] == 2 and (tmp_path / "again.csv").exists()


def test_nothing_refused_leaves_no_file(app: Flask, board: int, tmp_path: Path) -> None:
    assert run(app, table(tmp_path, FULL))["refused_file"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["opinions.csv"]


def test_columns_by_map_and_xlsx(app: Flask, board: int, tmp_path: Path) -> None:
    book = Workbook()
    for cells in (["话题", "说了什么", "什么时候"], ["路灯", "修一下", datetime(2019, 4, 25, 9, 32, 9)]):
        book.active.append(cells)
    book.save(tmp_path / "opinions.xlsx")
    result = run(
        app,
        tmp_path / "opinions.xlsx",
        "--map",
        "title=话题",
        "--map",
        "body=说了什么",
        "--map",
        "created_at=什么时候",
    )
    assert result["imported"] == 1 and result["repeatable"] is False
    opinion = db.session.scalars(select(Opinion)).one()
    assert (opinion.title, opinion.body) == ("路灯", "修一下")
    assert opinion.submitted_at == datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)


def test_what_names_no_time_was_handed_in_now(app: Flask, board: int, tmp_path: Path) -> None:
    run(app, table(tmp_path, "body\n好\n"), "--published")
    assert db.session.scalars(select(Opinion.published_at)).one() == MIDDAY


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        (FULL, ("--board", "none"), "none"),
        (FULL, ("--reply-unit", "没有"), "没有“没有”"),
        ("作者\n甲\n", (), "缺少这些列"),
        ('id,body\n1,好\n2,"好\n', (), ""),
    ],
)
def test_what_cannot_begin_says_why_and_changes_nothing(
    app: Flask, board: int, tmp_path: Path, text: str, more: tuple[str, ...], words: str
) -> None:
    file = table(tmp_path, text)
    if words:
        assert words in run(app, file, *more, status=1)["error"] and count(Case) == 0
    else:
        assert run(app, file, *more)["refused"] == 1 and count(Case) == 1


def test_the_refused_file_cannot_be_the_file_itself(app: Flask, board: int, tmp_path: Path) -> None:
    file = table(tmp_path, FULL)
    assert "--refused" in run(app, file, "--refused", str(file), status=1)["error"]
    assert file.read_text(encoding="utf-8") == FULL


def test_each_chunk_is_one_audit_event(
    app: Flask, board: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "CHUNK", 2)
    before = count(AuditEvent)
    run(app, table(tmp_path, "id,body\n1,甲\n2,乙\n3,丙\n"))
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id).offset(before)).all()
    assert [(event.action, event.target_id, event.details["count"]) for event in events] == [
        ("opinions_imported", str(board), 2), ("opinions_imported", str(board), 1)
    ]  # fmt: skip
    assert events[0].details["last_opinion"] + 1 == events[1].details["first_opinion"] == one("3").id


def test_other_processes_give_the_same(
    app: Flask, board: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_WORTH_IT", 0)
    monkeypatch.setattr(preparing, "CHUNK", 2)
    monkeypatch.setattr(preparing.os, "sched_getaffinity", lambda _process: {0, 1})
    result = run(app, table(tmp_path, FULL + "4,,,,,,,,\n"), "--published")
    assert (result["imported"], result["replies"], result["masked"], result["refused"]) == (3, 2, 1, 1)
    assert "138****5678" in one("1").body and one("1").id < one("2").id < one("3").id


def test_a_stopped_import_goes_on_where_it_was(
    app: Flask, board: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "CHUNK", 1)
    written: list[int] = []

    def full_disk(*entries: Any) -> int:
        written.append(1)
        if len(written) == 2:
            raise OperationalError("INSERT", {}, OSError("disk full"))
        return 0

    monkeypatch.setattr(imports, "store_many", full_disk)
    file = table(tmp_path, FULL)
    stopped = app.test_cli_runner().invoke(
        args=["opinions", "import", str(file), "--board", "messages", "--published", "--json"]
    )
    db.session.rollback()
    assert isinstance(stopped.exception, OperationalError)
    assert (count(Case), count(Opinion), count(Reply)) == (1, 1, 1)
    monkeypatch.undo()
    result = run(app, file, "--published")
    assert (result["imported"], result["known"]) == (2, 1)
    assert (count(Case), count(Opinion), count(Reply)) == (3, 3, 2)


def test_two_imports_of_the_same_rows_at_once_are_told(
    app: Flask, board: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = table(tmp_path, FULL)
    run(app, file)
    monkeypatch.setattr(imports, "_stored_ids", lambda _board, _ids: {})
    assert "另一个导入" in run(app, file, status=1)["error"]
    db.session.rollback()
    assert (count(Case), count(Opinion)) == (3, 3)


def test_people_read_what_happened(app: Flask, board: int, tmp_path: Path) -> None:
    text = "id,body,unit,topic,group,备注\n1,电话13812345678,无此单位,无此类别,外星人,x\n2,,,,,\n"
    result = app.test_cli_runner().invoke(
        args=["opinions", "import", str(table(tmp_path, text)), "--board", "messages"]
    )
    assert result.exit_code == 0
    for words in ("读了 2 行，导入 1 条", "遮住个人信息 1 条", "无此单位", "无此类别", "群体认不出", "备注"):
        assert words in result.stdout
    assert "没有导入 1 行" in result.stderr and "2/2" in result.stderr


def test_an_import_of_which_no_row_could_be_taken_is_a_failure(
    app: Flask, board: int, tmp_path: Path
) -> None:
    result = run(app, table(tmp_path, "id,body\n1,\n2,\n"), status=1)
    assert (result["imported"], result["refused"]) == (0, 2)
