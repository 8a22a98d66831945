"""The sieve before the exact comparison loses no near-duplicate, and leaves hardly anything else to compare."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.data import texts
from portal.analysis import duplicates
from portal.analysis.alike import Readings, matter_text, similarity, written_text
from portal.analysis.duplicates import Written, find_duplicates
from portal.analysis.sieve import sieved
from portal.analysis.signatures import BANDS, ROWS, candidates, signatures

TEXT = "路灯坏了车位学校公交1234,。 "
BODIES = st.text(alphabet=TEXT, min_size=1, max_size=60)


def edited(text: str, rng: random.Random, share: float = 0.1) -> str:
    return "".join(rng.choice("的一是不了人在有我他") if rng.random() < share else char for char in text)


def passed(bodies: list[str]) -> set[tuple[int, int]]:
    pairs = np.array(list(combinations(range(len(bodies)), 2)), np.int64).reshape(-1, 2)
    matters = [matter_text("题", body) for body in bodies]
    kept = sieved(pairs, matters, lambda place: written_text("题", bodies[place]))
    return {(one, other) for one, other in kept.tolist()}


def alike(bodies: list[str]) -> set[tuple[int, int]]:
    read = [Readings("题", body) for body in bodies]
    return {
        (one, other)
        for one, other in combinations(range(len(read)), 2)
        if similarity(read[one], read[other]) is not None
    }


@settings(max_examples=60)
@given(st.lists(BODIES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_no_near_duplicate_is_lost(bodies: list[str], rng: random.Random) -> None:
    bodies += [edited(rng.choice(bodies), rng, rng.choice((0.05, 0.1, 0.15, 0.2))) for _copy in range(5)]
    assert alike(bodies) <= passed(bodies)


def test_what_is_left_is_nearly_all_alike() -> None:
    rng = random.Random(7)
    bodies = [text.body for text in texts(150)]
    bodies += [edited(body, rng) for body in bodies[:50]]
    left, wanted = passed(bodies), alike(bodies)
    assert len(wanted) >= 45
    assert wanted <= left
    assert len(left) <= 1.1 * len(wanted)


@pytest.mark.parametrize("bodies", [[], ["灯"], ["灯", "灯", "路灯"], ["路\0灯", "路\0灯", "\ud800灯"]])
def test_short_and_odd_texts_pass_as_they_should(bodies: list[str]) -> None:
    assert alike(bodies) <= passed(bodies)


def test_candidates_share_a_band_and_enough_of_their_signatures() -> None:
    signed = signatures(text.body for text in texts(60))
    wanted = []
    for one, other in combinations(range(len(signed)), 2):
        same = signed[one] == signed[other]
        if same.reshape(BANDS, ROWS).all(axis=1).any() and same.mean() >= 0.28:
            wanted.append([one, other])
    assert wanted
    assert candidates(signed).tolist() == wanted


def test_patterned_letters_add_no_exact_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates grow sixteenfold where letters grow fourfold; exact comparisons as near-duplicates do."""
    compared, offered = [], []

    def counting(one: Readings, other: Readings) -> float | None:
        compared.append(1)
        return similarity(one, other)

    def looking(pairs: np.ndarray, *rest: object) -> np.ndarray:
        offered.append(len(pairs))
        return sieved(pairs, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(duplicates, "similarity", counting)
    monkeypatch.setattr(duplicates, "sieved", looking)
    for size in (1000, 4000):
        rng = random.Random(size)
        rows = [Written(f"{at:05}", text.title, text.body) for at, text in enumerate(texts(size))]
        rows += [Written(f"{row.id}+", row.title, edited(row.body, rng)) for row in rows[::20]]
        compared.clear()
        found = find_duplicates(rows)
        assert len(found.pairs) >= 0.95 * size / 20
        assert len(compared) <= 1.1 * len(found.pairs) + 2
    assert offered[1] > 8 * offered[0]
