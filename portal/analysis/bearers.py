"""Messages that are looked at together because some of them share a name: their words, their places and how they begin.

All is numbered within the part, so that a circle of bearers is weighed with arrays and not word by word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from portal.analysis.bags import Words, character_pairs
from portal.analysis.openings import Letter, opening
from portal.analysis.thing_words import names_of_things
from portal.analysis.vectors import Matrix

Letters: TypeAlias = Mapping[int, Letter]
"""What is read of some rows."""
Ints: TypeAlias = NDArray[np.int64]
Some: TypeAlias = NDArray[np.bool_]


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


def ranges(starts: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """The numbers of several ranges, one range after the other, and which range each belongs to."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(owner)) + (starts - (np.cumsum(sizes) - sizes))[owner], owner


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

    `columns` are those of all that any of the rows says; entries number them. `titles` and `bodies` are words and
    things, whose columns stand behind those of the words.
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
        self._words = words
        self._terms: dict[int, str] = {}
        self._letters = letters
        self._texts: dict[int, str] = {}
        self._pairs: dict[int, Ints] = {}

    def at(self, rows: Ints) -> Ints:
        """The places of rows among these."""
        return np.searchsorted(self.rows, rows)

    def term(self, column: int) -> str:
        """The word, or marked pair of characters, or thing, of a column."""
        if column not in self._terms:
            behind = column - len(self._words)
            self._terms[column] = self._words[column] if behind < 0 else names_of_things()[behind]
        return self._terms[column]

    def said_by(self, row: int, titles_alone: bool) -> list[str]:
        """The words of a row, of its title alone if so asked."""
        at = self.at(np.array([row])).item()
        span = slice(self.ends[at], self.ends[at + 1])
        said = self.said[span][self.titled[span]] if titles_alone else self.said[span]
        return [self.term(column) for column in self.columns[said].tolist()]

    def text(self, row: int) -> str:
        """The title and the beginning of the matter, in the form in which copies are the same."""
        if row not in self._texts:
            self._texts[row] = opening(self._letters[row])
        return self._texts[row]

    def holding(self, rows: Sequence[int], columns: Ints) -> Entries:
        """Which of some words, by their places among `columns`, stand in the text of each of the rows, perhaps within longer ones.

        One that stands in a text several times may be told as often.
        """
        # No text holds a marked pair of characters or a thing: these begin with what no text holds.
        at = np.flatnonzero(columns < len(self._words))
        starts, lengths = self._words.starts(columns[at])
        order = np.argsort(starts, kind="stable")
        starts, at, lengths = starts[order], at[order], lengths[order]
        # A text holds few of the words of the others: most are ruled out by their first two characters.
        held = [self._pairs_of(row) for row in rows]
        pairs = np.concatenate(held)
        owner = np.repeat(np.arange(len(rows)), [len(one) for one in held])
        first, behind = (np.searchsorted(starts, pairs, side=side) for side in ("left", "right"))
        likely = np.flatnonzero(behind > first)
        found, which = ranges(first[likely], (behind - first)[likely])
        row, word = owner[likely][which], at[found]
        sure = lengths[found] == 2
        sure[~sure] = [
            self.term(column) in self.text(rows[place])
            for place, column in zip(row[~sure].tolist(), columns[word[~sure]].tolist(), strict=True)
        ]
        return Entries(row[sure], word[sure])

    def _pairs_of(self, row: int) -> Ints:
        if row not in self._pairs:
            self._pairs[row] = character_pairs(self.text(row))
        return self._pairs[row]


def _keys(parts: Sequence[Matrix], rows: Ints, width: int) -> Ints:
    """Row and column of each entry as one number; the columns of all parts stand side by side."""
    keys, before = [], 0
    for matrix in parts:
        found = entries_of(matrix, rows)
        keys.append(found.row * width + found.what + before)
        before += matrix.shape[1]
    return np.concatenate(keys)
