"""`flask units import` and `flask topics load` as run from a terminal."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import Workbook

from portal.core.db import db
from portal.taxonomy import cli
from portal.taxonomy.queries import topic_choices, unit_by_path, unit_choices
from tests.factories.taxonomy import make_unit


def run(app: Flask, *arguments: object, typed: str | None = None) -> Result:
    """The outcome of `flask ARGUMENTS…`."""
    result = app.test_cli_runner().invoke(args=[str(each) for each in arguments], input=typed)
    db.session.expire_all()
    return result


def table(folder: Path, text: str) -> Path:
    """A csv file with `text`."""
    path = folder / "units.csv"
    path.write_text(text, encoding="utf-8")
    return path


def labels() -> list[str]:
    """What stands in the tree."""
    return [choice.label for choice in unit_choices()]


def test_paths_from_csv(app: Flask, tmp_path: Path) -> None:
    file = table(tmp_path, "路径,别名,批次\n市,,\n市/住建局,住建、城建局,第一批\n")
    result = run(app, "units", "import", file)
    assert result.exit_code == 0 and "新增 2 个" in result.output and "已导入" in result.output
    unit = unit_by_path("市/住建局")
    assert unit and (unit.aliases, unit.batch) == ("住建、城建局", "第一批")


def test_levels_from_xlsx(app: Flask, tmp_path: Path) -> None:
    book = Workbook()
    for row in (["一级", "二级", "三级"], ["市"], ["市", "局"], ["市", "局", "站"]):
        book.active.append(row)
    book.save(tmp_path / "units.xlsx")
    assert run(app, "units", "import", tmp_path / "units.xlsx").exit_code == 0
    assert labels() == ["市", "局", "站"]


def test_levels_with_a_gap_or_a_slash_are_refused(app: Flask, tmp_path: Path) -> None:
    file = table(tmp_path, "一级,二级,三级\n市,,\n市,,站\n市,甲/乙,\n")
    result = run(app, "units", "import", file)
    assert result.exit_code == 1 and "第 3 行" in result.stderr and "第 4 行" in result.stderr
    assert labels() == []


def test_an_error_in_one_row_changes_nothing(app: Flask, tmp_path: Path) -> None:
    result = run(app, "units", "import", table(tmp_path, "路径\n市\n没有/局\n"), "--yes")
    assert result.exit_code == 1 and "第 3 行" in result.stderr and "什么都没有改" in result.stderr
    assert labels() == []


def test_a_row_with_too_many_cells_is_refused(app: Flask, tmp_path: Path) -> None:
    result = run(app, "units", "import", table(tmp_path, "路径\n市\n区,多出来的\n"))
    assert result.exit_code == 1 and "第 3 行" in result.stderr and labels() == []


def test_a_file_that_is_no_table(app: Flask, tmp_path: Path) -> None:
    result = run(app, "units", "import", tmp_path / "none.csv")
    assert result.exit_code == 1 and "找不到文件" in result.stderr
    asked = run(app, "units", "import", tmp_path / "none.csv", "--json")
    assert asked.exit_code == 1 and json.loads(asked.stdout)["errors"]


def test_a_table_without_a_unit_column(app: Flask, tmp_path: Path) -> None:
    result = run(app, "units", "import", table(tmp_path, "别名\n甲\n"))
    assert result.exit_code == 1 and "没有写单位" in result.stderr


def test_preview_only_shows(app: Flask, tmp_path: Path) -> None:
    make_unit("市/旧局")
    make_unit("市/局", aliases="老")
    file = table(tmp_path, "路径,别名\n市,\n市/局,新\n市/新局,\n")
    result = run(app, "units", "import", file, "--preview")
    assert result.exit_code == 0 and "aliases “老” → “新”" in result.output
    for line in ("新增 1 个", "更改 1 个", "不变 1 个", "照旧保留 1 个"):
        assert line in result.output
    assert labels() == ["市", "旧局", "局"]


def test_json_is_all_there_is_on_standard_output(app: Flask, tmp_path: Path) -> None:
    file = table(tmp_path, "单位,简称\n市,大市\n")
    result = run(app, "units", "import", file, "--json", "--map", "path=单位", "--map", "aliases=简称")
    data = json.loads(result.stdout)
    assert result.exit_code == 0 and data["applied"] and data["added"] == ["市"] and data["errors"] == []
    refused = json.loads(run(app, "units", "import", table(tmp_path, "路径\n市//\n"), "--json").stdout)
    assert not refused["applied"] and refused["errors"][0]["row"] == 2


def test_a_map_that_is_none_is_told(app: Flask, tmp_path: Path) -> None:
    result = run(app, "units", "import", table(tmp_path, "路径\n市\n"), "--map", "path")
    assert result.exit_code == 2 and "字段=列名" in result.stderr


@pytest.mark.parametrize(("typed", "added"), [("y\n", ["市"]), ("n\n", [])])
def test_at_a_terminal_it_asks_first(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, added: list[str]
) -> None:
    monkeypatch.setattr(cli, "_at_terminal", lambda: True)
    result = run(app, "units", "import", table(tmp_path, "路径\n市\n"), typed=typed)
    assert "导入吗" in result.output and labels() == added and (result.exit_code == 0) is bool(added)


def test_a_long_list_is_cut_with_its_rest_counted(app: Flask, tmp_path: Path) -> None:
    file = table(tmp_path, "路径\n" + "".join(f"局{number}\n" for number in range(25)))
    assert "另有 5 个" in run(app, "units", "import", file).output and len(labels()) == 25


def test_topics_load(app: Flask) -> None:
    assert "新增 650 个类别" in run(app, "topics", "load").output
    assert json.loads(run(app, "topics", "load", "--json").stdout) == {"added": 0}
    assert len(topic_choices(3)) == 650
