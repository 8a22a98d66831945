"""Messages that are looked at together because some of them share a name: their words, their places and how they begin.

All is numbered within the part, so that a circle of bearers is weighed with arrays and not word by word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from portal.analysis.bags import Words, character_pairs, ranges
from portal.analysis.openings import Letter, opening
from portal.analysis.thing_words import names_of_things
from portal.analysis.vectors import Matrix

Letters: TypeAlias = Mapping[int, Letter]
"""What is read of some rows."""
Ints: TypeAlias = NDArray[np.int64]
Some: TypeAlias = NDArray[np.bool_]
_GLANCES = 1 << 16


@dataclass(frozen=True, slots=True)
class Entries:
    """What each of some rows holds, row after row: which row (by its place among them), and what."""

    row: Ints
    what: Ints


def entries_of(matrix: Matrix, rows: Ints) -> Entries:
    """The columns of some rows of a matrix."""
    places, owner = spans(matrix.indptr, rows)
    return Entries(owner, matrix.indices[places].astype(np.int64))


def spans(ends: NDArray[np.integer], rows: Ints) -> tuple[Ints, Ints]:
    """Where the entries of some rows stand, row after row, and which of the rows each belongs to."""
    starts = ends[rows].astype(np.int64)
    return ranges(starts, ends[rows + 1] - starts)


def numbered(values: Ints) -> tuple[Ints, Ints]:
    """What `numpy.unique` says of many or few values with `return_inverse`, several times as fast for few."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    inverse = np.empty(len(order), dtype=np.int64)
    inverse[order] = np.cumsum(new) - 1
    return ordered[new], inverse


def among(ordered: Ints, asked: Ints) -> Some:
    """Which of the asked values stand in an array in order."""
    if not len(ordered):
        return np.zeros(len(asked), dtype=np.bool_)
    return ordered[np.minimum(np.searchsorted(ordered, asked), len(ordered) - 1)] == asked


class Bearers:
    """Some rows: the words of each (things among them), in the order of their columns, and which of them its title holds.

    Entries number `terms`: all words, marked pairs of characters and things that any of the rows says, whose columns are
    `columns`. `titles` and `bodies` are words and things, whose columns stand behind those of the words.
    """

    def __init__(
        self, letters: Letters, words: Words, titles: Sequence[Matrix], bodies: Sequence[Matrix]
    ) -> None:
        self.rows = np.array(sorted(letters), dtype=np.int64)
        width = sum(matrix.shape[1] for matrix in titles)
        in_titles, in_bodies = (_keys(part, self.rows, width) for part in (titles, bodies))
        keys, _ = numbered(np.concatenate((in_titles, in_bodies)))
        self.columns, self.said = numbered(keys % max(width, 1))
        self.titled = among(np.sort(in_titles), keys)
        self.ends = np.searchsorted(keys, np.arange(len(self.rows) + 1) * width)
        own, things = np.split(self.columns, [np.searchsorted(self.columns, len(words))])
        self.terms = [
            *words.some(own),
            *(names_of_things()[column] for column in (things - len(words)).tolist()),
        ]
        self._sizes = np.array([len(term) for term in self.terms], dtype=np.int64)
        self._first, self._second = (words.pairs(own, at) for at in (0, 1))
        self._letters = letters
        self._texts: dict[int, str] = {}
        self._pairs: dict[int, Ints] = {}

    def at(self, rows: Ints) -> Ints:
        """The places of rows among these."""
        return np.searchsorted(self.rows, rows)

    def said_by(self, row: int, titles_alone: bool) -> list[str]:
        """The words of a row, of its title alone if so asked."""
        at = self.at(np.array([row])).item()
        span = slice(self.ends[at], self.ends[at + 1])
        said = self.said[span][self.titled[span]] if titles_alone else self.said[span]
        return [self.terms[number] for number in said.tolist()]

    def text(self, row: int) -> str:
        """The title and the beginning of the matter, in the form in which copies are the same."""
        if row not in self._texts:
            self._texts[row] = opening(self._letters[row])
        return self._texts[row]

    def holding(self, rows: Sequence[int], terms: Ints) -> Entries:
        """Which of some terms, by their places among `terms`, stand in the text of each of the rows, perhaps within longer ones.

        One that stands in a text several times may be told as often.
        """
        # No text holds a marked pair of characters or a thing: these begin with what no text holds. Within longer words, a
        # single character says other things.
        at = np.flatnonzero((terms < len(self._first)) & (self._sizes[terms] > 1))
        at = at[np.argsort(self._first[terms[at]], kind="stable")]
        asked = terms[at]
        starts, sizes = self._first[asked], self._sizes[asked]
        held = [self._pairs_of(row) for row in rows]
        pairs = np.concatenate(held)
        owner = np.repeat(np.arange(len(rows)), [len(one) for one in held])
        # A text holds few of the words of the others: nearly all of its places are ruled out by a glance at their first two
        # characters, most of the rest by the next two.
        begun = np.zeros(_GLANCES, dtype=np.bool_)
        begun[_glance(starts)] = True
        likely = np.flatnonzero(begun[_glance(pairs)])
        first, behind = (np.searchsorted(starts, pairs[likely], side=side) for side in ("left", "right"))
        found, which = ranges(first, behind - first)
        place = likely[which]
        follows = np.minimum(place + 1, len(pairs) - 1)
        goes_on = (owner[follows] == owner[place]) & (pairs[follows] == self._second[asked[found]])
        kept = np.flatnonzero((sizes[found] == 2) | goes_on)
        row, found = owner[place[kept]], found[kept]
        sure = sizes[found] <= 3
        sure[~sure] = [
            self.terms[term] in self.text(rows[one])
            for one, term in zip(row[~sure].tolist(), asked[found[~sure]].tolist(), strict=True)
        ]
        return Entries(row[sure], at[found[sure]])

    def _pairs_of(self, row: int) -> Ints:
        if row not in self._pairs:
            self._pairs[row] = character_pairs(self.text(row))
        return self._pairs[row]


def _glance(pairs: Ints) -> Ints:
    """A number below `_GLANCES` that is the same for equal pairs of characters, and mostly another for others."""
    return (pairs ^ pairs >> 25) & (_GLANCES - 1)


def _keys(parts: Sequence[Matrix], rows: Ints, width: int) -> Ints:
    """Row and column of each entry as one number; the columns of all parts stand side by side."""
    keys, before = [], 0
    for matrix in parts:
        found = entries_of(matrix, rows)
        keys.append(found.row * width + found.what + before)
        before += matrix.shape[1]
    return np.concatenate(keys)
