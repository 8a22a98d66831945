"""`flask topic-models`: train on decisions, bring a model, list, retire."""

import json
from pathlib import Path

from click.testing import Result
from flask import Flask

from portal.analysis.topic_store import manifest_path, save
from portal.analysis.topic_training import train
from portal.core.db import db
from portal.moderation.learned_topics import model_in_use, model_path
from portal.moderation.topics_jobs import suggest
from portal.web.network import settings
from tests.analysis.labelled import labelled
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic
from tests.kit.client import PageClient


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["topic-models", *map(str, arguments)])


def test_a_model_from_a_file_is_used_and_retired(app: Flask, tmp_path: Path) -> None:
    texts, topics = zip(*labelled(30), strict=True)
    path = tmp_path / "模型.npz"
    recorded = save(train(texts, topics), path)
    assert "校验值" in run(app, "use", path, "--recorded", "0" * 64).stderr
    assert model_in_use() is None
    told = json.loads(run(app, "use", path, "--recorded", recorded, "--json").stdout)
    assert (told["sha256"], told["source"], told["labels"]) == (recorded, "file", 30)
    assert model_path(settings().instance_dir, recorded).read_bytes() == path.read_bytes()
    listed = run(app, "list").stdout
    assert recorded in listed and "可以提建议" in listed and "词表" not in listed
    told = json.loads(run(app, "list", "--json").stdout)
    assert (told["in_use"], [one["sha256"] for one in told["models"]]) == (recorded, [recorded])
    assert "停用1个" in run(app, "retire").stdout
    db.session.expire_all()
    assert model_in_use() is None
    assert "词表" in run(app, "list").stdout


def test_without_decisions_nothing_is_learned_and_a_sentence_says_so(app: Flask) -> None:
    done = run(app, "train", "--json")
    assert done.exit_code == 1 and "太少" in done.stderr and done.stdout == ""


def test_what_is_no_model_is_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    assert run(app, "use", path, "--recorded", "0" * 64).exit_code == 1
    path.write_bytes(b"x")
    manifest_path(path).write_text("{}", encoding="utf-8")
    done = run(app, "use", path, "--recorded", "0" * 64)
    assert done.exit_code == 1 and "校验值" in done.stderr


def test_how_often_moderators_went_the_way_of_suggestions_is_told(app: Flask, moderator: PageClient) -> None:
    noise, smoke = make_topic("环境保护/环境污染"), make_topic("环境保护/环保管理")
    police = make_topic("政法/社会治安")
    for chosen in (noise, smoke, police, None):
        opinion = make_opinion(title="夜里噪音扰民睡不着", body="烧烤店油烟大。")
        suggest()
        sent = {"action": "accept", "topic": str(chosen.id) if chosen else ""}
        moderator.submit(f"/desk/moderation/{opinion.public_id}", sent, form="#decision")
    assert json.loads(run(app, "list", "--json").stdout)["agreement"] == {"decided": 3, "same": 2}
    assert "3条里" in run(app, "list").stdout
