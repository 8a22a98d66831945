"""Messages as weighted word vectors: rows of one sparse matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.places import Places
from portal.analysis.terms import Bags, Corpus

TITLE_SHARE = 0.55  # of a message's weight; the rest is its body's
PLACE_SHARE = 0.4  # of the weight in the search for neighbours
_TITLE_TERMS, _BODY_TERMS = 24, 40  # heaviest terms kept of each part
FEWEST_FOR_RARITY = 3000  # messages among which the rarity of a word means something
_BIGRAM_WEIGHT = 0.5  # a pair of characters beside the word that it is cut from

Matrix: TypeAlias = sparse.csr_matrix


def rarity(corpus: Corpus) -> NDArray[np.float32]:
    """How rare each term is: the logarithm of messages per message that uses it.

    Among few messages nearly every word is used once, and would outweigh all that two share; so there are
    taken to be at least 3,000.
    """
    width = len(corpus.terms)
    both = _counts(corpus.titles, width) + _counts(corpus.bodies, width)
    held = np.bincount(both.indices, minlength=width)
    return np.log((1 + max(both.shape[0], FEWEST_FOR_RARITY)) / np.maximum(held, 1)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit rows, one a message, over the terms of a corpus: of title and body together, of the body alone."""

    whole: Matrix
    body: Matrix


def vectors(corpus: Corpus, rare: NDArray[np.float32]) -> Vectors:
    """Weigh the words of every message.

    Weight = (1 + ln tf) · rarity, titles and bodies brought to unit length apart and then added, so that
    a long body does not drown its title. Rows without any word are zero.
    """
    weight = term_weights(corpus.terms, rare)
    title = _weighed(corpus.titles, weight, _TITLE_TERMS)
    body = _weighed(corpus.bodies, weight, _BODY_TERMS)
    whole = _unit(sparse.csr_matrix(title * np.float32(TITLE_SHARE) + body * np.float32(1 - TITLE_SHARE)))
    whole.sort_indices()
    return Vectors(whole, body)


def term_weights(terms: Sequence[str], rare: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each term counts: its rarity, half of it for a pair of characters."""
    kind = np.array([_BIGRAM_WEIGHT if term.startswith("#") else 1.0 for term in terms])
    return ((rare + 0.1) * kind).astype(np.float32)


def _weighed(bags: Bags, weight: NDArray[np.float32], most: int) -> Matrix:
    counts = _counts(bags, len(weight))
    counts.data = (1 + np.log(counts.data)) * weight[counts.indices]
    return _unit(heaviest(counts, most))


def with_places(things: Matrix, places: Sequence[Places]) -> Matrix:
    """The same rows with their place names as further columns, again of length 1: to find neighbours by."""
    columns: dict[str, int] = {}
    bags = Bags()
    for place in places:
        keys = sorted(place.spots | place.areas | place.districts)
        bags.add([columns.setdefault(key, len(columns)) for key in keys])
    keys = _counts(bags, len(columns))
    held = np.bincount(keys.indices, minlength=len(columns))
    keys.data *= np.log((1 + max(len(places), FEWEST_FOR_RARITY)) / np.maximum(held, 1)).astype(np.float32)[
        keys.indices
    ]
    both = (things * np.float32(1 - PLACE_SHARE), _unit(keys) * np.float32(PLACE_SHARE))
    return _unit(sparse.csr_matrix(sparse.hstack(both, format="csr")))


def _counts(bags: Bags, width: int) -> Matrix:
    columns = np.array(bags.columns, dtype=np.int32)
    ends = np.array(bags.ends, dtype=np.int64)
    ones = np.ones(len(columns), dtype=np.float32)
    counts = sparse.csr_matrix((ones, columns, ends), shape=(len(ends) - 1, width))
    counts.sum_duplicates()
    return counts


def _unit(matrix: Matrix) -> Matrix:
    """The same rows at length 1; zero rows stay zero."""
    owner = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(owner, matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0]))
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0).astype(np.float32)
    data = matrix.data * scale[owner]
    return sparse.csr_matrix((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def heaviest(matrix: Matrix, most: int) -> Matrix:
    """The matrix with only the `most` heaviest entries of each row; among equals the earlier column."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, rows))
    place = np.arange(len(order)) - matrix.indptr[rows[order]]
    kept = np.sort(order[place < most])
    return sparse.csr_matrix((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)
