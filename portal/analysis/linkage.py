"""Average link on a sparse graph of neighbours, with the place of two groups taken into account.

Two groups join while the mean cosine of all pairs between them, computed exactly from the sums of their
vectors, times how well their places agree, reaches the cut. Only groups with an edge of the graph between
them are ever compared, so nothing of size N² exists.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from portal.analysis.neighbours import Pairs, pair_cosines
from portal.analysis.spread import spread, together
from portal.analysis.vectors import Matrix, Vectors

# How much the mean cosine of two groups counts by what they say of their places.
_UNKNOWN = 0.45  # nothing is known: the words must agree better
_SAME_SPOT = 0.75  # added where all pairs share a named spot
_SAME_AREA = 0.3  # added where they share no spot, yet an area
_SAME_DISTRICT = 0.15  # added where they share neither, yet a district
_OTHER_SPOT = 0.3  # taken off where both name spots and never the same
_OTHER_AREA = 0.25  # the same for areas
_OTHER_DISTRICT = 0.45  # the same for districts, and for cities
_TELLING = 12  # different words from which a body speaks for itself
_BODIES_ALIKE = 0.06  # cosine of such bodies below which two messages are about different things
_BEST = _UNKNOWN + _SAME_SPOT
_EDGES = 5000  # of the graph that a process links at once
_EASE, _LEAST = 0.5, 0.45  # the cut falls with this power of the messages, to this part of it

Levels: TypeAlias = Sequence[Matrix]
Rows: TypeAlias = NDArray[np.int64]
Number = TypeVar("Number", int, float)
Part = TypeVar("Part", float, NDArray[np.float64])


@dataclass(slots=True)
class _Group:
    rows: list[int]
    total: dict[int, float]
    keys: tuple[dict[int, int], ...]  # how many rows name each city, district, area, spot
    named: tuple[int, ...]  # how many rows name any
    near: set[int] = field(default_factory=set)


def link(rows: Vectors, pairs: Pairs, levels: Levels, cut: float) -> list[list[int]]:
    """Groups of at least two rows, each sorted, in the order of their first rows.

    `rows` are vectors of what the messages say, places left out; `pairs` the graph of neighbours; `levels` which
    cities, districts, areas and spots each message names.
    """
    edges = _edges_worth_a_look(rows, pairs, levels, cut * _LEAST)
    batches = together(_unconnected(edges), lambda part: len(part[0]), _EDGES)
    parts = (_cut_out(rows.whole, levels, batch) for batch in batches)
    found = [group for part in spread(_linked_part, cut, parts, rows.whole.shape[0]) for group in part]
    return sorted(found)


def _unconnected(edges: Pairs) -> Iterator[Pairs]:
    """The edges of each connected part of the graph: what happens in one never matters in another."""
    one, other, likeness = edges
    if not len(one):
        return
    nodes, ends = np.unique(np.concatenate((one, other)), return_inverse=True)
    mine, theirs = np.split(ends, 2)
    graph = sparse.coo_matrix((np.ones(len(mine)), (mine, theirs)), shape=(len(nodes), len(nodes)))
    part = connected_components(graph, directed=False)[1][mine]
    order = np.argsort(part, kind="stable")
    for chosen in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        yield one[chosen], other[chosen], likeness[chosen]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Parts of the graph with all that linking them needs: rows and edges are counted within `nodes`."""

    nodes: Rows
    rows: Matrix
    levels: tuple[Matrix, ...]
    parts: list[Pairs]


def _cut_out(rows: Matrix, levels: Levels, parts: list[Pairs]) -> _Piece:
    nodes = np.unique(np.concatenate([ends for part in parts for ends in part[:2]]))
    within = [
        (np.searchsorted(nodes, one), np.searchsorted(nodes, other), likeness)
        for one, other, likeness in parts
    ]
    return _Piece(nodes, rows[nodes], tuple(level[nodes] for level in levels), within)


def _linked_part(cut: float, piece: _Piece) -> list[list[int]]:
    return [
        piece.nodes[group].tolist()
        for part in piece.parts
        for group in _linked(piece.rows, part, piece.levels, cut)
    ]


def _linked(rows: Matrix, pairs: Pairs, levels: Levels, cut: float) -> list[list[int]]:
    """The groups of one connected part of the graph, each sorted."""
    one, other, likeness = pairs
    groups = _singles(rows, np.unique(np.concatenate((one, other))), levels)
    edges = list(zip(one.tolist(), other.tolist(), strict=True))
    heap = sorted(
        (-round(like, 9), *edge) for like, edge in zip(likeness.tolist(), edges, strict=True) if like >= cut
    )
    for mine, theirs in edges:
        groups[mine].near.add(theirs)
        groups[theirs].near.add(mine)
    newest = rows.shape[0]
    while heap:
        _, mine, theirs = heappop(heap)
        if mine not in groups or theirs not in groups:
            continue
        groups[newest] = _joined(groups.pop(mine), groups.pop(theirs))
        groups[newest].near -= {mine, theirs}
        for near in sorted(groups[newest].near):
            groups[near].near -= {mine, theirs}
            groups[near].near.add(newest)
            _offer(heap, groups, near, newest, cut)
        newest += 1
    return [sorted(group.rows) for group in groups.values() if len(group.rows) > 1]


def _edges_worth_a_look(rows: Vectors, pairs: Pairs, levels: Levels, cut: float) -> Pairs:
    """The pairs alike enough to join as parts of large groups, with their likeness.

    No mean over pairs between two groups exceeds their best pair, so the others can never decide anything.
    A title is short, and two may share their only telling word (…乱收费) by chance: where both bodies are
    long enough to speak for themselves, they must have something in common too.
    """
    one, other, _ = pairs
    likeness = pair_cosines(rows.whole, one, other)
    likeness *= _agreements(levels, one, other)
    telling = np.diff(rows.body.indptr) >= _TELLING
    strange = telling[one] & telling[other] & (pair_cosines(rows.body, one, other) < _BODIES_ALIKE)
    close = (likeness >= cut) & ~strange
    return one[close], other[close], likeness[close]


def _agreements(levels: Levels, one: Rows, other: Rows) -> NDArray[np.float64]:
    """How well the places of each pair of single rows agree: `_agreement` of many at once."""
    shared = [pair_cosines(level, one, other) > 0 for level in levels]
    named = [np.diff(level.indptr) > 0 for level in levels]
    both = [has[one] & has[other] for has in named]
    return _agreed(*(np.asarray(sign, dtype=np.float64) for sign in (*shared, *both)))


def _singles(rows: Matrix, edged: Rows, levels: Levels) -> dict[int, _Group]:
    groups = {}
    for row in edged.tolist():
        span = slice(rows.indptr[row], rows.indptr[row + 1])
        total = dict(zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True))
        keys = [level.indices[level.indptr[row] : level.indptr[row + 1]].tolist() for level in levels]
        groups[row] = _Group(
            [row], total, tuple(dict.fromkeys(level, 1) for level in keys), tuple(int(bool(k)) for k in keys)
        )
    return groups


def _offer(
    heap: list[tuple[float, int, int]], groups: dict[int, _Group], one: int, other: int, cut: float
) -> None:
    likeness = _likeness(groups[one], groups[other], cut)
    if likeness >= _needed(groups[one], groups[other], cut):
        heappush(heap, (-round(likeness, 9), one, other))


def _likeness(one: _Group, other: _Group, cut: float) -> float:
    """Mean cosine over all pairs between two groups, times the agreement of their places; 0 below the cut."""
    pairs = len(one.rows) * len(other.rows)
    mean = _dot(one.total, other.total) / pairs
    least = _needed(one, other, cut)
    return mean * _agreement(one, other, pairs) if mean * _BEST >= least else 0.0


def _needed(one: _Group, other: _Group, cut: float) -> float:
    """The likeness that two groups need: less, the more messages speak for it.

    One thing told by many is told in many ways, so the mean over all pairs falls; a mean of few pairs may be chance.
    """
    return cut * max(_LEAST, (2 / (len(one.rows) + len(other.rows))) ** _EASE)


def _dot(one: dict[int, float], other: dict[int, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum([weight * other[term] for term, weight in one.items() if term in other])


def _agreement(one: _Group, other: _Group, pairs: int) -> float:
    shared = [_share(mine, theirs, pairs) for mine, theirs in zip(one.keys, other.keys, strict=True)]
    both = [mine * theirs / pairs for mine, theirs in zip(one.named, other.named, strict=True)]
    return _agreed(*shared, *both)


def _agreed(*parts: Part) -> Part:
    """The agreement by the part of all pairs that share a city, district, area, spot, and that both name one."""
    city, district, area, spot, cities, districts, areas, spots = parts
    apart = _larger(_positive(cities - city), _positive(districts - district))
    together = _SAME_SPOT * spot + (1 - spot) * (_SAME_AREA * area + (1 - area) * _SAME_DISTRICT * district)
    return (
        _UNKNOWN
        + together * (1 - apart)
        - _OTHER_SPOT * _positive(spots - spot)
        - _OTHER_AREA * _positive(areas - area)
        - _OTHER_DISTRICT * apart
    )


def _positive(value: Part) -> Part:
    """The value, or 0 where it is below; of one number or of many at once."""
    return (value + abs(value)) / 2


def _larger(one: Part, other: Part) -> Part:
    return (one + other + abs(one - other)) / 2


def _share(one: dict[int, int], other: dict[int, int], pairs: int) -> float:
    """The part of all pairs that share a key, at most 1 (a pair may share several)."""
    if len(one) > len(other):
        one, other = other, one
    return min(1.0, sum([count * other[key] for key, count in one.items() if key in other]) / pairs)


def _joined(one: _Group, other: _Group) -> _Group:
    if len(one.total) < len(other.total):
        one, other = other, one
    keys = tuple(_added(mine, theirs.items()) for mine, theirs in zip(one.keys, other.keys, strict=True))
    named = tuple(mine + theirs for mine, theirs in zip(one.named, other.named, strict=True))
    return _Group(
        one.rows + other.rows, _added(one.total, other.total.items()), keys, named, one.near | other.near
    )


def _added(total: dict[int, Number], more: Iterable[tuple[int, Number]]) -> dict[int, Number]:
    for key, value in more:
        total[key] = total.get(key, 0) + value
    return total
