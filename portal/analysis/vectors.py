"""Messages as weighted word vectors: rows of one sparse matrix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.bags import Bags, Words
from portal.analysis.spread import threaded
from portal.analysis.terms import Corpus

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
    # No word stands 65,536 times in what is read of a message.
    titles, bodies = (
        _counts(part, len(corpus.terms), np.dtype(np.uint16)) for part in (corpus.titles, corpus.bodies)
    )
    levels = (
        _counts(level, len(keys), np.dtype(np.float32))
        for level, keys in zip(corpus.levels, corpus.keys, strict=True)
    )
    return Counts(titles, bodies, tuple(levels))


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


def body_vectors(counts: Counts, weight: NDArray[np.float32]) -> Matrix:
    """Weigh the words of the body of every message by the weights of the terms.

    Weight = (1 + ln tf) · weight of the term; rows at length 1, those without any word zero.
    """
    blocks = threaded(lambda block: _weighed(block, weight, _BODY_TERMS), _blocks(counts.bodies))
    return _stacked(blocks, counts.bodies.shape, _kept(counts.bodies, _BODY_TERMS))


def whole_vectors(counts: Counts, weight: NDArray[np.float32], body: Matrix) -> Matrix:
    """Weigh the words of every message; `body` is what `body_vectors` says of it.

    Titles are brought to unit length apart from bodies and then added, so that a long body does not drown its title.
    """
    blocks = threaded(
        lambda part: _added(_weighed(part[0], weight, _TITLE_TERMS), part[1]),
        zip(_blocks(counts.titles), _blocks(body), strict=True),
    )
    return _stacked(blocks, counts.titles.shape, body.nnz + _kept(counts.titles, _TITLE_TERMS))


def _added(title: Matrix, body: Matrix) -> Matrix:
    whole = _unit(sparse.csr_matrix(title * np.float32(TITLE_SHARE) + body * np.float32(1 - TITLE_SHARE)))
    whole.sort_indices()
    return whole


def term_weights(terms: Words, rare: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each term counts: its rarity, half of it for a pair of characters, nothing for a single one."""
    kind = np.where(terms.firsts() == ord("#"), _BIGRAM_WEIGHT, 1.0)
    kind[terms.sizes() == 1] = (
        0.0  # it tells of a thing (see `portal.analysis.thing_words`), and of much else
    )
    return ((rare + 0.1) * kind).astype(np.float32)


def _weighed(block: Matrix, weight: NDArray[np.float32], most: int) -> Matrix:
    """The heaviest terms of each row of a block of counts, rows at length 1."""
    data = (1 + np.log(block.data)) * weight[block.indices]
    weighed = sparse.csr_matrix((data, block.indices.copy(), block.indptr.copy()), shape=block.shape)
    weighed.eliminate_zeros()
    return _unit(_heaviest(weighed, most))


def with_places(things: Matrix, levels: Sequence[Matrix]) -> Matrix:
    """The same rows with their place names as further columns, again of length 1: to find neighbours by.

    `levels` are those of `Counts`; cities are too many messages' to lead from one to another.
    """
    keys = sparse.csr_matrix(sparse.hstack(levels[1:], format="csr", dtype=np.float32))
    keys.data *= _rarity(np.bincount(keys.indices, minlength=keys.shape[1]), keys.shape[0])[keys.indices]
    blocks = (
        _beside(said * np.float32(1 - PLACE_SHARE), _unit(named) * np.float32(PLACE_SHARE))
        for said, named in zip(_blocks(things), _blocks(keys), strict=True)
    )
    shape = things.shape[0], things.shape[1] + keys.shape[1]
    return _stacked(blocks, shape, things.nnz + keys.nnz)


def _beside(one: Matrix, other: Matrix) -> Matrix:
    return _unit(sparse.csr_matrix(sparse.hstack((one, other), format="csr")))


def _counts(bags: Bags, width: int, kind: np.dtype[np.generic]) -> Matrix:
    ones = np.ones(len(bags.columns), dtype=kind)
    counts = sparse.csr_matrix((ones, bags.columns, bags.ends), shape=(len(bags), width))
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
    blocks = threaded(lambda block: _heaviest(block, most), _blocks(matrix))
    return _stacked(blocks, matrix.shape, _kept(matrix, most))


def _kept(matrix: Matrix, most: int) -> int:
    """How many entries are left where no row keeps more than `most`."""
    return int(np.minimum(np.diff(matrix.indptr), most).sum())


def _blocks(matrix: Matrix) -> Iterator[Matrix]:
    for start in range(0, matrix.shape[0], _ROWS):
        yield matrix[start : start + _ROWS]


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


def _stacked(blocks: Iterator[Matrix], shape: tuple[int, int], room: int) -> Matrix:
    """The blocks one below the other, `room` entries at most, without ever holding all of them twice."""
    data, indices = np.empty(room, dtype=np.float32), np.empty(room, dtype=np.int32)
    ends = np.zeros(shape[0] + 1, dtype=np.int64)
    row = filled = 0
    for block in blocks:
        data[filled : filled + block.nnz], indices[filled : filled + block.nnz] = block.data, block.indices
        ends[row + 1 : row + 1 + block.shape[0]] = block.indptr[1:].astype(np.int64) + filled
        row, filled = row + block.shape[0], filled + block.nnz
    return sparse.csr_matrix((data[:filled], indices[:filled], ends), shape=shape)
