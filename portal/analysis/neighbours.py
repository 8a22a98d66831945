"""The nearest neighbours of every row by cosine, without ever holding all pairs."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.spread import threaded
from portal.analysis.vectors import Matrix, heaviest

_TERMS = 24  # heaviest terms of a row that lead to others
_LIGHT = 0.09  # of a row of length 1: lighter terms lead nowhere, they cost much and hardly find what no heavier one does
_POSTINGS = 320  # rows that a term may lead to; the exact cosine below sees all terms again
_BLOCK = 96  # rows searched at once: bounds the memory of a block, whatever the number of rows
_CANDIDATES = 60  # rows compared exactly
_PAIRS = 20_000  # pairs compared exactly at once

Rows: TypeAlias = NDArray[np.int64]
Pairs: TypeAlias = tuple[Rows, Rows, NDArray[np.float64]]
Wanted: TypeAlias = Callable[[Rows, Rows], NDArray[np.bool_]]


def neighbour_pairs(rows: Matrix, kept: int, floor: float, wanted: Wanted | None = None) -> Pairs:
    """Pairs (i < j) with their exact cosine ≥ `floor`, where one is among the other's `kept` nearest.

    Candidates come from each term's heaviest rows, so that the work grows with the number of rows and not
    with its square. `rows` have length 1. Of the pairs only those are held that `wanted` says to be; it is asked
    for some of them at once, by several threads, and must not care which of two rows comes first.
    """
    asked = heaviest(rows, _TERMS)
    asked.data[asked.data < _LIGHT] = 0
    asked.eliminate_zeros()
    columns = heaviest(sparse.csr_matrix(asked.T), _POSTINGS)

    def nearest(start: int) -> Pairs:
        block = slice(start, start + _BLOCK)
        mine, theirs = _candidates(asked[block], columns, start, floor)
        best = _best((mine, theirs, _cosines(rows[block], mine - start, rows[theirs])), kept, floor)
        return best if wanted is None else _where(wanted(best[0], best[1]), best)

    found = list(threaded(nearest, range(0, rows.shape[0], _BLOCK)))
    if not found:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, np.empty(0)
    one, other = (np.concatenate([pairs[side] for pairs in found]) for side in (0, 1))
    cosines = np.concatenate([pairs[2] for pairs in found])
    low, high = np.minimum(one, other), np.maximum(one, other)
    _, first = np.unique(low * rows.shape[0] + high, return_index=True)
    return low[first], high[first], cosines[first]


def _candidates(block: Matrix, columns: Matrix, start: int, floor: float) -> tuple[Rows, Rows]:
    """For each row of a block, which begins at row `start`, the rows that share most of the weight of its terms."""
    shared = sparse.csr_matrix(block @ columns)
    owner = np.repeat(np.arange(start, start + shared.shape[0]), np.diff(shared.indptr))
    close = (shared.data >= floor / 2) & (shared.indices != owner)
    mine, theirs, weights = owner[close], shared.indices[close].astype(np.int64), shared.data[close]
    ends = np.searchsorted(mine, np.arange(start, start + shared.shape[0] + 1))
    limits = np.zeros(shared.shape[0], dtype=weights.dtype)
    for row in np.flatnonzero(np.diff(ends) > _CANDIDATES).tolist():
        own = weights[ends[row] : ends[row + 1]]
        # The one at the limit decides; those as heavy as it come with it, in whatever order they stand.
        limits[row] = np.partition(own, len(own) - _CANDIDATES)[len(own) - _CANDIDATES]
    kept = weights >= limits[mine - start]
    return mine[kept], theirs[kept]


def _cosines(block: Matrix, mine: Rows, theirs: Matrix) -> NDArray[np.float64]:
    """The cosine of each of `theirs` with the row of a block that `mine` says, to six digits.

    All at once: the rows of the block, laid out in full side by side, are one vector, and each of `theirs` is moved to where
    its row stands in it.
    """
    told = np.unique(block.indices)
    # Where a column stands in a row that is laid out; those that the block has not share the first place, which is empty.
    place = np.zeros(block.shape[1], dtype=np.int32)
    place[told] = np.arange(1, len(told) + 1)
    width = len(told) + 1
    laid_out = np.zeros((block.shape[0], width), dtype=np.float32)
    laid_out[np.repeat(np.arange(block.shape[0]), np.diff(block.indptr)), place[block.indices]] = block.data
    columns = place[theirs.indices]
    columns += np.repeat((mine * width).astype(np.int32), np.diff(theirs.indptr))
    moved = sparse.csr_matrix((theirs.data, columns, theirs.indptr), shape=(len(mine), laid_out.size))
    cosines: NDArray[np.float64] = (moved @ laid_out.ravel()).astype(np.float64)
    return cosines.round(6)


def _where(kept: NDArray[np.bool_], pairs: Pairs) -> Pairs:
    return pairs[0][kept], pairs[1][kept], pairs[2][kept]


def _rank(groups: Rows) -> Rows:
    """The place of each entry within its run of equal values."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    sizes = np.diff(np.r_[starts, len(groups)])
    return np.arange(len(groups)) - np.repeat(starts, sizes)


def pair_cosines(
    rows: Matrix, one: Rows, other: Rows, worth: NDArray[np.float32] | None = None
) -> NDArray[np.float64]:
    """The cosine of each pair of rows (of length 1), to six digits.

    With `worth`, one number for each column, the entries count that instead of what they are.
    """

    def of_some(at: int) -> NDArray[np.float64]:
        mine, theirs = (worth_of(rows[side[at : at + _PAIRS]], worth) for side in (one, other))
        return np.asarray(mine.multiply(theirs).sum(axis=1), dtype=np.float64).ravel()

    starts = range(0, len(one), _PAIRS)
    # A few are compared by a thread that has others beside it already.
    parts = threaded(of_some, starts) if len(starts) > 1 else map(of_some, starts)
    cosines: NDArray[np.float64] = np.concatenate([np.empty(0), *parts])
    return cosines.round(6)


def worth_of(rows: Matrix, worth: NDArray[np.float32] | None) -> Matrix:
    """The rows, each entry what its column is worth; as they are without `worth`."""
    if worth is None:
        return rows
    return sparse.csr_matrix((worth[rows.indices], rows.indices, rows.indptr), shape=rows.shape)


def _best(pairs: Pairs, kept: int, floor: float) -> Pairs:
    mine, theirs, cosines = _where(pairs[2] >= floor, pairs)
    order = np.lexsort((theirs, -cosines, mine))
    best = order[_rank(mine[order]) < kept] if len(order) else order
    return mine[best], theirs[best], cosines[best]
