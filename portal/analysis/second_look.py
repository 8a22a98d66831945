"""A second look inside each group: does one thing *and* one place bind its members?

The first look joins messages whose words agree on the whole, and so gathers themes (贷款 of the provident fund,
anywhere) and places (everything about one metro line) beside true matters. Here every pair inside a group is
weighed by what its two messages share, and the group falls apart where its parts are not bound on average.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster import hierarchy

from portal.analysis.places import Places
from portal.analysis.terms import Bags, Corpus
from portal.analysis.vectors import FEWEST_FOR_RARITY, Matrix, term_weights

_LARGEST = (
    3000  # members; a larger group (one text sent by thousands) is left as it is: its pairs would not fit
)
# How much each sign speaks for one matter, and how much is needed. Fitted by hand to pairs judged by reading
# (half of them kept aside), then rounded; a sum of zero is where as many such pairs are one matter as are two.
_NEEDED = 4.2
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

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the pairs of a group are weighed by, one row a message."""

    body: Matrix
    title_words: Matrix
    body_words: Matrix
    places: Sequence[Places]
    cityless: float  # part of all messages that name no city


def bound_groups(
    groups: Iterable[Sequence[int]], corpus: Corpus, body: Matrix, rare: NDArray[np.float32]
) -> list[list[int]]:
    """The parts (two rows or more, sorted) of `groups` whose pairs are bound on average by thing and place.

    `body` holds the unit vectors of the bodies. Parts come in the order of their first rows.
    """
    scale = log(FEWEST_FOR_RARITY) / log(max(FEWEST_FOR_RARITY, len(corpus.places)))
    weights = term_weights(corpus.terms, rare) * np.float32(scale)
    signs = _Signs(
        body=body,
        title_words=_presence(corpus.titles, weights),
        body_words=_presence(corpus.bodies, weights),
        places=corpus.places,
        cityless=sum(not place.cities for place in corpus.places) / max(len(corpus.places), 1),
    )
    found = [part for group in groups for part in _parts(list(group), signs)]
    return sorted(found)


def _presence(bags: Bags, weights: NDArray[np.float32]) -> Matrix:
    """Which words each message uses; the product of two rows is the weight of the words that they share."""
    columns = np.array(bags.columns, dtype=np.int32)
    ends = np.array(bags.ends, dtype=np.int64)
    words = sparse.csr_matrix(
        (np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(ends) - 1, len(weights))
    )
    words.sum_duplicates()
    words.data = np.sqrt(weights)[words.indices]
    return words


def _parts(group: list[int], signs: _Signs) -> list[list[int]]:
    if len(group) > _LARGEST:
        return [group]
    bonds = _bonds(group, signs)[np.triu_indices(len(group), 1)].astype(np.float64).round(6)
    # Average link wants distances: that of a bond of zero is the highest bond.
    highest = max(float(bonds.max()), 0.0)
    labels = hierarchy.fcluster(hierarchy.average(highest - bonds), highest, criterion="distance")
    parts: dict[int, list[int]] = {}
    for row, label in zip(group, labels.tolist(), strict=True):
        parts.setdefault(label, []).append(row)
    return [part for part in parts.values() if len(part) > 1]


def _bonds(group: list[int], signs: _Signs) -> Square:
    """How strongly each pair of the group is bound; below zero where it is not."""
    bonds = np.full((len(group), len(group)), -_NEEDED, dtype=np.float32)
    bodies = _products(signs.body, group)
    bonds += _BODY_COSINE * np.minimum(bodies, _BODY_ALIKE)
    bonds += _TITLE_SHARED * np.minimum(_products(signs.title_words, group) / _TITLE_UNIT, _MOST_SHARED)
    bonds += _BODY_SHARED * np.minimum(_products(signs.body_words, group) / _BODY_UNIT, _MOST_SHARED)
    told = [signs.places[row] for row in group]
    bonds += _place_bonds(told, signs.cityless)
    near = _agreement([place.areas | place.spots for place in told])[0]
    bonds -= _STRANGE * (~near & (bodies < _BODY_STRANGE))
    return bonds


def _place_bonds(told: Sequence[Places], cityless: float) -> Square:
    """What the places of each pair say for it or against it.

    Who names the same spot or area means the same city, unless both name cities and not the same. Where hardly
    any message of the set names a city, all come from one: then one who names none means it too.
    """
    cities, both_cities = _agreement([place.cities for place in told])
    districts, both_districts = _agreement([place.districts for place in told])
    areas, both_areas = _agreement([place.areas for place in told])
    spots, both_spots = _agreement([place.spots for place in told])
    one_city = cities | ((areas | spots) & ~both_cities)
    bonds = _CITY * (2.0 * one_city - (both_cities | one_city))
    bonds += _CITY * cityless * ~(both_cities | one_city)
    bonds += _DISTRICT * (2.0 * districts - both_districts)
    bonds += _AREA * (2.0 * areas - both_areas)
    bonds += _SPOT * (2.0 * spots - both_spots)
    return np.asarray(bonds, dtype=np.float32)


def _products(rows: Matrix, group: list[int]) -> Square:
    part = rows[group]
    return np.asarray((part @ part.T).toarray(), dtype=np.float32)


def _agreement(level: Sequence[frozenset[str]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each pair, whether both name the same place of one level, and whether both name any."""
    numbers: dict[str, int] = {}
    for keys in level:
        for key in sorted(keys):
            numbers.setdefault(key, len(numbers))
    named = np.zeros((len(level), max(len(numbers), 1)), dtype=np.float32)
    for row, keys in enumerate(level):
        named[row, [numbers[key] for key in keys]] = 1
    any_named = named.any(axis=1)
    return named @ named.T > 0, np.logical_and.outer(any_named, any_named)
