"""Messages as weighted word vectors: rows of one sparse matrix."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.terms import Words

TITLE_SHARE = 0.55  # of a message's weight; the rest is its body's
PLACE_SHARE = 0.4  # of the weight in the search for neighbours
_TITLE_TERMS, _BODY_TERMS = 24, 40  # heaviest terms kept of each part
_BIGRAM_WEIGHT = 0.5  # a pair of characters beside the word that it is cut from

Matrix: TypeAlias = sparse.csr_matrix


def vectors(words: Sequence[Words]) -> tuple[Matrix, list[str]]:
    """Unit rows, one a message, and the term of each column.

    Weight = (1 + ln tf) · idf, titles and bodies brought to unit length apart and then added, so that a
    long body does not drown its title. Rows without any word are zero.
    """
    columns: dict[str, int] = {}
    titles = _counts([part.title for part in words], columns)
    bodies = _counts([part.body for part in words], columns)
    terms = list(columns)
    titles.resize((len(words), len(terms)))
    bodies.resize((len(words), len(terms)))
    idf = _inverse_frequency(titles, bodies, terms)
    for part in (titles, bodies):
        part.data = (1 + np.log(part.data)) * idf[part.indices]
    joined = _unit(_heaviest(_unit(titles), _TITLE_TERMS)) * TITLE_SHARE + _unit(
        _heaviest(_unit(bodies), _BODY_TERMS)
    ) * (1 - TITLE_SHARE)
    result = _unit(sparse.csr_matrix(joined))
    result.sort_indices()
    return result, terms


def with_places(things: Matrix, words: Sequence[Words]) -> Matrix:
    """The same rows with their place names as further columns, again of length 1: for finding neighbours."""
    columns: dict[str, int] = {}
    keys = _counts([sorted(part.places.fine | part.places.districts) for part in words], columns)
    held = np.bincount(keys.indices, minlength=max(len(columns), 1))
    keys.data *= np.log((1 + len(words)) / np.maximum(held, 1)).astype(np.float32)[keys.indices]
    return _unit(
        sparse.csr_matrix(
            sparse.hstack((things * (1 - PLACE_SHARE), _unit(keys) * PLACE_SHARE), format="csr")
        )
    )


def _counts(parts: Sequence[Sequence[str]], columns: dict[str, int]) -> Matrix:
    """Term counts; columns are numbered as terms first appear, which the order of rows fixes."""
    indices: list[int] = []
    ends = [0]
    for part in parts:
        indices.extend([columns.setdefault(term, len(columns)) for term in part])
        ends.append(len(indices))
    counts = sparse.csr_matrix(
        (
            np.ones(len(indices), dtype=np.float32),
            np.array(indices, dtype=np.int32),
            np.array(ends, dtype=np.int64),
        ),
        shape=(len(parts), max(len(columns), 1)),
    )
    counts.sum_duplicates()
    return counts


def _inverse_frequency(titles: Matrix, bodies: Matrix, terms: Sequence[str]) -> NDArray[np.float32]:
    both = sparse.csr_matrix(titles + bodies)
    held = np.bincount(both.indices, minlength=max(len(terms), 1))
    idf = np.log((1 + len(both.indptr) - 1) / np.maximum(held, 1)) + 0.1
    kind = np.array([_BIGRAM_WEIGHT if term.startswith("#") else 1.0 for term in terms] or [1.0])
    return (idf * kind).astype(np.float32)


def _unit(matrix: Matrix) -> Matrix:
    """The same rows at length 1; zero rows stay zero."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths, dtype=np.float64), where=lengths > 0)
    scaled = sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ matrix)
    return scaled


def _heaviest(matrix: Matrix, most: int) -> Matrix:
    """The `most` heaviest entries of each row; among equals the earlier column."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, rows))
    place = np.arange(len(order)) - matrix.indptr[rows[order]]
    kept = order[place < most]
    return sparse.csr_matrix((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def capped_postings(matrix: Matrix, most: int) -> Matrix:
    """The matrix with only the `most` heaviest rows of each column, for a search that stays linear."""
    by_column = sparse.csr_matrix(matrix.T)
    return sparse.csr_matrix(_heaviest(by_column, most).T)
