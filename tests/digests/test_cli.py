"""`flask digest build`, `from-file` and `verify`."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app
from portal.core.clock import fixed
from portal.digests import from_file
from portal.opinions.states import OpinionState
from tests.conftest import settings_for
from tests.factories.campaigns import make_campaign
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit

NAMES = ["analysis-check-input.json", "digest.xlsx", "digest.docx", "digest.csv"]
MOMENT = datetime(2026, 11, 22, 2, tzinfo=UTC)
TABLE = (
    "id,title,body,author,created_at,topic,reply\n"
    "1,路灯不亮,景蓉小区东门的路灯坏了三个月。,甲,2026-10-01 08:00,城乡建设,已经修好。\n"
    "2,东门路灯,景蓉小区东门路灯坏了，请修。,乙,2026-10-02 08:00,城乡建设,\n"
    "3,=1+1,请回电13912345678。,甲,2026-10-03 08:00,交通运输,\n"
)


def run(app: Flask, *arguments: object) -> Result:
    with fixed(MOMENT):
        return app.test_cli_runner().invoke(args=["digest", *map(str, arguments)])


@pytest.fixture
def bare_app(tmp_path: Path) -> Iterator[Flask]:
    """A portal whose database cannot be opened."""
    yield create_app(settings_for(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "留言.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_build_writes_the_files_and_prints_their_paths(app: Flask, tmp_path: Path) -> None:
    make_opinion(state=OpinionState.PUBLISHED, title="加装电梯")
    done = run(app, "build", "--campaign", "xianyice", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [str(tmp_path / "out" / name) for name in NAMES]
    assert [path.stat().st_size > 0 for path in map(Path, done.stdout.splitlines())] == [True] * len(NAMES)


def test_build_with_json_prints_json_and_nothing_else(app: Flask, tmp_path: Path) -> None:
    make_opinion(state=OpinionState.ACCEPTED)
    make_opinion(state=OpinionState.REJECTED)
    done = run(app, "build", "--campaign", "xianyice", "--out", tmp_path, "--json")
    told = json.loads(done.stdout)
    assert [Path(path).name for path in told["files"]] == NAMES
    assert told["counts"] == {
        "received": 2, "waiting": 0, "rejected": 1, "withdrawn": 0, "merged": 0, "counted": 1,
    }  # fmt: skip
    assert (told["aspects"], told["matters"], told["singles"]) == (1, 0, 1)


def test_build_takes_unit_topic_days_and_desk(app: Flask, tmp_path: Path) -> None:
    unit, topic = make_unit(), make_topic()
    morning = datetime(2026, 10, 1, 1, tzinfo=UTC)
    make_opinion(state=OpinionState.PUBLISHED, title="要的", unit=unit, topic=topic, submitted_at=morning)
    make_opinion(state=OpinionState.PUBLISHED, title="晚的", unit=unit, topic=topic, submitted_at=MOMENT)
    make_opinion(
        state=OpinionState.ACCEPTED,
        title="告它的",
        complained=unit,
        unit=unit,
        topic=topic,
        submitted_at=morning,
    )
    arguments = [
        "build",
        "--campaign",
        "xianyice",
        "--unit",
        unit.path,
        "--topic",
        "城乡建设",
        "--from",
        "2026-10-01",
    ]
    done = run(app, *arguments, "--to", "2026-10-01", "--desk", "市直单位/住建局", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / NAMES[0]).read_bytes())
    assert [opinion["title"] for opinion in document["opinions"]] == ["要的"]
    assert document["scope"]["from"] == document["scope"]["to"] == "2026-10-01"
    run(app, *arguments, "--to", "2026-10-01", "--out", tmp_path)
    document = json.loads((tmp_path / NAMES[0]).read_bytes())
    assert {opinion["title"] for opinion in document["opinions"]} == {"要的", "告它的"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--campaign", "nothing"], "没有征集活动「nothing」"),
        (["--campaign", "xianyice", "--unit", "火星"], "没有单位「火星」"),
        (["--campaign", "xianyice", "--topic", "占星"], "没有类别「占星」"),
        (
            ["--campaign", "xianyice", "--from", "2026-10-02", "--to", "2026-10-01"],
            "结束日期不能早于开始日期",
        ),
        (["--campaign", "xianyice", "--from", "0001-01-01"], "日期要在1900年到2999年之间"),
    ],
)
def test_build_says_in_a_sentence_what_is_wrong(
    app: Flask, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    make_campaign()
    done = run(app, "build", *arguments, "--out", tmp_path / "out")
    assert done.exit_code == 1 and sentence in done.stderr
    assert not (tmp_path / "out").exists()


def test_build_refuses_a_unit_outside_the_desk(app: Flask, tmp_path: Path) -> None:
    make_campaign()
    unit, desk = make_unit("市直单位/住建局"), make_unit("市直单位/交通局")
    done = run(
        app, "build", "--campaign", "xianyice", "--unit", unit.path, "--desk", desk.path, "--out", tmp_path
    )
    assert done.exit_code == 1 and "下级单位" in done.stderr


def test_same_database_gives_the_same_bytes(app: Flask, tmp_path: Path) -> None:
    for number in range(6):
        make_opinion(
            state=OpinionState.PUBLISHED, title=f"{number}号楼路灯不亮", body="东门的路灯坏了三个月，没人修。"
        )
    for folder in ("one", "two"):
        assert run(app, "build", "--campaign", "xianyice", "--out", tmp_path / folder).exit_code == 0
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_from_file_needs_no_database(bare_app: Flask, table: Path, tmp_path: Path) -> None:
    done = run(bare_app, "from-file", table, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [Path(path).name for path in told["files"]] == NAMES and told["counts"]["counted"] == 3
    text = (tmp_path / "out" / NAMES[0]).read_text(encoding="utf-8")
    assert "13912345678" not in text and "已经修好" in text


def test_from_file_gives_the_same_bytes_twice(bare_app: Flask, table: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        run(bare_app, "from-file", table, "--out", tmp_path / folder)
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_from_file_reads_mapped_columns(bare_app: Flask, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("甲列,乙列\n路灯,路灯坏了\n", encoding="utf-8")
    refused = run(bare_app, "from-file", table, "--out", tmp_path / "no")
    assert refused.exit_code == 1 and refused.stderr.strip() and "Traceback" not in refused.output
    done = run(
        bare_app, "from-file", table, "--map", "body=乙列", "--map", "title=甲列", "--out", tmp_path / "yes"
    )
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "yes" / NAMES[0]).read_bytes())
    assert document["opinions"][0]["text"] == "路灯\n路灯坏了"


def test_from_file_says_that_the_file_is_not_there(bare_app: Flask, tmp_path: Path) -> None:
    done = run(bare_app, "from-file", tmp_path / "none.csv", "--out", tmp_path)
    assert done.exit_code == 1 and "Traceback" not in done.output and done.stderr.strip()


def test_from_file_hands_out_nothing_that_does_not_agree_with_itself(
    bare_app: Flask, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = from_file.build_document

    def wrong(**arguments: Any) -> dict[str, Any]:
        document = honest(**arguments)
        document["counts"]["counted"] += 1
        return document

    monkeypatch.setattr(from_file, "build_document", wrong)
    done = run(bare_app, "from-file", table, "--out", tmp_path / "out")
    assert done.exit_code == 1 and "汇总自查没有通过" in done.stderr
    assert not (tmp_path / "out").exists()


def test_verify_passes_what_was_built_and_names_what_was_changed(
    bare_app: Flask, table: Path, tmp_path: Path
) -> None:
    run(bare_app, "from-file", table, "--out", tmp_path)
    made = tmp_path / NAMES[0]
    good = run(bare_app, "verify", made, "--json")
    assert good.exit_code == 0 and json.loads(good.stdout)["problems"] == []
    document = json.loads(made.read_bytes())
    document["opinions"][0]["text"] += "！"
    document["counts"]["received"] += 1
    made.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    bad = run(bare_app, "verify", made)
    assert bad.exit_code == 1 and len(bad.stdout.splitlines()) >= 2
    assert document["opinions"][0]["id"] in bad.stdout
    told = json.loads(run(bare_app, "verify", made, "--json").stdout)
    assert told["ok"] is False and len(told["problems"]) == len(bad.stdout.splitlines())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"[]", b'{"schema": 1}', b"NaN"]
)
def test_verify_refuses_what_is_no_digest(bare_app: Flask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    done = run(bare_app, "verify", path)
    assert done.exit_code == 1 and done.stdout.strip() and done.exception.__class__ is SystemExit


def test_a_file_in_the_folder_of_the_digest_is_not_lost_to_it(bare_app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    refused = out / "refused.csv"
    refused.write_text("id,正文\n1,路灯坏了\n", encoding="utf-8")
    done = run(bare_app, "from-file", refused, "--out", out)
    assert done.exit_code == 1 and "换个地方写" in done.output
    assert [path.name for path in out.iterdir()] == ["refused.csv"]


def test_from_file_of_which_no_row_counts_fails_and_says_where_the_reasons_are(
    bare_app: Flask, tmp_path: Path
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("title,body\n路灯,\n公交,\n", encoding="utf-8")
    done = run(bare_app, "from-file", table, "--out", tmp_path / "out")
    refused = tmp_path / "out" / "refused.csv"
    assert done.exit_code == 1 and str(refused) in done.stderr
    assert len(refused.read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize("content", [None, "", "{", "[" * 100_000, "\udcff"])
def test_a_digest_that_cannot_be_read_is_told_in_a_sentence(
    bare_app: Flask, table: Path, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "digest.json"
    if content is not None:
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    told = f"读不了 {file}：" + ("没有这个文件或文件夹" if content is None else "不是 JSON")
    assert run(bare_app, "verify", file).stdout.strip() == told
    done = run(bare_app, "from-file", table, "--out", tmp_path / "out", "--previous", file)
    assert done.exit_code == 1 and told in done.stderr


def test_a_pipe_is_no_digest_and_nobody_waits_for_it(bare_app: Flask, table: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    told = f"读不了 {tmp_path / 'pipe'}：那里有别的东西，不是普通文件"
    assert run(bare_app, "verify", tmp_path / "pipe").stdout.strip() == told
    done = run(bare_app, "from-file", table, "--out", tmp_path / "out", "--previous", tmp_path / "pipe")
    assert done.exit_code == 1 and told in done.stderr
