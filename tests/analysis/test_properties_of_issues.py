"""What holds of every result, on issues of which every message was written by itself: name and theme bind them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import written_issues
from portal.analysis.engine import analyse
from portal.analysis.matters import read_groups
from portal.analysis.records import Message

MESSAGES = written_issues.told("choose").messages


def grouped(messages: list[Message]) -> set[frozenset[str]]:
    """The ids of each group among `messages`."""
    return {frozenset(messages[row].id for row in group) for group in read_groups(messages)}


@pytest.fixture(scope="module")
def groups() -> set[frozenset[str]]:
    """The groups among all the messages."""
    return grouped(MESSAGES)


@given(st.randoms(use_true_random=False))
@settings(max_examples=4)
def test_groups_are_a_function_of_the_set_of_messages(shuffler: random.Random) -> None:
    shuffled = list(MESSAGES)
    shuffler.shuffle(shuffled)
    assert analyse(shuffled) == analyse(MESSAGES)


@given(st.integers(0, len(MESSAGES) - 1), st.sampled_from("az"), st.sampled_from(("", "尊敬的领导：您好！")))
@settings(max_examples=12)
def test_a_copy_moves_nothing_but_itself(
    groups: set[frozenset[str]], row: int, before: str, greeting: str
) -> None:
    original = MESSAGES[row]
    copy = Message(before, original.title, greeting + original.body.replace("，", " "), None, None)
    after = grouped(sorted([*MESSAGES, copy], key=lambda message: message.id))
    assert next(group for group in after if before in group) >= {before, original.id}
    assert {group - {before} for group in after if len(group - {before}) > 1} == groups


@given(st.sets(st.integers(0, len(MESSAGES) - 1), max_size=12))
@settings(max_examples=5)
def test_matters_keep_their_ids_where_most_of_them_agrees(late: set[int]) -> None:
    first = analyse([message for row, message in enumerate(MESSAGES) if row not in late])
    later = analyse(MESSAGES, previous=first)
    old = {matter.id: set(matter.opinion_ids) for matter in first.matters}
    read = {opinion for message in old.values() for opinion in message} | set(first.single_ids)
    for matter in later.matters:
        known = set(matter.opinion_ids) & read
        for id_, opinions in old.items():
            if 2 * len(known & opinions) > len(opinions) and 2 * len(known & opinions) > len(known):
                assert matter.id == id_
    assert {one for aspect in later.aspects for one in aspect.opinion_ids} == {one.id for one in MESSAGES}
    assert len({matter.id for matter in later.matters}) == len(later.matters)
