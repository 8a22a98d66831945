"""Near-duplicates that speak of two things are flagged, whatever tells the two apart; rewordings of one are not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
