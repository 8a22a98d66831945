"""Candidates for near-duplicates: what the index hands over holds whatever an exact comparison would find."""

import random
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.analysis.alike import similar_to
from portal.search.operations import Entry, store, store_many
from portal.search.queries import SAMPLE, TELLING, candidates
from portal.search.tokens import folded

KIND = "opinion"
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
LETTER = (
    "阳光小区南门的路灯坏了\n尊敬的领导：我们阳光小区南门外的路灯从上个月起一直不亮，晚上老人出门买菜很不安全，"
    "已经有两位邻居摔倒，给物业打过三次电话都说不归他们管，希望尽快派人来修。"
)


def put(*texts: str) -> None:
    """Store texts as the documents of targets 0, 1, 2 …"""
    store_many(Entry(KIND, number, MOMENT, text) for number, text in enumerate(texts))


def targets(text: str, **options: int) -> list[int]:
    """The targets of the candidates for a text, in their order."""
    return [candidate.target_id for candidate in candidates(text, KIND, **options)]


def sentences(chance: random.Random, count: int) -> str:
    """A message of so many sentences without sense, from a few hundred characters."""
    alphabet = [chr(0x4E00 + 7 * number) for number in range(300)]
    return "，".join("".join(chance.choices(alphabet, k=chance.randint(6, 14))) for _ in range(count))


def test_a_changed_copy_is_the_first_candidate(app: Flask) -> None:
    chance = random.Random(1)
    others = [f"{sentences(chance, 1)}\n{sentences(chance, 9)}" for _ in range(SAMPLE + 50)]
    put(*others[:60], LETTER, *others[60:])
    copy = LETTER.replace("南门", "北门").replace("上个月", "十月").replace("，", "！！")
    first = candidates(copy, KIND)[0]
    assert first.target_id == 60
    assert first.folded == folded(LETTER)
    assert first.shared <= TELLING


def test_among_the_candidates_are_all_that_are_alike(app: Flask) -> None:
    chance = random.Random(2)
    written = [f"{sentences(chance, 1)}\n{sentences(chance, chance.randint(1, 20))}" for _ in range(150)]
    often = "的一是不了人在有我他"
    copies = [
        "".join(chance.choice(often) if chance.random() < 0.1 else char for char in text) for text in written
    ]
    put(*written, *copies)
    found = missed = 0
    for text in copies[::5]:
        exact = {number for number, _ in similar_to(text, [(str(at), one) for at, one in enumerate(written)])}
        near = similar_to(text, [(str(one.target_id), one.folded) for one in candidates(text, KIND)])
        found += len(exact)
        missed += len(exact - {number for number, _ in near})
    assert found >= 25
    assert missed == 0


def test_candidates_are_of_the_kind_that_was_asked_for(app: Flask) -> None:
    put(LETTER)
    store("bulletin", 7, MOMENT, LETTER)
    assert targets(LETTER) == [0]
    assert [one.target_id for one in candidates(LETTER, "bulletin")] == [7]


def test_of_equal_ones_the_newest_are_handed_over(app: Flask) -> None:
    put(*[LETTER] * 5, "公交车站")
    assert targets(LETTER, limit=3) == [4, 3, 2]


def test_a_short_text_is_looked_for_by_all_its_pairs(app: Flask) -> None:
    put("路灯坏了\n请修", "路灯很亮\n谢谢", "公交车\n太少")
    assert targets("路灯坏了\n请修") == [0, 1]


@pytest.mark.parametrize("text", ["", "，。！", "灯", "灯，坏\n修", "\x00", "\ud800"])
def test_a_text_without_a_pair_has_no_candidates(app: Flask, text: str) -> None:
    put("灯坏了修", text)
    assert targets(text) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_may_be_given(app: Flask, text: str) -> None:
    candidates(text, KIND)
    candidates("'\"\\:* AND OR NOT " + text * 3, KIND)
