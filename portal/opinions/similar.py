"""Published opinions about the thing that somebody is writing of, so that they may support one instead of repeating it.

The search index names candidates by the telling pairs of characters that they share with the draft. Near-duplicates
(portal.analysis.alike) come first; of the others those that share enough pairs that few others use.
"""

from itertools import pairwise
from math import log
from typing import Any

from portal.analysis.alike import matter_text, similar_to
from portal.opinions.indexing import KIND
from portal.opinions.queries import cards_of
from portal.search.queries import SAMPLE, candidates, pairs_held

MOST = 5
LEAST_LETTERS = 6  # of a draft, below which nothing can be said
_READ = 1_500  # characters of a draft that are compared
_CANDIDATES = 60
# How much of what a draft could share with any candidate one must share to be about the same thing, and how much at
# all: three pairs that hardly anybody else uses. Chosen on the one half of bench/written_issues, reported on the other.
_SHARE, _LEAST_WEIGHT = 0.3, 14.0
_LEAST_TELLING = 0.12  # of a draft's telling pairs: who tells of the same thing in other words shares few


def similar_opinions(title: str, body: str, limit: int = MOST) -> list[Any]:
    """Up to `limit` published opinions that may be about the same thing, the likeliest first, as rows of `cards_of`."""
    return cards_of(similar_targets(title, body)[:limit])


def similar_targets(title: str, body: str) -> list[int]:
    """The numbers of all published opinions that may be about the same thing, the likeliest first."""
    draft = f"{title}\n{body}"[:_READ]
    mine = _pairs(matter_text(title, body[:_READ]))
    if len(mine) < LEAST_LETTERS - 1:
        return []
    held = pairs_held(draft)
    found = candidates(draft, KIND, _CANDIDATES, held, _LEAST_TELLING)
    alike = dict(similar_to(draft, [(str(one.target_id), one.folded) for one in found]))
    shared = {one.target_id: mine & _pairs(one.folded) for one in found}
    weight = {pair: _weight(held[pair]) for pair in set().union(*shared.values())}
    known = sum(weight.values())
    scores = {}
    for one in found:
        worth = sum(weight[pair] for pair in shared[one.target_id])
        if str(one.target_id) in alike:
            scores[one.target_id] = 1.0 + alike[str(one.target_id)]
        elif worth >= max(_LEAST_WEIGHT, _SHARE * known):
            scores[one.target_id] = worth / known
    return sorted(scores, key=lambda number: -scores[number])


def _weight(held: int) -> float:
    """What a pair says that so many of `SAMPLE` documents hold: the fewer, the more."""
    return log((SAMPLE + 1) / (held + 0.5))


def _pairs(text: str) -> set[str]:
    return {one + other for one, other in pairwise(text) if one.isalnum() and other.isalnum()}
