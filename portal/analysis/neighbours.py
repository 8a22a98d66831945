"""The nearest neighbours of every row by cosine, without ever holding all pairs."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.vectors import Matrix, heaviest

_TERMS = 24  # heaviest terms of a row that lead to others
_POSTINGS = 240  # rows that a term may lead to; the exact cosine below sees all terms again
_BLOCK = 512  # rows searched at once: bounds the memory of a block, whatever the number of rows
_CANDIDATES = 40  # rows compared exactly
_PAIRS = 50_000  # pairs compared exactly at once

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def neighbour_pairs(rows: Matrix, kept: int, floor: float) -> Pairs:
    """Pairs (i < j) with their exact cosine ≥ `floor`, where one is among the other's `kept` nearest.

    Candidates come from each term's heaviest rows, so that the work grows with the number of rows and not
    with its square. `rows` have length 1.
    """
    found = [_best(pairs, kept) for pairs in _exact(rows, _candidates(rows, floor), floor)]
    if not found:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, np.empty(0)
    one, other = (np.concatenate([pairs[side] for pairs in found]) for side in (0, 1))
    cosines = np.concatenate([pairs[2] for pairs in found])
    low, high = np.minimum(one, other), np.maximum(one, other)
    _, first = np.unique(low * rows.shape[0] + high, return_index=True)
    return low[first], high[first], cosines[first]


def _candidates(rows: Matrix, floor: float) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Blocks of (row, candidate): the rows that share most of the weight of the capped terms."""
    asked = heaviest(rows, _TERMS)
    columns = heaviest(sparse.csr_matrix(asked.T), _POSTINGS)
    for start in range(0, rows.shape[0], _BLOCK):
        shared = sparse.csr_matrix(asked[start : start + _BLOCK] @ columns)
        mine = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr)) + start
        close = (shared.data >= floor / 2) & (shared.indices != mine)
        mine, theirs, weight = mine[close], shared.indices[close].astype(np.int64), shared.data[close]
        order = np.lexsort((theirs, -weight, mine))
        kept = order[_rank(mine[order]) < _CANDIDATES]
        yield mine[kept], theirs[kept]


def _rank(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each entry within its run of equal values."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    sizes = np.diff(np.r_[starts, len(groups)])
    return np.arange(len(groups)) - np.repeat(starts, sizes)


def _exact(
    rows: Matrix, blocks: Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]], floor: float
) -> Iterator[Pairs]:
    for mine, theirs in blocks:
        cosines = pair_cosines(rows, mine, theirs)
        close = cosines >= floor
        yield mine[close], theirs[close], cosines[close]


def pair_cosines(rows: Matrix, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """The cosine of each pair of rows (of length 1), to six digits."""
    parts: list[NDArray[np.float64]] = [np.empty(0)]
    for at in range(0, len(one), _PAIRS):
        products = rows[one[at : at + _PAIRS]].multiply(rows[other[at : at + _PAIRS]])
        parts.append(np.asarray(products.sum(axis=1), dtype=np.float64).ravel())
    cosines: NDArray[np.float64] = np.concatenate(parts)
    return cosines.round(6)


def _best(pairs: Pairs, kept: int) -> Pairs:
    mine, theirs, cosines = pairs
    order = np.lexsort((theirs, -cosines, mine))
    best = order[_rank(mine[order]) < kept] if len(order) else order
    return mine[best], theirs[best], cosines[best]
