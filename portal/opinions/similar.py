"""Published opinions about the thing that somebody is writing of, so that they may support one instead of repeating it.

The search index names candidates by the telling pairs of characters that they share with the draft. Near-duplicates
(portal.analysis.alike) come first; of the others those that hold enough of the draft's own pairs.
"""

from itertools import pairwise
from typing import Any

from portal.analysis.alike import matter_text, similar_to
from portal.opinions.indexing import KIND
from portal.opinions.queries import cards_of
from portal.search.queries import candidates

MOST = 5
LEAST_LETTERS = 6  # of a draft, below which nothing can be said
_READ = 1_500  # characters of a draft that are compared
_CANDIDATES = 60
_LEAST_PAIRS = 3
# Of the draft's pairs that another must hold to be about the same thing: a short draft is all about the thing, a long
# one tells a story around it.
_SHORT, _LONG = 0.3, 0.12
_LONG_FROM = 150  # pairs


def similar_opinions(title: str, body: str, limit: int = MOST) -> list[Any]:
    """Up to `limit` published opinions that may be about the same thing, the likeliest first, as rows of `cards_of`."""
    return cards_of(similar_targets(title, body)[:limit])


def similar_targets(title: str, body: str) -> list[int]:
    """The numbers of all published opinions that may be about the same thing, the likeliest first."""
    draft = f"{title}\n{body}"[:_READ]
    mine = _pairs(matter_text(title, body[:_READ]))
    if len(mine) < LEAST_LETTERS - 1:
        return []
    found = candidates(draft, KIND, _CANDIDATES)
    alike = dict(similar_to(draft, [(str(one.target_id), one.folded) for one in found]))
    scores = {}
    for one in found:
        shared = len(mine & _pairs(one.folded))
        if str(one.target_id) in alike:
            scores[one.target_id] = 1.0 + alike[str(one.target_id)]
        elif shared >= _LEAST_PAIRS and shared >= _needed(len(mine)) * len(mine):
            scores[one.target_id] = shared / len(mine)
    return sorted(scores, key=lambda number: -scores[number])


def _needed(pairs: int) -> float:
    """The share of a draft with so many pairs that another must hold."""
    return _SHORT - (_SHORT - _LONG) * min(1.0, pairs / _LONG_FROM)


def _pairs(text: str) -> set[str]:
    return {one + other for one, other in pairwise(text) if one.isalnum() and other.isalnum()}
