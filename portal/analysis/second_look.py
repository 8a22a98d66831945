"""A second look inside each group: does one thing *and* one place bind its members?

The first look joins messages whose words agree on the whole, and so gathers themes (贷款 of the provident fund,
anywhere) and places (everything about one metro line) beside true matters. Here every pair inside a group is
weighed by what its two messages share, and the group falls apart where its parts are not bound on average.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from math import log, log2

import numpy as np
from numpy.typing import NDArray
from scipy.cluster import hierarchy
from scipy.spatial import distance

from portal.analysis.neighbours import pair_cosines, worth_of
from portal.analysis.vectors import FEWEST_FOR_RARITY, Counts, Matrix

LARGEST = (
    3000  # members; a larger group (one text sent by thousands) is left as it is: its pairs would not fit
)
_SMALL = 40  # members; the pairs of such groups are weighed all at once
# How much each sign speaks for one matter, and how much is needed. Fitted by hand to pairs judged by reading
# (half of them kept aside), then rounded; a sum of zero is where as many such pairs are one matter as are two.
_NEEDED = 4.2
_FEW, _EASE, _MOST_EASE = 3, 1.0, 2.2  # less for each doubling of a group beyond a few, at most so much
_NEARLY = 0.7  # by which a pair may miss what is needed and still lead from one to the other
_THING = 1.5  # of it must come from words
_BODY_COSINE = 4.0  # up to a cosine of .3; what is above says little more
_BODY_ALIKE = 0.3
_BODY_STRANGE, _STRANGE = (
    0.12,
    0.6,
)  # bodies this far apart speak against a pair without a common spot or area
_TITLE_SHARED = 0.75  # for each unit of rare words that two titles share
_BODY_SHARED = 1.3
_MOST_SHARED = 2.5  # units
_TITLE_UNIT, _BODY_UNIT = 10.0, 50.0  # so much rarity is one unit, among 3,000 messages
# For the same city, district, area (town, lake), spot; against, where both name one and never the same.
_CITY, _DISTRICT, _AREA, _SPOT = 1.1, 0.7, 0.7, 1.4

_ALL = 1e9  # more than any two messages share
# Of the products that bonds are made of: those of places, and the others (title words, body words, bodies).
_LEVELS, _TELLING_FIRST = (3, 4, 5, 6), (1, 2, 0)

Square = NDArray[np.float32]
Rows = NDArray[np.int64]


class Bonds:
    """How strongly messages are bound by thing and place; below zero where they are not.

    `body` holds the unit vectors of the bodies, `weights` the weights of the terms.
    """

    def __init__(self, counts: Counts, body: Matrix, weights: NDArray[np.float32]) -> None:
        rows = body.shape[0]
        scale = log(FEWEST_FOR_RARITY) / log(max(FEWEST_FOR_RARITY, rows))
        roots = np.sqrt(weights * np.float32(scale))
        # The product of two rows of words is the weight of those that they share.
        self._words = ((body, None), (counts.titles, roots), (counts.bodies, roots))
        self._levels = counts.levels
        self._parts = (*self._words, *((level, None) for level in self._levels))
        self._named = [np.diff(level.indptr) > 0 for level in self._levels]
        self._cityless = 1.0 - float(self._named[0].mean()) if rows else 0.0

    def of_group(self, group: Sequence[int]) -> Square:
        """The bonds of all pairs of a group."""
        rows = list(group)
        parts = [worth_of(matrix[rows], worth) for matrix, worth in self._words]
        parts += [matrix[rows] for matrix in self._levels]
        products = [np.asarray((part @ part.T).toarray(), dtype=np.float32) for part in parts]
        both = [np.logical_and.outer(named[rows], named[rows]) for named in self._named]
        return self._weighed(products, both)

    def alike(self, group: Sequence[int]) -> Square:
        """The cosines of the bodies of all pairs of a group."""
        bodies = self._words[0][0][list(group)]
        return np.asarray((bodies @ bodies.T).toarray(), dtype=np.float32).round(6)

    def hold_alike(self, groups: Sequence[Sequence[int]], least: float) -> list[bool]:
        """Which groups hold two bodies of at least that cosine; large ones are not looked at and said to."""
        small = [list(group) if len(group) <= _SMALL else [] for group in groups]
        one, other, ends = _pairs_within(small)
        alike = np.concatenate(([0], np.cumsum(self._product(0, one, other) >= least)))
        within = np.diff(alike[np.concatenate(([0], ends))])
        return [not own or bool(found) for own, found in zip(small, within.tolist(), strict=True)]

    def of_pairs(self, one: Rows, other: Rows) -> NDArray[np.float32]:
        """The bonds of the pairs (one[i], other[i])."""
        products = [self._product(part, one, other) for part in range(len(self._parts))]
        return self._weighed(products, [named[one] & named[other] for named in self._named])

    def _product(self, part: int, one: Rows, other: Rows) -> NDArray[np.float32]:
        matrix, worth = self._parts[part]
        return pair_cosines(matrix, one, other, worth).astype(np.float32)

    def bind(self, one: Rows, other: Rows) -> NDArray[np.bool_]:
        """Which pairs are bound, or nearly: only through them can groups grow that the second look would leave together.

        A group is bound on average, so a pair within it may miss what is needed by as much as it gains elsewhere.
        """
        kept = np.arange(len(one))
        both = [named[one] & named[other] for named in self._named]
        levels = [self._product(place, one, other) for place in _LEVELS]
        # Nine pairs in ten are not: what is not known of a pair is taken to speak for it, until it says enough.
        products = [np.full(len(one), _ALL, dtype=np.float32) for _word in self._words] + levels
        for word in _TELLING_FIRST:
            products[word][kept] = self._product(word, one[kept], other[kept])
            bonds = self._weighed([part[kept] for part in products], [named[kept] for named in both])
            kept = kept[bonds >= -_NEARLY]
        bound = np.zeros(len(one), dtype=np.bool_)
        bound[kept] = True
        return bound

    def _weighed(self, products: list[Square], both: list[NDArray[np.bool_]]) -> Square:
        """Add up the signs; products of bodies, title words, body words, and keys of the four levels of places.

        Who names the same spot or area means the same city, unless both name cities and not the same. Where
        hardly any message of the set names a city, all come from one: then one who names none means it too.
        """
        bodies, titles, words = products[:3]
        cities, districts, areas, spots = (product > 0 for product in products[3:])
        fine = areas | spots
        one_city = cities | (fine & ~both[0])
        thing = _BODY_COSINE * np.minimum(bodies, _BODY_ALIKE)
        thing += _TITLE_SHARED * np.minimum(titles / _TITLE_UNIT, _MOST_SHARED)
        thing += _BODY_SHARED * np.minimum(words / _BODY_UNIT, _MOST_SHARED)
        bonds = thing - _NEEDED
        bonds -= _STRANGE * (~fine & (bodies < _BODY_STRANGE))
        bonds += _CITY * (2.0 * one_city - (both[0] | one_city))
        bonds += _CITY * self._cityless * ~(both[0] | one_city)
        bonds += _DISTRICT * (2.0 * districts - both[1])
        bonds += _AREA * (2.0 * areas - both[2])
        bonds += _SPOT * (2.0 * spots - both[3])
        # However well two agree on where: without a thing in common they are two matters at one place.
        return np.asarray(np.minimum(bonds, thing - _THING), dtype=np.float32)


def bound_groups(groups: Iterable[Sequence[int]], bonds: Bonds) -> list[list[int]]:
    """The parts (two rows or more, sorted) of `groups` whose pairs are bound on average by thing and place.

    Parts come in the order of their first rows.
    """
    all_groups = [list(group) for group in groups]
    small = [group for group in all_groups if len(group) <= _SMALL]
    found = [group for group in all_groups if len(group) > LARGEST]
    found += [
        part
        for group in all_groups
        if _SMALL < len(group) <= LARGEST
        for part in bound_parts(group, bonds.of_group(group)[np.triu_indices(len(group), 1)])
    ]
    if small:
        one, other, ends = _pairs_within(small)
        each = np.split(bonds.of_pairs(one, other), ends[:-1])
        found += [part for group, own in zip(small, each, strict=True) for part in bound_parts(group, own)]
    return sorted(found)


def bound_parts(group: Sequence[int], bonds: NDArray[np.float32]) -> list[list[int]]:
    """The parts (two rows or more) of one group that are bound on average; `bonds` are those of its pairs, row by row."""
    return _parts(group, _exact(bonds))


def _pairs_within(groups: Sequence[Sequence[int]]) -> tuple[Rows, Rows, Rows]:
    """The pairs of each group, group after group, and where those of each end."""
    sizes = np.array([len(group) for group in groups], dtype=np.int64)
    counts = sizes * (sizes - 1) // 2
    rows = np.fromiter(chain.from_iterable(groups), dtype=np.int64, count=int(sizes.sum()))
    starts, ends = np.cumsum(sizes) - sizes, np.cumsum(counts)
    one, other = np.empty((2, int(counts.sum())), dtype=np.int64)
    for size in np.unique(sizes).tolist():
        alike = np.flatnonzero(sizes == size)[:, np.newaxis]
        first, second = np.triu_indices(size, 1)
        places = (ends - counts)[alike] + np.arange(len(first))
        one[places], other[places] = rows[starts[alike] + first], rows[starts[alike] + second]
    return one, other, ends


def _parts(group: Sequence[int], bonds: NDArray[np.float64]) -> list[list[int]]:
    """The parts of a group by average link; `bonds` are those of its pairs, (0, 1), (0, 2) … (1, 2) …

    Parts are cut again as what they are alone: a small one needs stronger bonds than the large one it came from.
    """
    if len(group) == 2:
        return [list(group)] if bonds[0] >= 0 else []
    if bonds.min() >= -_ease(len(group)):
        return [list(group)]  # as the link would find, whose means are never below the least bond
    # Average link wants distances: that of a bond of zero is the highest bond.
    highest = max(float(bonds.max()), 0.0)
    cut = highest + _ease(len(group))
    labels = hierarchy.fcluster(hierarchy.average(highest - bonds), cut, criterion="distance")
    if labels.max() == 1:
        return [list(group)]
    square = distance.squareform(bonds, checks=False)
    parts = [np.flatnonzero(labels == label) for label in range(1, labels.max() + 1)]
    return [
        found
        for part in parts
        if len(part) > 1
        for found in _parts(
            [group[at] for at in part.tolist()], distance.squareform(square[np.ix_(part, part)], checks=False)
        )
    ]


def _exact(bonds: NDArray[np.float32]) -> NDArray[np.float64]:
    return bonds.astype(np.float64).round(6)


def _ease(members: int) -> float:
    """By how much the mean bond of a group may be below zero: one thing told by many is told in many ways."""
    return min(_MOST_EASE, _EASE * log2(max(1.0, members / _FEW)))
