"""A copy of one message changes no matter but its own; what is sent twice is found."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.matters import read_groups
from portal.analysis.records import Message
from tests.analysis.texts import written
from tests.kit.shared_data import answered_messages


def groups(messages: list[Message], *left_out: str) -> set[frozenset[str]]:
    """The members of each matter of two or more, the ones left out not counted."""
    ordered = sorted(messages, key=lambda message: message.id)
    found = [frozenset(ordered[row].id for row in group) - set(left_out) for group in read_groups(ordered)]
    return {group for group in found if len(group) > 1}


@given(st.integers(0, 20), st.sampled_from(["0", "m03x", "z"]), st.integers(1, 4))
@settings(max_examples=15)
def test_copies_of_one_message_leave_the_others_where_they_are(row: int, name: str, times: int) -> None:
    messages = written()
    copied = messages[row]
    copies = [replace(copied, id=f"{name}{number}") for number in range(times)]
    ids = [copied.id, *(copy.id for copy in copies)]
    assert groups([*messages, *copies], *ids) == groups(messages, *ids)
    (home,) = [group for group in groups([*messages, *copies]) if copied.id in group]
    assert home.issuperset(ids)


def test_copies_of_real_messages_leave_the_others_where_they_are() -> None:
    messages = random.Random(7).sample(answered_messages(), 600)
    expected = {one.id: groups(messages, one.id) for one in messages[:3]}
    for one in messages[:3]:
        copy = replace(one, id=f"copy-{one.id}", title=f" {one.title}")
        assert groups([*messages, copy], one.id, copy.id) == expected[one.id]
