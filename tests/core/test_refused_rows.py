"""Rows that were not taken, written out to be corrected."""

import csv
from pathlib import Path

import pytest

from portal.core.refused_rows import RefusedRows
from portal.core.tables import Row, TableError


def test_refused_rows_stand_with_number_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    with RefusedRows(path, ["标题", "正文"]) as refused:
        refused.add(Row(3, {}, None, ("甲\n乙", "=1+1")), "没有正文")
        refused.add(Row(9, {}, None, ("half \ud800",)), "残缺的字符")
        assert refused.count == 2 and not path.exists()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["行号", "原因", "标题", "正文"]
    assert rows[1] == ["3", "没有正文", "甲\n乙", "'=1+1"]
    assert rows[2] == ["9", "残缺的字符", "half \\ud800"]


def test_nothing_refused_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    with RefusedRows(path, ["标题"]):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(TableError, match="写不了文件"),
        RefusedRows(tmp_path / "none" / "refused.csv", []) as refused,
    ):
        refused.add(Row(2, {}, None, ()), "没有正文")
