"""Messages as weighted word vectors: rows of one sparse matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.terms import Bags, Corpus

TITLE_SHARE = 0.55  # of a message's weight; the rest is its body's
PLACE_SHARE = 0.4  # of the weight in the search for neighbours
_TITLE_TERMS, _BODY_TERMS = 24, 40  # heaviest terms kept of each part
FEWEST_FOR_RARITY = 3000  # messages among which the rarity of a word means something
_ROWS = 4096  # rows whose entries are sorted at once: bounds memory whatever the number of messages
_BIGRAM_WEIGHT = 0.5  # a pair of characters beside the word that it is cut from

Matrix: TypeAlias = sparse.csr_matrix


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each message uses each term in its title and in its body, and which keys of places it names.

    `levels` are cities, districts, areas and spots.
    """

    titles: Matrix
    bodies: Matrix
    levels: tuple[Matrix, ...]


def counted(corpus: Corpus) -> Counts:
    """Count what a corpus holds. The bags of the corpus are used up: their memory becomes that of the counts."""
    return Counts(
        _counts(corpus.titles), _counts(corpus.bodies), tuple(_counts(level) for level in corpus.levels)
    )


def rarity(counts: Counts) -> NDArray[np.float32]:
    """How rare each term is: the logarithm of messages per message that uses it.

    Among few messages nearly every word is used once, and would outweigh all that two share; so there are
    taken to be at least 3,000.
    """
    count, width = counts.titles.shape
    held = np.zeros(width, dtype=np.int64)
    for start in range(0, count, _ROWS):
        both = counts.titles[start : start + _ROWS] + counts.bodies[start : start + _ROWS]
        held += np.bincount(both.indices, minlength=width)
    return _rarity(held, count)


def _rarity(held: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    return np.log((1 + max(count, FEWEST_FOR_RARITY)) / np.maximum(held, 1)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit rows, one a message, over the terms of a corpus: of title and body together, of the body alone."""

    whole: Matrix
    body: Matrix


def vectors(counts: Counts, weight: NDArray[np.float32]) -> Vectors:
    """Weigh the words of every message by the weights of the terms.

    Weight = (1 + ln tf) · weight of the term, titles and bodies brought to unit length apart and then added, so that
    a long body does not drown its title. Rows without any word are zero.
    """
    title = _weighed(counts.titles, weight, _TITLE_TERMS)
    body = _weighed(counts.bodies, weight, _BODY_TERMS)
    whole = _unit(sparse.csr_matrix(title * np.float32(TITLE_SHARE) + body * np.float32(1 - TITLE_SHARE)))
    whole.sort_indices()
    return Vectors(whole, body)


def term_weights(terms: Sequence[str], rare: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each term counts: its rarity, half of it for a pair of characters."""
    kind = np.array([_BIGRAM_WEIGHT if term.startswith("#") else 1.0 for term in terms])
    return ((rare + 0.1) * kind).astype(np.float32)


def _weighed(counts: Matrix, weight: NDArray[np.float32], most: int) -> Matrix:
    """The heaviest terms of each row, rows at length 1."""
    blocks = []
    for start in range(0, counts.shape[0], _ROWS):
        block = counts[start : start + _ROWS].copy()
        block.data = (1 + np.log(block.data)) * weight[block.indices]
        blocks.append(_heaviest(block, most))
    return _unit(_stacked(blocks, counts.shape))


def with_places(things: Matrix, levels: Sequence[Matrix]) -> Matrix:
    """The same rows with their place names as further columns, again of length 1: to find neighbours by.

    `levels` are those of `Counts`; cities are too many messages' to lead from one to another.
    """
    keys = sparse.csr_matrix(sparse.hstack(levels[1:], format="csr", dtype=np.float32))
    keys.data *= _rarity(np.bincount(keys.indices, minlength=keys.shape[1]), keys.shape[0])[keys.indices]
    both = (things * np.float32(1 - PLACE_SHARE), _unit(keys) * np.float32(PLACE_SHARE))
    return _unit(sparse.csr_matrix(sparse.hstack(both, format="csr")))


def _counts(bags: Bags) -> Matrix:
    ones = np.ones(len(bags.columns), dtype=np.float32)
    counts = sparse.csr_matrix((ones, bags.columns, bags.ends), shape=(len(bags.ends) - 1, len(bags.names)))
    counts.sum_duplicates()
    return counts


def _unit(matrix: Matrix) -> Matrix:
    """The same rows at length 1; zero rows stay zero."""
    sizes = np.diff(matrix.indptr)
    squares = matrix.data.astype(np.float64)
    squares *= squares
    filled = np.flatnonzero(sizes)
    lengths = np.ones(len(sizes))
    if len(filled):
        lengths[filled] = np.sqrt(np.add.reduceat(squares, matrix.indptr[filled]))
    scale = (1.0 / lengths).astype(np.float32)
    data = matrix.data * np.repeat(scale, sizes)
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def heaviest(matrix: Matrix, most: int) -> Matrix:
    """The matrix with only the `most` heaviest entries of each row; among equals the earlier column."""
    blocks = [_heaviest(matrix[start : start + _ROWS], most) for start in range(0, matrix.shape[0], _ROWS)]
    return _stacked(blocks, matrix.shape)


def _heaviest(matrix: Matrix, most: int) -> Matrix:
    """As `heaviest`, of so few rows that their entries can be sorted at once."""
    sizes = np.diff(matrix.indptr)
    if not len(sizes) or sizes.max() <= most:
        return matrix
    rows = np.repeat(np.arange(len(sizes), dtype=np.uint16), sizes)
    order = np.argsort(-matrix.data, kind="stable")
    order = order[np.argsort(rows[order], kind="stable")]
    place = np.arange(len(order)) - np.repeat(matrix.indptr[:-1], sizes)
    kept = np.sort(order[place < most])
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.minimum(sizes, most)]).cumsum()
    return sparse.csr_matrix((matrix.data[kept], matrix.indices[kept], ends), shape=matrix.shape)


def _stacked(blocks: Sequence[Matrix], shape: tuple[int, int]) -> Matrix:
    return sparse.csr_matrix(sparse.vstack(blocks, format="csr")) if blocks else sparse.csr_matrix(shape)
