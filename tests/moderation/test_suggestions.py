"""Suggested topics: stored by the job runner, shown beside the field, taken by one press, kept beside the decision."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.analysis.topic_store import manifest_path, save
from portal.analysis.topic_training import train
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.jobs.models import Job
from portal.moderation.learned_topics import (
    MadeModel,
    ModelSource,
    decided_texts,
    model_in_use,
    model_path,
    record_model,
    retire_models,
)
from portal.moderation.model_files import keep_files
from portal.moderation.models import Decision, TopicSuggestion
from portal.moderation.suggestions import Chance, keep_suggestion, suggestions_for
from portal.moderation.topics_jobs import learn_from_decisions, plan_training, suggest
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from portal.web.network import settings
from tests.analysis.labelled import labelled
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic
from tests.factories.topic_models import use_model
from tests.kit.client import PageClient

FORM = "#decision"
NOISE = {"title": "夜里噪音扰民睡不着", "body": "楼下的烧烤店油烟大，凌晨还在吵。"}


def address(opinion: Opinion) -> str:
    return f"/desk/moderation/{opinion.public_id}"


def kept(opinion: Opinion) -> TopicSuggestion | None:
    db.session.expire_all()
    return db.session.get(TopicSuggestion, opinion.id)


def test_without_a_model_the_lexicon_suggests_as_deep_as_this_site_has_topics(app: Flask) -> None:
    deep, other = make_topic("环境保护/环境污染"), make_topic("商贸旅游")
    opinion = make_opinion(**NOISE)
    assert suggest() == 1
    row = kept(opinion)
    assert row is not None and row.model_id is None
    assert row.first_id == deep.id and row.first_chance is not None and 0.5 < row.first_chance <= 1
    assert row.second_id in (None, other.id)
    assert suggestions_for(opinion)[0].name == "环境保护 / 环境污染"
    assert suggest() == 0


def test_what_says_nothing_or_names_no_topic_of_this_site_is_looked_at_once(app: Flask) -> None:
    make_topic("卫生计生")
    silent = make_opinion(title="你好", body="今天天气不错。")
    elsewhere = make_opinion(**NOISE)
    assert suggest() == 2
    for opinion in (silent, elsewhere):
        row = kept(opinion)
        assert row is not None and row.second_id is None
        assert not [one for one in suggestions_for(opinion) if one.percent >= 50]
    assert suggest() == 0


def test_a_topic_out_of_use_is_not_suggested(app: Flask) -> None:
    parent, child = make_topic("环境保护"), make_topic("环境保护/环境污染")
    child.active = False
    db.session.commit()
    opinion = make_opinion(**NOISE)
    suggest()
    assert [one.topic_id for one in suggestions_for(opinion)] == [parent.id]
    parent.active = False
    db.session.commit()
    assert suggestions_for(opinion) == []


def test_the_recorded_model_decides_and_the_second_candidate_is_kept(app: Flask) -> None:
    topics = [make_topic(path) for path in ("环境保护", "交通运输", "教育文体")]
    sha256 = use_model()
    opinion = make_opinion(title="造纸厂偷排废水", body="河水发臭。")
    suggest()
    row, used = kept(opinion), model_in_use()
    assert row is not None and used is not None and used.sha256 == sha256
    assert (row.model_id, row.first_id) == (used.id, topics[0].id)
    assert row.second_id in {topics[1].id, topics[2].id}
    assert row.first_chance is not None and row.second_chance is not None
    assert row.first_chance > row.second_chance


@pytest.mark.parametrize("fault", ["numbers", "manifest", "gone"])
def test_files_that_are_not_the_recorded_ones_are_not_loaded(app: Flask, fault: str) -> None:
    deep = make_topic("环境保护/环境污染")
    # Another number of messages each time: what was once loaded stays in memory under its hash.
    path = model_path(settings().instance_dir, use_model(48 + 3 * len(fault)))
    if fault == "gone":
        path.unlink()
    else:
        spoiled = path if fault == "numbers" else manifest_path(path)
        spoiled.write_bytes(spoiled.read_bytes() + b" ")
    opinion = make_opinion(**NOISE)
    suggest()
    row = kept(opinion)
    assert row is not None and (row.model_id, row.first_id) == (None, deep.id)


def test_a_press_takes_the_suggestion_and_keeps_what_was_typed(moderator: PageClient) -> None:
    topic = make_topic("环境保护/环境污染")
    opinion = make_opinion(**NOISE)
    assert "建议：" not in moderator.get(address(opinion)).main
    suggest()
    page = moderator.get(address(opinion))
    button = page.one("button[name=take_topic]")
    assert "建议：环境保护 / 环境污染（把握" in button.get_text()
    assert page.form(FORM)["topic"] == ""
    typed = {"take_topic": str(topic.id), "action": "accept", "note": "写到一半"}
    page = moderator.submit(page, typed, form=FORM, status=200)
    shown = page.form(FORM)
    assert (shown["topic"], shown["action"], shown["note"].strip()) == (str(topic.id), "accept", "写到一半")
    assert not page.soup.select("#error-summary")
    assert db.session.scalar(select(Decision)) is None
    moderator.submit(page, {}, form=FORM)
    decision, row = db.session.scalar(select(Decision)), kept(opinion)
    assert decision is not None and row is not None
    assert decision.topic_id == row.first_id == topic.id


def test_what_the_author_chose_already_is_not_suggested_to_choose(app: Flask) -> None:
    topic = make_topic("环境保护/环境污染/噪音污染")
    chosen, other = make_opinion(topic=topic, **NOISE), make_opinion(topic=make_topic("政法"), **NOISE)
    suggest()
    row = kept(chosen)
    assert row is not None and row.first_id is not None
    assert suggestions_for(chosen) == []
    assert suggestions_for(other)[0].name == "环境保护 / 环境污染"


def test_only_what_was_suggested_can_be_taken(moderator: PageClient) -> None:
    topic = make_topic("环境保护/环境污染")
    opinion = make_opinion(**NOISE)
    page = moderator.get(address(opinion))
    page = moderator.submit(page, {"take_topic": str(topic.id)}, form=FORM, status=400)
    assert page.form(FORM)["topic"] == ""
    moderator.submit(page, {"take_topic": "zehn"}, form=FORM, status=400)


def test_a_decision_against_the_suggestion_keeps_both(moderator: PageClient) -> None:
    suggested, chosen = make_topic("环境保护/环境污染"), make_topic("政法/社会治安")
    opinion = make_opinion(**NOISE)
    suggest()
    moderator.submit(address(opinion), {"action": "publish", "topic": str(chosen.id)}, form=FORM)
    decision, row = db.session.scalar(select(Decision)), kept(opinion)
    assert decision is not None and row is not None
    assert (decision.topic_id, row.first_id) == (chosen.id, suggested.id)


def decide_many(moderator: PageClient, count: int) -> None:
    """As many opinions of three topics, each decided by a moderator."""
    topics = {topic: make_topic(topic) for _, topic in labelled(3)}
    for text, topic in labelled(count):
        opinion = make_opinion(title=text[:20], body=text)
        moderator.submit(address(opinion), {"action": "accept", "topic": str(topics[topic].id)}, form=FORM)


def test_decisions_are_learned_from_in_their_masked_texts(moderator: PageClient) -> None:
    topic = make_topic("环境保护/环境污染")
    learned = make_opinion(title="电话13812345678", body="造纸厂夜里排污")
    for opinion, sent in (
        (learned, {"action": "publish", "topic": str(topic.id)}),
        (make_opinion(), {"action": "publish"}),
        (make_opinion(), {"action": "reject", "topic": str(topic.id), "reason": "unclear", "note": "说不清"}),
    ):
        moderator.submit(address(opinion), sent, form=FORM)
    make_opinion(state=OpinionState.PUBLISHED, topic=topic)
    assert decided_texts() == [("电话138****5678\n造纸厂夜里排污", "环境保护")]


def test_a_model_of_decisions_is_used_where_it_beats_the_lexicon(
    moderator: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide_many(moderator, 24)
    made = learn_from_decisions(SYSTEM)
    db.session.commit()
    beats = made.metrics["macro_f1"] > made.metrics["lexicon"]["macro_f1"]
    assert (model_in_use() is not None) is beats
    assert made.labels == 24 and made.metrics["weak"] is True
    assert manifest_path(model_path(settings().instance_dir, made.sha256)).is_file()

    for figure, wanted in ((-1.0, True), (2.0, False)):
        retire_models(SYSTEM)
        monkeypatch.setattr(
            "portal.analysis.topic_evaluation.lexicon_figures", lambda *_, figure=figure: {"macro_f1": figure}
        )
        assert (learn_from_decisions(SYSTEM).retired_at is None) is wanted
        assert (model_in_use() is not None) is wanted


def test_training_is_planned_when_there_is_enough_that_is_new(
    moderator: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def jobs() -> int:
        return len(db.session.scalars(select(Job)).all())

    decide_many(moderator, 6)
    assert plan_training() is False and jobs() == 0
    monkeypatch.setattr("portal.analysis.topic_model.FEW", 6)
    assert plan_training() is True and jobs() == 1
    assert plan_training() is False and jobs() == 1  # one is under way
    db.session.execute(Job.__table__.delete())
    record_model(MadeModel("0" * 64, ModelSource.DECISIONS, "", 5, {}), SYSTEM, used=False)
    db.session.commit()
    assert plan_training() is False  # 6 is not a quarter more than 5
    record_model(MadeModel("1" * 64, ModelSource.DECISIONS, "", 4, {}), SYSTEM)
    db.session.commit()
    assert plan_training() is True
    db.session.execute(Job.__table__.delete())
    record_model(MadeModel("2" * 64, ModelSource.FILE, "", 4, {}), SYSTEM)
    db.session.commit()
    assert plan_training() is False  # a person brought that one


def test_a_saved_model_that_is_kept_again_is_the_same_bytes(app: Flask, tmp_path: Path) -> None:
    from portal.analysis.topic_store import load

    texts, topics = zip(*labelled(30), strict=True)
    recorded = save(train(texts, topics), tmp_path / "m.npz")
    assert keep_files(load(tmp_path / "m.npz", recorded)) == recorded


def test_a_suggestion_that_another_runner_stored_meanwhile_stays(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_topic("环境保护").id, make_topic("政法").id
    opinion_id = make_opinion(**NOISE).id
    keep_suggestion(opinion_id, [Chance(first, 0.9)], None)
    db.session.commit()
    db.session.expunge_all()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(db.session, "get", lambda *_: None)
        keep_suggestion(opinion_id, [Chance(second, 0.8)], None)
    db.session.commit()
    assert [one.topic_id for one in suggestions_for(db.session.get_one(Opinion, opinion_id))] == [first]
