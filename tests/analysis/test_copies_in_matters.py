"""A copy of a message joins the matter of its original, and moves nothing else."""

import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.engine import analyse
from portal.analysis.matters import read_groups
from portal.analysis.records import Message
from tests.analysis.texts import written

_TRADITIONAL = str.maketrans("场车货园区业证问题请", "場車貨園區業證問題請")

WAYS: tuple[Callable[[str], str], ...] = (
    lambda body: body,
    lambda body: f"尊敬的领导：您好！{body}",
    lambda body: f"{body}\n谢谢！",
    lambda body: re.sub("[，。、]", " ", body),
    lambda body: body.replace("，", "！！"),
    lambda body: body.translate(_TRADITIONAL),
    lambda body: f"　　{body}\r\n",
)


def grouped(messages: list[Message]) -> set[frozenset[str]]:
    """The ids of each group among `messages`."""
    return {frozenset(messages[row].id for row in group) for group in read_groups(messages)}


@given(st.integers(0, 20), st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
@settings(max_examples=40)
def test_copies_move_nothing_but_themselves(row: int, ways: list[Callable[[str], str]]) -> None:
    messages = written()
    original = messages[row]
    copies = [
        Message(f"z{number}", original.title, way(original.body), f"copier {number}", None)
        for number, way in enumerate(ways)
    ]
    new = {copy.id for copy in copies}
    after = grouped([*messages, *copies])
    assert next(group for group in after if "z0" in group) >= {original.id, *new}
    assert {group - new for group in after if len(group - new) > 1} == grouped(messages)


@given(st.integers(0, 20), st.sampled_from(WAYS))
@settings(max_examples=10)
def test_a_copy_is_in_the_aspects_of_a_whole_result(row: int, way: Callable[[str], str]) -> None:
    messages = written()
    copy = Message("z", messages[row].title, way(messages[row].body), None, None)
    result = analyse([*messages, copy])
    held = {opinion for aspect in result.aspects for opinion in aspect.opinion_ids}
    assert held == {message.id for message in (*messages, copy)}
    texts = {message.id: message.text for message in (*messages, copy)}
    quotes = [quote for matter in result.matters for quote in matter.quotes]
    assert quotes
    assert all(texts[quote.opinion_id][quote.start : quote.end] == quote.text for quote in quotes)
