"""`flask analyse matters` and `flask digest from-file --previous`."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app
from portal.digests.verify import verify_document
from tests.analysis.texts import written
from tests.conftest import settings_for

HEAD = ("id", "author", "title", "created_at", "body", "support")


@pytest.fixture
def bare_app(tmp_path: Path) -> Iterator[Flask]:
    """A portal whose database cannot be opened."""
    yield create_app(settings_for(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing"))


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=list(map(str, arguments)))


def table(path: Path, rows: int | None = None, head: tuple[str, ...] = HEAD) -> Path:
    """A csv file of the written messages, two lines in each body."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(head)
        for one in written()[:rows]:
            body = one.body.replace("。", "。\r\n", 1)
            out.writerow((one.id, one.author or "", f" {one.title}", "2024-03-01 09:00", body, 2))
    return path


def matters(app: Flask, *arguments: object) -> dict[str, Any]:
    done = run(app, "analyse", "matters", *arguments, "--json")
    assert done.exit_code == 0, done.output
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_offsets_count_in_the_text_as_it_stands_in_the_file(bare_app: Flask, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        texts = {row["id"]: f"{row['title']}\n{row['body']}" for row in csv.DictReader(stream)}
    result = matters(bare_app, path)
    quotes = [quote for matter in result["matters"] for quote in matter["quotes"]]
    assert quotes
    for quote in quotes:
        assert texts[quote["opinion_id"]][quote["start"] : quote["end"]] == quote["text"]


def test_every_row_is_placed_and_the_cost_is_told(bare_app: Flask, tmp_path: Path) -> None:
    result = matters(bare_app, table(tmp_path / "a.csv"))
    ids = {one.id for one in written()}
    placed = [one for matter in result["matters"] for one in matter["opinion_ids"]] + result["single_ids"]
    assert sorted(placed) == sorted(ids)
    assert {one for aspect in result["aspects"] for one in aspect["opinion_ids"]} == ids
    assert result["seconds"] > 0 and result["peak_mb"] > 1
    first = result["matters"][0]
    assert {"id", "title", "keywords", "distinct_authors", "heat", "heat_parts", "trend"} <= first.keys()
    assert first["trend"] == [["2024-02-26", 4]]


def test_a_number_of_aspects_and_other_headers_can_be_asked_for(bare_app: Flask, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", head=("id", "author", "题目", "created_at", "说了什么", "support"))
    result = matters(bare_app, path, "--aspects", 3, "--map", "body=说了什么", "--map", "title=题目")
    assert len(result["aspects"]) == 3
    assert run(bare_app, "analyse", "matters", path, "--aspects", 2, "--json").exit_code == 2


def test_a_time_or_number_that_cannot_be_read_is_told_and_the_row_counts(
    bare_app: Flask, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,body,created_at,support\n1,路灯坏了没有人修。,某天,很多\n", encoding="utf-8")
    done = run(bare_app, "analyse", "matters", path, "--json")
    assert json.loads(done.stdout)["single_ids"] == ["1"]
    assert "某天" in done.stderr and "很多" in done.stderr


def test_a_file_that_is_none_is_a_sentence(bare_app: Flask, tmp_path: Path) -> None:
    done = run(bare_app, "analyse", "matters", tmp_path / "none.csv", "--json")
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_a_digest_keeps_the_ids_of_the_one_before(bare_app: Flask, tmp_path: Path) -> None:
    def digest(name: str, rows: int | None, *more: object) -> dict[str, Any]:
        path = table(tmp_path / f"{name}.csv", rows)
        done = run(bare_app, "digest", "from-file", path, "--out", tmp_path / name, *more)
        assert done.exit_code == 0, done.output
        document: dict[str, Any] = json.loads((tmp_path / name / "analysis-check-input.json").read_bytes())
        assert verify_document(document) == []
        return document

    first = digest("first", 3)
    second = digest("second", None, "--previous", tmp_path / "first" / "analysis-check-input.json")
    (old,) = first["matters"]
    assert old["change"] is None
    same = next(one for one in second["matters"] if one["id"] == old["id"])
    assert set(old["opinion_ids"]) < set(same["opinion_ids"])
    assert (same["change"], same["previous_count"]) == ("grown", 3)
    assert {one["change"] for one in second["matters"]} == {"grown", "new"}
    assert second["gone"]["matters"] == []


def test_a_previous_file_that_is_no_digest_is_refused(bare_app: Flask, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv")
    done = run(bare_app, "digest", "from-file", path, "--out", tmp_path / "out", "--previous", path)
    assert done.exit_code == 1
    assert f"读不了 {path}：不是 JSON" in done.output
