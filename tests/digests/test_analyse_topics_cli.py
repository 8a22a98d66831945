"""`flask analyse topics`: contracts, and what it says about files that are not as hoped."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app
from tests.analysis.labelled import labelled
from tests.conftest import settings_for

CONTRACT = {
    "macro_f1", "accuracy", "top2", "auto_accept_at_97", "ece", "per_class", "n_train", "n_test", "seconds"
}  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A portal whose database cannot be opened."""
    yield create_app(settings_for(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing"))


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["analyse", "topics", *map(str, arguments)])


def table(
    path: Path, rows: list[tuple[str, str]], head: str = "text,topic", encoding: str = "utf-8-sig"
) -> Path:
    path.write_text("\n".join([head, *(",".join(row) for row in rows), ""]), encoding=encoding)
    return path


def refused(done: Result) -> str:
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    return done.stderr


def test_evaluate_says_all_that_was_promised(app: Flask, tmp_path: Path) -> None:
    known = table(tmp_path / "a.csv", labelled(45))
    asked = table(tmp_path / "b.csv", [*labelled(60)[45:], ("没有类别的一行", "")])
    out = tmp_path / "预测.csv"
    done = run(app, "evaluate", "--train", known, "--test", asked, "--predictions", out, "--json")
    told = json.loads(done.stdout)
    assert set(told) >= CONTRACT
    assert (told["n_train"], told["n_test"]) == (45, 15)
    assert told["macro_f1"] > 0.9
    assert told["weak"] is True and "45" in told["note"]
    assert "第17行：没有类别" in done.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert list(found[0]) == ["row", "topic1", "p1", "topic2", "p2"]
    assert [row["row"] for row in found] == [str(number) for number in range(2, 17)]
    assert all(1 >= float(row["p1"]) >= float(row["p2"]) >= 0 for row in found)
    right = [row["topic1"] == topic for row, (_, topic) in zip(found, labelled(60)[45:], strict=True)]
    assert told["accuracy"] == pytest.approx(sum(right) / 15, abs=1e-4)


def test_chinese_headers_other_encodings_and_mapped_columns(app: Flask, tmp_path: Path) -> None:
    known = table(tmp_path / "a.csv", labelled(30), "留言详情,一级标签", "gb18030")
    asked = table(tmp_path / "b.csv", labelled(36)[30:], "留言详情,一级标签", "gb18030")
    plain = json.loads(run(app, "evaluate", "--train", known, "--test", asked, "--json").stdout)
    named = [
        table(tmp_path / f"{path.stem}2.csv", rows, "甲,乙")
        for path, rows in ((known, labelled(30)), (asked, labelled(36)[30:]))
    ]
    mapped = run(
        app,
        "evaluate",
        "--train",
        named[0],
        "--test",
        named[1],
        "--map",
        "text=甲",
        "--map",
        "topic=乙",
        "--json",
    )
    again = json.loads(mapped.stdout)
    assert {**again, "seconds": 0} == {**plain, "seconds": 0}


def test_without_labels_the_lexicon_decides_and_says_so(app: Flask, tmp_path: Path) -> None:
    known = table(tmp_path / "a.csv", [])
    asked = table(tmp_path / "b.csv", labelled(12))
    told = json.loads(run(app, "evaluate", "--train", known, "--test", asked, "--json").stdout)
    assert told["decided_by"] == "lexicon" and told["n_train"] == 0
    assert "词表" in told["note"]
    assert set(told) >= CONTRACT
    spoken = run(app, "evaluate", "--train", known, "--test", asked)
    assert spoken.stdout.startswith("macro_f1\t") and "词表" in spoken.stdout


def test_rows_without_a_topic_leave_it_to_the_lexicon_too(app: Flask, tmp_path: Path) -> None:
    bare = table(tmp_path / "a.csv", [("路灯坏了三个月", ""), ("公交太少", "")])
    done = run(app, "evaluate", "--train", bare, "--test", table(tmp_path / "b.csv", labelled(8)), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and (told["decided_by"], told["n_train"]) == ("lexicon", 0)
    assert "不能用的行：2" in done.stderr
    assert "带类别的意见太少" in refused(run(app, "train", bare, "--out", tmp_path / "model"))


def test_a_trained_model_predicts_and_a_changed_one_is_refused(app: Flask, tmp_path: Path) -> None:
    known, model = table(tmp_path / "a.csv", labelled(45)), tmp_path / "模型.npz"
    told = json.loads(run(app, "train", known, "--out", model, "--json").stdout)
    assert told["metrics"]["weak"] is True and len(told["sha256"]) == 64
    asked = table(tmp_path / "c.csv", [("火车站的出租车拒载", ""), ("", ""), ("造纸厂偷排废水", "")])
    done = run(app, "predict", model, asked, "--recorded", told["sha256"], "--json")
    rows = json.loads(done.stdout)["rows"]
    assert [row["row"] for row in rows] == [2, 4]
    assert [row["candidates"][0]["topic"] for row in rows] == ["交通运输", "环境保护"]
    assert all(set(one) == {"topic", "p"} for row in rows for one in row["candidates"])
    assert run(app, "predict", model, asked).stdout.startswith("2\t交通运输 ")
    assert "校验值" in refused(run(app, "predict", model, asked, "--recorded", "0" * 64))
    model.write_bytes(model.read_bytes() + b" ")
    assert "校验值" in refused(run(app, "predict", model, asked, "--json"))


def test_files_that_are_not_as_hoped_are_explained(app: Flask, tmp_path: Path) -> None:
    known = table(tmp_path / "a.csv", labelled(9))
    none = tmp_path / "没有.csv"
    assert "找不到文件" in refused(run(app, "evaluate", "--train", none, "--test", known))
    assert "缺少这些列" in refused(
        run(app, "evaluate", "--train", known, "--test", table(tmp_path / "d.csv", [], "text"))
    )
    assert "没有带类别" in refused(
        run(app, "evaluate", "--train", known, "--test", table(tmp_path / "e.csv", []))
    )
    one = table(tmp_path / "f.csv", [("路灯坏了", "城乡建设"), ("公交晚点", "城乡建设")])
    assert "太少" in refused(run(app, "train", one, "--out", tmp_path / "m.npz"))
    assert not (tmp_path / "m.npz").exists()
    assert refused(run(app, "train", known, "--out", tmp_path / "无" / "m.npz"))
    assert "m.npz" in refused(run(app, "predict", tmp_path / "m.npz", known))
    (tmp_path / "m.npz").write_bytes(b"x")
    (tmp_path / "m.npz.json").write_text("{}", encoding="utf-8")
    assert "不是可用的类别模型" in refused(run(app, "predict", tmp_path / "m.npz", known))


def test_labels_are_never_written_over(app: Flask, tmp_path: Path) -> None:
    known = table(tmp_path / "a.csv", labelled(45))
    before = known.read_bytes()
    assert "换个地方写" in refused(run(app, "train", known, "--out", known))
    assert "换个地方写" in refused(
        run(app, "evaluate", "--train", known, "--test", known, "--predictions", known)
    )
    assert known.read_bytes() == before
