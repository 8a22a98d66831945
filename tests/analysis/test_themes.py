"""What a message weighs in a theme, against the definition written out word by word."""

from collections import Counter
from math import log

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.bearers import Entries
from portal.analysis.themes import Circle, lifted, strongest, weights

COUNT, WORDS = 9, 6


@st.composite
def circles(draw: st.DrawFn) -> Circle:
    """Nine messages that use some of six words."""
    said = draw(st.sets(st.tuples(st.integers(0, COUNT - 1), st.integers(0, WORDS - 1)), min_size=1))
    row, word = np.array(sorted(said), dtype=np.int64).T
    size = len(row)

    def numbers(low: float, high: float, count: int) -> np.ndarray:
        return np.array(draw(st.lists(st.floats(low, high), min_size=count, max_size=count)))

    places = draw(st.sets(st.tuples(st.integers(0, COUNT - 1), st.integers(0, 2))))
    named, keys = np.array(sorted(places), dtype=np.int64).reshape(-1, 2).T
    return Circle(
        np.arange(COUNT) * 10,
        Entries(row, word),
        numbers(0.001, 0.9, size),
        numbers(0.1, 1, size),
        np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size))),
        numbers(0.001, 0.9, WORDS),
        numbers(0.5, 1.5, WORDS),
        tuple(Entries(named, keys) for _level in range(4)),
    )


MEMBERS = st.lists(st.booleans(), min_size=COUNT, max_size=COUNT).map(np.array)


@given(circles(), MEMBERS)
def test_each_is_weighed_by_what_the_other_members_say(circle: Circle, members: np.ndarray) -> None:
    owner, word = circle.said.row.tolist(), circle.said.what.tolist()
    uses = Counter(what for row, what in zip(owner, word, strict=True) if members[row])
    expected = [0.0] * COUNT
    for at, (row, what) in enumerate(zip(owner, word, strict=True)):
        others = int(members.sum()) - int(members[row])
        shared = uses[what] - int(members[row])
        if shared >= (max(2.0, 0.15 * others) if others >= 4 else 1.0):
            times = (shared + circle.chance[at]) / (others + 1) / circle.chance[at]
            expected[row] += max(0.0, log(times)) * circle.kinds[what] * circle.counts[at]
    np.testing.assert_allclose(weights(circle, members), expected, atol=2e-9)


@given(circles(), MEMBERS)
def test_a_theme_is_two_or_more_of_those_asked_about(circle: Circle, asked: np.ndarray) -> None:
    members = strongest(circle, asked)
    assert not (members & ~asked).any()
    assert members.sum() != 1


@given(circles(), MEMBERS)
def test_as_many_are_counted_as_give_weight_to_one_word(circle: Circle, members: np.ndarray) -> None:
    assert 0 <= lifted(circle, members, 1.0) <= members.sum()
    assert lifted(circle, members, 1e9) == 0


@given(circles(), MEMBERS)
def test_who_names_a_place_is_counted_once(circle: Circle, members: np.ndarray) -> None:
    named, uses = circle.named(0, members)
    assert (
        named == len({row for row in circle.places[0].row.tolist() if members[row]}) == circle.placed(members)
    )
    assert uses.sum() == members[circle.places[0].row].sum()
