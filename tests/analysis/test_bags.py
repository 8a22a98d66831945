"""Words in two arrays, and the small tools by which rows of words are looked at many at once."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.bags import Merged, Words, character_pairs, ranges
from portal.analysis.bearers import among, numbered, spans
from portal.config import ROOT

WORDS = st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6), max_size=30)
NUMBERS = st.lists(st.integers(-5, 40), max_size=60)


@given(WORDS)
def test_words_read_as_the_list_that_they_were_made_of(words: list[str]) -> None:
    held = Words(words)
    assert list(held) == [held[at] for at in range(len(held))] == held[:] == words
    assert list(pickle.loads(pickle.dumps(held))) == words
    assert held[-1:] == words[-1:]


def test_a_word_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        Words(["路灯"])[1]


@given(WORDS, st.data())
def test_some_words_are_read_in_the_order_asked_for(words: list[str], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(words) - 1))) if words else []
    assert Words(words).some(np.array(numbers, dtype=np.int64)) == [words[number] for number in numbers]


def test_pairs_of_characters_are_those_of_a_text() -> None:
    words = Words(["路灯", "路", "停车位", "\U00020000路灯"])
    assert words.pairs(np.array([0]), 0) == character_pairs("路灯")
    assert [words.pairs(np.array([2]), at).item() for at in (0, 1)] == character_pairs("停车位").tolist()
    assert words.pairs(np.array([3]), 1) == character_pairs("路灯")
    assert words.sizes().tolist() == [2, 1, 3, 3]
    assert character_pairs("灯").tolist() == character_pairs("").tolist() == []


@given(WORDS)
def test_names_of_all_parts_are_numbered_in_the_order_of_their_characters(words: list[str]) -> None:
    merged = Merged()
    numbers = merged.numbers(words)
    names, ranks = merged.ordered()
    assert list(names) == sorted(set(words))
    assert [names[rank] for rank in ranks[numbers].tolist()] == words


@given(NUMBERS)
def test_values_are_numbered_as_by_numpy(values: list[int]) -> None:
    asked = np.array(values, dtype=np.int64)
    distinct, inverse = numbered(asked)
    expected, numbers = np.unique(asked, return_inverse=True)
    assert distinct.tolist() == expected.tolist()
    assert inverse.tolist() == numbers.tolist()


@given(NUMBERS, NUMBERS)
def test_who_is_among_whom(held: list[int], asked: list[int]) -> None:
    found = among(np.array(sorted(held), dtype=np.int64), np.array(asked, dtype=np.int64))
    assert found.tolist() == [one in held for one in asked]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=20))
def test_ranges_one_after_the_other(wanted: list[tuple[int, int]]) -> None:
    starts, sizes = (np.array([pair[side] for pair in wanted], dtype=np.int64) for side in (0, 1))
    places, owner = ranges(starts, sizes)
    expected = [(start + at, which) for which, (start, size) in enumerate(wanted) for at in range(size)]
    assert list(zip(places.tolist(), owner.tolist(), strict=True)) == expected


def test_spans_are_those_of_the_rows_asked_for() -> None:
    places, owner = spans(np.array([0, 2, 2, 5]), np.array([2, 0, 1]))
    assert places.tolist() == [2, 3, 4, 0, 1]
    assert owner.tolist() == [0, 0, 0, 1, 1]


def test_the_engine_loads_nothing_of_the_web() -> None:
    asked = (
        "import sys, portal.analysis.engine; print({'flask', 'sqlalchemy', 'gunicorn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
