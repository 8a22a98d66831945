"""Snippets written by imagination before the engine was read: how much it finds, and what it must leave alone."""

import pytest

from portal.analysis.personal_data import KINDS, SURE, find_personal_data
from tests.analysis.personal_snippets import Figures, figures, snippets

HELD_OUT, NONE = "personal_held_out.txt", "personal_none.txt"
# Recall and precision that each kind reached when it was last measured: places found from their first character to
# their last, nothing less, nothing more.
BARS = {
    "mobile": (0.91, 1.0),
    "landline": (0.87, 0.87),
    "id_card": (0.81, 1.0),
    "bank_card": (0.87, 1.0),
    "plate": (1.0, 1.0),
    "email": (0.66, 1.0),
    "im_account": (0.63, 1.0),
    "address": (0.45, 0.5),
    "name": (0.45, 1.0),
}


@pytest.fixture(scope="module")
def found() -> dict[str, Figures]:
    return figures(HELD_OUT, NONE)


@pytest.mark.parametrize(("kind", "bars"), BARS.items())
def test_held_out_personal_data_is_found(
    found: dict[str, Figures], kind: str, bars: tuple[float, float]
) -> None:
    recall, precision = bars
    assert found[kind].recall >= recall
    assert found[kind].precision >= precision


def test_the_held_out_snippets_are_many_and_of_every_kind(found: dict[str, Figures]) -> None:
    assert set(found) == set(BARS) == set(KINDS) - {"by_hand"}
    assert sum(one.marked for one in found.values()) >= 100
    assert len(snippets(NONE)) >= 100


@pytest.mark.parametrize("text", [one.text for one in snippets(NONE)])
def test_what_only_looks_personal_is_left_alone(text: str) -> None:
    assert [one for one in find_personal_data(text) if one.confidence >= SURE] == []
