"""Importing the tree of units: all or nothing."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.taxonomy.models import Unit
from portal.taxonomy.operations import UnitChange, UnitImport, import_units, load_default_topics, root_unit
from portal.taxonomy.queries import topic_by_path, topic_choices, unit_by_path, unit_choices
from portal.taxonomy.unit_rows import LIMITS, UnitRow
from tests.factories.taxonomy import make_topic, make_unit


def imported(*rows: UnitRow | str, dry_run: bool = False) -> UnitImport:
    """The result of importing `rows` (a bare string is a path), numbered from 2 as in a spreadsheet."""
    full = [UnitRow(place, row) if isinstance(row, str) else row for place, row in enumerate(rows, 2)]
    result = import_units(full, SYSTEM, dry_run=dry_run)
    db.session.commit()
    return result


def stored() -> list[str]:
    """The paths of all units."""
    return sorted(db.session.scalars(select(Unit.path)))


def test_units_are_added_with_their_place_in_the_tree(app: Flask) -> None:
    named = UnitRow(4, "市/住建局", "市住房和城乡建设局", "住建，城建局", "第一批")
    result = imported("市/住建局/质安站", "市", named)
    assert result.applied and not result.errors and len(result.added) == 3
    bureau, station = unit_by_path("市/住建局"), unit_by_path("市/住建局/质安站")
    assert bureau and station
    assert (bureau.name, bureau.aliases, bureau.batch) == ("市住房和城乡建设局", "住建、城建局", "第一批")
    assert (station.name, station.parent_id, station.depth) == ("质安站", bureau.id, 2)


def test_new_units_stand_in_the_order_of_the_rows_behind_the_old(app: Flask) -> None:
    imported("市", "市/丙", "市/甲")
    imported("市", "市/乙", "市/甲", "市/丙", "市/丁")
    assert [choice.label for choice in unit_choices()] == ["市", "丙", "甲", "乙", "丁"]


def test_a_preview_changes_nothing(app: Flask) -> None:
    result = imported("市", "市/局", dry_run=True)
    assert result.added == ["市", "市/局"] and not result.applied
    assert stored() == [] and db.session.scalar(select(func.count(AuditEvent.id))) == 0


def test_the_second_import_of_the_same_changes_nothing(app: Flask) -> None:
    rows = [UnitRow(2, "市", "", "", ""), UnitRow(3, "市/局", "局子", "甲、乙", "第二批")]
    imported(*rows)
    events = db.session.scalar(select(func.count(AuditEvent.id)))
    result = imported(*rows)
    assert (result.added, result.changed, result.unchanged) == ([], [], 2)
    assert db.session.scalar(select(func.count(AuditEvent.id))) == events


def test_changes_are_named_field_by_field(app: Flask) -> None:
    make_unit("市/局", aliases="旧", batch="第一批")
    result = imported("市", UnitRow(3, "市/局", aliases="新"))
    assert result.changed == [UnitChange("市/局", {"aliases": ("旧", "新")})]
    unit = unit_by_path("市/局")
    assert unit and (unit.aliases, unit.batch, unit.name) == ("新", "第一批", "局")


def test_a_column_that_is_there_but_empty_clears_the_field(app: Flask) -> None:
    make_unit("市", aliases="旧", name="大市")
    imported(UnitRow(2, "市", name="", aliases=""))
    unit = unit_by_path("市")
    assert unit and (unit.aliases, unit.name) == ("", "市")


def test_units_not_named_are_listed_and_kept(app: Flask) -> None:
    make_unit("市/旧局")
    result = imported("市")
    assert result.gone == ["市/旧局"] and stored() == ["市", "市/旧局"]


def test_a_closed_unit_that_is_named_again_is_opened(app: Flask) -> None:
    make_unit("市", active=False)
    result = imported("市")
    unit = unit_by_path("市")
    assert [list(change.fields) for change in result.changed] == [["active"]] and unit and unit.active


def test_a_parent_may_be_there_already(app: Flask) -> None:
    parent = make_unit("市/局")
    imported("市/局/站")
    child = unit_by_path("市/局/站")
    assert child and child.parent_id == parent.id


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "没有写"),
        ("市//局", "空的一级"),
        ("/市", "空的一级"),
        ("市/", "空的一级"),
        ("市/局\x07", "控制字符"),
        ("市/局\u200b一", "控制字符"),
        ("市/局\n站", "控制字符"),
        ("市/a/b/c/d/e", "最多 5 级"),
        ("市/" + "长" * 101, "最多 100 个"),
        ("/".join(["长" * 100] * 5), "最多 400 个"),
        ("没有/局", "上级单位“没有”"),
        ("市", "与第 2 行重复"),
        (" 市 ", "与第 2 行重复"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_changes(app: Flask, path: str, words: str) -> None:
    result = imported("市", "市/局", path)
    assert [error.number for error in result.errors] == [4] and words in result.errors[0].message
    assert not result.applied and stored() == []
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 0


@pytest.mark.parametrize(
    "row",
    [
        UnitRow(2, "市", name="a/b"),
        UnitRow(2, "市", name="长" * 101),
        UnitRow(2, "市", aliases="别" * 401),
        UnitRow(2, "市", aliases="别\x00名"),
        UnitRow(2, "市", batch="批" * 41),
        UnitRow(2, "市", problem="读不懂"),
    ],
)
def test_other_cells_are_checked_too(app: Flask, row: UnitRow) -> None:
    result = imported(row)
    assert len(result.errors) == 1 and stored() == []


def test_all_errors_are_told_at_once_in_the_order_of_the_rows(app: Flask) -> None:
    result = imported("没有/局", "市//局", "市", "市")
    assert [error.number for error in result.errors] == [2, 3, 5]


def test_an_empty_table_is_an_error(app: Flask) -> None:
    assert len(imported().errors) == 1


def test_every_change_is_audited(app: Flask) -> None:
    imported("市", "市/局")
    imported("市", UnitRow(3, "市/局", aliases="新"))
    actions = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions == ["unit_added", "unit_added", "units_imported", "unit_changed", "units_imported"]


def test_the_limits_are_those_of_the_columns() -> None:
    assert {name: Unit.__table__.c[name].type.length for name in LIMITS} == LIMITS


def test_default_topics_are_loaded_once(app: Flask) -> None:
    added = load_default_topics(SYSTEM)
    db.session.commit()
    assert added == 15 + 118 + 517
    assert load_default_topics(SYSTEM) == 0
    first = topic_by_path("城乡建设")
    leaf = topic_by_path("城乡建设/安全生产/事故处理")
    assert first and leaf and (first.level, leaf.level, leaf.name) == (1, 3, "事故处理")
    assert len(topic_choices(1)) == 15 and len(topic_choices(2)) == 133 and len(topic_choices(3)) == 650
    assert topic_choices(1)[0].label == "城乡建设"


def at_once(app: Flask, work: Callable[[], int]) -> list[int]:
    """What `work` gives where two do it at the same moment, each in a transaction of its own; the smaller first."""
    given: list[int] = []
    start = threading.Barrier(2)

    def run() -> None:
        with app.app_context():
            start.wait(60)
            given.append(work())
            db.session.commit()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(given)


def test_default_topics_loaded_twice_at_once_are_there_once(app: Flask) -> None:
    assert at_once(app, lambda: load_default_topics(SYSTEM)) == [0, 650]


def test_units_imported_twice_at_once_are_there_once(app: Flask) -> None:
    rows = [UnitRow(2, "市"), *(UnitRow(number, f"市/{number}局") for number in range(3, 300))]
    assert at_once(app, lambda: len(import_units(rows, SYSTEM, dry_run=False).added)) == [0, len(rows)]


def test_a_root_made_twice_at_once_is_there_once(app: Flask) -> None:
    first, second = at_once(app, lambda: root_unit("未注明单位", SYSTEM).id)
    assert first == second


def test_default_topics_leave_alone_what_is_there(app: Flask) -> None:
    make_topic("城乡建设/安全生产", active=False, name="安全")
    assert load_default_topics(SYSTEM) == 648
    db.session.commit()
    kept = topic_by_path("城乡建设/安全生产")
    assert kept and (kept.name, kept.active) == ("安全", False)
