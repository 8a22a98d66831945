"""A topic model learns from labelled messages, means what its probabilities say, and is the same every time."""

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis import topic_training
from portal.analysis.topic_calibration import fit_calibration
from portal.analysis.topic_evaluation import evaluate
from portal.analysis.topic_features import Features, counted, grams_of
from portal.analysis.topic_metrics import acceptance_at, calibration_error, figures, widest_acceptance
from portal.analysis.topic_model import TopicModel, lexicon_classes, lexicon_probabilities
from portal.analysis.topic_training import TooFewLabels, evenly, folds, near_duplicates, train, training_hash
from portal.analysis.topics import OTHER, topic_of
from tests.analysis.labelled import labelled
from tests.kit.shared_data import rows

NAMES = (
    "交通运输/客货运输/客运班线",
    "环境保护/环境污染/噪声污染",
    "教育文体/教育/基础教育",
    "不在此列/名称",
)


@cache
def model() -> TopicModel:
    texts, topics = zip(*labelled(), strict=True)
    return train(texts, topics, NAMES)


def test_unseen_messages_are_told_apart() -> None:
    found = model().candidates(["公交车晚点，司机拒载", "造纸厂偷排废水，河水发臭", "老师补课收费"])
    assert [best[0].topic for best in found] == ["交通运输", "环境保护", "教育文体"]
    assert all(best[0].probability > best[1].probability for best in found)


@settings(max_examples=30)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_probabilities_sum_to_one_whatever_is_asked(texts: list[str]) -> None:
    found = model().probabilities(texts)
    assert found.shape == (len(texts), 3)
    assert np.allclose(found.sum(axis=1), 1.0) and (found >= 0).all()


def test_a_text_of_nothing_known_is_left_in_doubt() -> None:
    empty, strange = model().probabilities(["", "Ω≈ç√∫ 𠮷𡈽"])
    assert empty.max() < 0.6
    assert np.allclose(empty, strange)


def test_neither_the_order_of_rows_nor_the_company_of_a_text_matters() -> None:
    shuffled = labelled()
    random.Random(3).shuffle(shuffled)
    texts, topics = zip(*shuffled, strict=True)
    again = train(texts, topics, reversed(NAMES))
    asked = ["夜里噪音太大", "幼儿园太贵"]
    assert again.training_hash == model().training_hash
    assert np.array_equal(again.probabilities(asked), model().probabilities(asked))
    assert np.allclose(model().probabilities(asked[:1]), model().probabilities(asked)[:1])


def test_the_training_hash_tells_sets_apart() -> None:
    assert training_hash([("甲", "乙")]) != training_hash([("甲乙", "")])
    assert training_hash([("a", "x"), ("b", "y")]) == training_hash([("b", "y"), ("a", "x")])
    assert training_hash([("a", "x")]) != training_hash([("a", "x"), ("a", "x")])


def test_few_labels_are_called_weak_and_none_cannot_be_learned_from() -> None:
    assert model().metrics["weak"] is True
    assert model().metrics["n_train"] == 60
    assert model().metrics["labels"] == {"交通运输": 20, "教育文体": 20, "环境保护": 20}
    for texts, topics in (
        ([], []),
        (["路灯坏了", "公交晚点"], ["甲", "甲"]),
        (["同一条意见"] * 4, list("甲乙甲乙")),
    ):
        with pytest.raises(TooFewLabels):
            train(texts, topics)


def test_of_very_many_messages_an_even_part_is_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(str(place), "甲") for place in range(10)]
    assert [text for text, _ in evenly(rows, 4)] == ["0", "2", "5", "7"]
    assert evenly(rows, 10) == rows and evenly([], 3) == []
    monkeypatch.setattr(topic_training, "MOST", 30)
    texts, topics = zip(*labelled(60), strict=True)
    metrics = train(texts, topics).metrics
    assert (metrics["n_train"], metrics["n_learned"]) == (60, 30)
    assert metrics["labels"] == {"交通运输": 20, "教育文体": 20, "环境保护": 20}
    assert {topic: one["support"] for topic, one in metrics["per_class"].items()} == dict.fromkeys(
        metrics["labels"], 10
    )


def test_two_messages_are_enough_to_learn_something() -> None:
    tiny = train(["公交车总是晚点，司机拒载", "造纸厂夜里偷排废水"], ["交通运输", "环境保护"])
    assert tiny.probabilities(["出租车拒载"]).shape == (1, 2)


def test_rare_terms_are_not_kept() -> None:
    texts = [*[text for text, _ in labelled(30)], "我叫张三丰，电话13812345678"]
    features = Features.of(counted(texts))
    assert not [
        term for term in (*features.words.terms, *features.grams.terms) if "丰" in term or "345" in term
    ]


def test_rows_of_features_have_length_one_in_each_half() -> None:
    texts = [text for text, _ in labelled(30)]
    for found in Features.of(counted(texts)).rows_of(counted(["", texts[0]])):
        assert np.allclose(np.sqrt(found.multiply(found).sum(axis=1)), [0.0, 1.0])
    assert grams_of("a b") == ["a", "b", "ab"] * 2


def test_near_duplicates_share_a_group_and_a_fold() -> None:
    texts = [
        "东门的路灯坏了三个月没有人修",
        "公交车总是晚点很久",
        "东門的路燈坏了三个月没有人修！",
        "老师补课收费",
    ]
    groups = near_duplicates(texts)
    assert groups[0] == groups[2] and len(set(groups.tolist())) == 3
    many = np.array([0] * 7 + list(range(1, 14)))
    found = folds(many)
    assert len(set(found[:7].tolist())) == 1
    assert sorted(np.bincount(found).tolist()) == [3, 3, 3, 4, 7]
    assert near_duplicates([]).tolist() == []


def test_calibration_makes_overconfident_scores_mean_what_they_say() -> None:
    source = np.random.default_rng(1)
    truth = source.integers(0, 3, 2000)
    scores = 9 * (source.normal(size=(2000, 3)) + np.eye(3)[truth])
    found = fit_calibration(scores[None], truth).probabilities(scores[None])
    right = found.argmax(axis=1) == truth
    raw = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert calibration_error(raw.max(axis=1), right) > 0.2
    assert calibration_error(found.max(axis=1), right) < 0.04


def test_calibration_weighs_views_by_what_they_know() -> None:
    source = np.random.default_rng(2)
    truth = source.integers(0, 3, 3000)
    known = 2 * np.eye(3)[truth]
    views = np.stack([known + source.normal(size=(3000, 3)) * noise for noise in (1.0, 2.0)])
    views = np.concatenate([views, source.normal(size=(1, 3000, 3))])
    slopes = fit_calibration(views[:, :1500], truth[:1500]).slopes
    assert slopes[0] > slopes[1] > slopes[2] and slopes[2] < 0.2

    def log_loss(used: list[int]) -> float:
        held = fit_calibration(views[used, :1500], truth[:1500]).probabilities(views[used, 1500:])
        return float(-np.log(held[np.arange(1500), truth[1500:]]).mean())

    assert log_loss([0, 1, 2]) < log_loss([0]) < log_loss([1])


def test_a_threshold_takes_all_equals_or_none() -> None:
    confidence = np.array([0.9, 0.8, 0.8, 0.7])
    chosen = widest_acceptance(confidence, np.array([True, True, False, True]))
    assert (chosen.threshold, chosen.share, chosen.precision) == (0.9, 0.25, 1.0)
    assert widest_acceptance(confidence, np.zeros(4, bool)).share == 0.0
    assert acceptance_at(0.8, confidence, np.array([True, True, False, True])).share == 0.75
    told = widest_acceptance(np.array([0.99999987]), np.array([True])).as_json()
    assert told == {"threshold": 0.999999, "share": 1.0, "precision": 1.0}
    assert widest_acceptance(np.empty(0), np.empty(0, bool)).share == 0.0


def test_a_careful_threshold_keeps_its_promise_on_other_messages() -> None:
    source = np.random.default_rng(7)
    reached: dict[float, list[float]] = {0.0: [], 0.5: []}
    for _ in range(60):
        confidence = source.uniform(0.5, 1.0, (2, 800))
        right = source.uniform(size=confidence.shape) < confidence
        for caution, found in reached.items():
            chosen = widest_acceptance(confidence[0], right[0], caution)
            found.append(acceptance_at(chosen.threshold, confidence[1], right[1]).precision)
    bold, careful = (float(np.mean(found)) for found in reached.values())
    assert bold < careful and careful > 0.97


def test_figures_of_a_known_table() -> None:
    chances = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    told = figures(("甲", "乙", "丙"), chances, ["甲", "乙", "丙", "丁"])
    assert told["accuracy"] == 0.5 and told["top2"] == 0.75
    assert told["per_class"]["甲"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1}
    assert told["per_class"]["丁"]["f1"] == 0
    assert told["macro_f1"] == pytest.approx((0.6667 + 0 + 1 + 0) / 4, abs=1e-4)
    assert told["widest_at_97"] == 0.25


def test_the_lexicon_decides_where_nothing_can_be_learned() -> None:
    asked = [(text, topic) for text, topic in labelled(12)]
    told = evaluate([], asked)
    assert told.figures["decided_by"] == "lexicon" and told.figures["weak"] is True
    assert told.figures["auto_accept_at_97"] == 0.0
    assert told.figures["auto_accept"]["threshold"] == 1.0
    assert told.figures["macro_f1"] > 0.5
    assert told.figures["accuracy"] == told.figures["lexicon"]["accuracy"]
    assert [len(found) for found in told.candidates] == [2] * 12
    assert np.allclose(lexicon_probabilities(["", "公交"], lexicon_classes()).sum(axis=1), 1.0)


def test_a_trained_model_is_shown_beside_the_lexicon() -> None:
    told = evaluate(labelled(45), labelled(90)[45:], NAMES).figures
    assert told["decided_by"] == "model"
    assert (told["n_train"], told["n_test"]) == (45, 45)
    assert told["macro_f1"] > 0.9
    accepted = told["auto_accept"]
    assert set(accepted) == {
        "threshold", "train_share", "train_precision", "test_share", "test_precision", "widest"
    }  # fmt: skip
    assert told["auto_accept_at_97"] == accepted["test_share"]


def test_the_threshold_of_automatic_decisions_is_chosen_without_the_test_messages() -> None:
    asked = labelled(90)[45:]
    told = evaluate(labelled(45), asked, NAMES).figures
    spoiled = [(text, "环境保护" if topic == "交通运输" else "交通运输") for text, topic in asked]
    wrong = evaluate(labelled(45), spoiled, NAMES).figures
    assert wrong["auto_accept_at_97"] == told["auto_accept_at_97"] > 0
    assert wrong["auto_accept"]["threshold"] == told["auto_accept"]["threshold"]
    assert wrong["auto_accept"]["test_precision"] < 0.1 and wrong["auto_accept"]["widest"] == 0.0


def test_evaluation_needs_test_messages() -> None:
    with pytest.raises(ValueError, match="test"):
        evaluate(labelled(10), [])


def test_the_lexicon_is_as_sure_as_it_is_right_and_chooses_what_topic_of_chooses() -> None:
    messages = rows("messages_labelled.csv")
    classes = lexicon_classes()
    chances = lexicon_probabilities([row["text"] for row in messages], classes)
    first = [classes[at] for at in chances.argmax(axis=1)]
    right = np.array([topic == row["topic"] for topic, row in zip(first, messages, strict=True)])
    assert calibration_error(chances.max(axis=1), right) < 0.05
    chosen = [topic_of(row["text"][:25], row["text"][25:]).partition("/")[0] for row in messages]
    assert {one for one, other in zip(chosen, first, strict=True) if one != other} <= {OTHER}


def test_real_messages_are_told_apart() -> None:
    """One grouped split, trained on two fifths to keep this short: `bench/analysis_topics.py` measures it all."""
    messages = [(row["text"], row["topic"]) for row in rows("messages_labelled.csv")]
    fold = folds(near_duplicates([text for text, _ in messages]))
    known = [one for one, place in zip(messages, fold, strict=True) if place in (0, 1)]
    asked = [one for one, place in zip(messages, fold, strict=True) if place == 4]
    told = evaluate(known, asked).figures
    assert told["macro_f1"] > 0.86
    assert told["top2"] > 0.95
    assert told["macro_f1"] > told["lexicon"]["macro_f1"] + 0.01
