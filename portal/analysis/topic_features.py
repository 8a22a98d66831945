"""Messages as rows of numbers for the topic model: words and character 1–3-grams, weighted by TF-IDF.

The lead of a message counts twice, for there people say what it is about. Words and characters are two halves, for
what is learned from each errs in other places than what is learned from the other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from operator import add

import numpy as np
import numpy.typing as npt
import rjieba
from scipy import sparse

from portal.analysis.normalise import fold

Floats = npt.NDArray[np.float64]
Counts = tuple[Counter[str], Counter[str]]  # of words, of grams

LEAD = 25  # characters at the head of a message that are read twice
READ = 1200  # characters of a message that are read
LONGEST_GRAM = 3
# Messages that a term must stand in. What stands in fewer teaches nothing, would make the model twice as large,
# and might be somebody's name or number, which a model must not keep.
_LEAST = 3


def words_of(folded: str) -> list[str]:
    """The words of a folded text, those of its lead twice."""
    return [word for word in (*rjieba.cut(folded), *rjieba.cut(folded[:LEAD])) if not word.isspace()]


def grams_of(folded: str) -> list[str]:
    """The character 1–3-grams of a folded text without white space, those of its lead twice."""
    text = "".join(folded.split())
    found: list[str] = []
    for part in (text, text[:LEAD]):
        grams = list(part)
        for length in range(1, LONGEST_GRAM + 1):
            found += grams
            grams = list(map(add, grams, part[length:]))
    return found


def counted(texts: Iterable[str]) -> list[Counts]:
    """How often each word and each gram stands in each text."""
    folded = [fold(text[:READ]) for text in texts]
    return [(Counter(words_of(text)), Counter(grams_of(text))) for text in folded]


@dataclass(frozen=True, slots=True)
class Half:
    """The terms of one half and how much each says: `weights[i]` is the IDF of `terms[i]`."""

    terms: tuple[str, ...]
    weights: Floats

    @classmethod
    def of(cls, counts: Sequence[Counter[str]]) -> "Half":
        """The terms that stand in several of the messages, in code-point order."""
        seen: Counter[str] = Counter()
        for count in counts:
            seen.update(count.keys())
        terms = tuple(sorted(term for term, times in seen.items() if times >= _LEAST))
        total = len(counts)
        return cls(terms, np.array([1.0 + log((1 + total) / (1 + seen[term])) for term in terms]))

    def rows(self, counts: Iterable[Counter[str]]) -> sparse.csr_array:
        """One row of length 1 for each message (0 where it holds no known term): (1 + log tf) × IDF."""
        columns = {term: column for column, term in enumerate(self.terms)}
        indices: list[int] = []
        times: list[int] = []
        ends = [0]
        for count in counts:
            known = [term for term in count if term in columns]
            indices.extend(map(columns.__getitem__, known))
            times.extend(map(count.__getitem__, known))
            ends.append(len(indices))
        where = np.array(indices, np.int32)
        values = (1.0 + np.log(np.array(times, np.float64))) * self.weights[where]
        rows = sparse.csr_array(
            (values, where, np.array(ends, np.int32)), shape=(len(ends) - 1, len(self.terms))
        )
        rows.sort_indices()
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        rows.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(rows.indptr))
        return rows


@dataclass(frozen=True, slots=True)
class Features:
    """How texts become rows: the terms of both halves, learned once from the training texts."""

    words: Half
    grams: Half

    @classmethod
    def of(cls, counts: Sequence[Counts]) -> "Features":
        """The terms of counted texts, see `counted`."""
        return cls(Half.of([words for words, _ in counts]), Half.of([grams for _, grams in counts]))

    def rows_of(self, counts: Sequence[Counts]) -> tuple[sparse.csr_array, sparse.csr_array]:
        """A row for each counted text in each half; terms that the training texts lacked are passed over."""
        return (
            self.words.rows(words for words, _ in counts),
            self.grams.rows(grams for _, grams in counts),
        )
