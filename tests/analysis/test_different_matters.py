"""Near-duplicates that speak of two things are flagged, whatever tells the two apart; rewordings of one are not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis import differences
from portal.analysis.duplicates import Written, find_duplicates

_FILE = Path(__file__).parent / "data" / "different_pairs.txt"


def pairs() -> Iterator[tuple[str, str, str]]:
    """What a pair is (different, same), and both letters."""
    letter = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "letter":
            letter = rest
        elif kind != "#":
            one, _, other = rest.partition(" | ")
            yield kind, letter.replace("{}", one), letter.replace("{}", other)


PAIRS = list(pairs())


@pytest.mark.parametrize(("kind", "one", "other"), PAIRS)
def test_two_matters_are_never_taken_for_one(kind: str, one: str, other: str) -> None:
    found = find_duplicates([Written("a", "", one), Written("b", "", other)])
    assert [pair.different_place for pair in found.pairs] == [kind == "different"]
    assert bool(found.groups) is (kind == "same")


def test_the_pairs_are_many() -> None:
    assert sum(kind == "different" for kind, _, _ in PAIRS) >= 60


CLAUSES = st.sampled_from(
    [
        "东门路灯坏了",
        "西门路灯坏了",
        "一路灯坏了",
        "金星小区停水",
        "三栋停水",
        "请修",
        "东门",
        "西门",
        "垃圾东门",
    ]
)
LETTERS = st.integers(1, 5).flatmap(
    lambda count: st.tuples(
        st.lists(CLAUSES, min_size=count, max_size=count), st.lists(CLAUSES, min_size=count, max_size=count)
    )
)


@settings(max_examples=400)
@given(LETTERS)
def test_letters_in_step_are_told_apart_as_any_others(letters: tuple[list[str], list[str]]) -> None:
    one, other = map("，".join, letters)
    quickly = differences.names_differ(one, other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "_in_step", lambda _mine, _theirs: False)
        assert differences.names_differ(one, other) is quickly
