"""How often a word is used: what is said in a place is compared with what others say of the same district."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.bearers import Entries, Ints, Some, entries_of, numbered
from portal.analysis.vectors import FEWEST_FOR_RARITY, Counts, Matrix

_LOCAL = 30  # messages of the usual kind that a district is thought to hold besides its own
_DISTRICTED = 0.3  # of the messages that name a district: from there on they are compared with the district's
_BLOCK = 4096  # rows whose words are counted at once: bounds memory

# Titles and bodies, in words and in things (see `portal.analysis.things`).
Told: TypeAlias = tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]]


class Usual:
    """Counts who uses which word, of all messages, of those that name places, and of those of each district.

    `things` are what titles and bodies tell of; their columns stand behind those of the words.
    """

    def __init__(self, counts: Counts, things: tuple[Matrix, Matrix]) -> None:
        self._told: Told = ((counts.titles, counts.bodies), things)
        self._held = _held(self._told, None)
        self._rows = counts.titles.shape[0]
        self._levels = counts.levels
        self._bearers = [sparse.csc_matrix(level) for level in counts.levels[:2]]
        self._by_district: dict[tuple[int, int], _Others] = {}
        self._placed = _Others.of(self._told, np.flatnonzero(np.diff(counts.levels[3].indptr)))

    def of(self, rows: Ints, said: Entries, words: Ints) -> NDArray[np.float64]:
        """How often others than `rows` use each of some words: in all, in places, or in the districts most of the rows name.

        `said` is which of the words, by their places among them, each of the rows uses.
        """
        owner, word = said.row, said.what
        many = max(self._rows - len(rows), FEWEST_FOR_RARITY)
        here = np.bincount(word, minlength=len(words))
        usual: NDArray[np.float64] = (np.maximum(self._held[words] - here, 0) + 1) / many
        for others in [*self._districts(rows), self._placed]:
            inside = others.hold(rows)
            taken = np.bincount(word[inside[owner]], minlength=len(words))
            more = np.maximum(others.uses_of(words) - taken, 0)
            local = (more + _LOCAL * usual) / (len(others.rows) - inside.sum() + _LOCAL)
            usual = np.maximum(usual, local)
        return usual

    def _districts(self, rows: Ints) -> list["_Others"]:
        found = []
        for level in (0, 1):
            keys, number = numbered(entries_of(self._levels[level], rows).what)
            most = keys[np.bincount(number, minlength=len(keys)) >= _DISTRICTED * len(rows)].tolist()
            found += [self._of_district(level, key) for key in most]
        return found

    def _of_district(self, level: int, key: int) -> "_Others":
        if (level, key) not in self._by_district:
            bearers = self._bearers[level]
            rows = np.sort(bearers.indices[bearers.indptr[key] : bearers.indptr[key + 1]])
            self._by_district[level, key] = _Others.of(self._told, rows)
        return self._by_district[level, key]


def _held(told: Told, rows: Ints | None) -> Ints:
    """How many messages (of those rows) use each word, and tell of each thing: words first."""
    found = []
    for titles, bodies in told:
        held = np.zeros(titles.shape[1], dtype=np.int64)
        asked = np.arange(titles.shape[0]) if rows is None else rows
        for start in range(0, len(asked), _BLOCK):
            block = asked[start : start + _BLOCK]
            both: Matrix = titles[block] + bodies[block]
            held += np.bincount(both.indices, minlength=len(held))
        found.append(held)
    return np.concatenate(found)


@dataclass(frozen=True, slots=True)
class _Others:
    """Messages to compare with: their rows, and how many of them use each word that any of them uses."""

    rows: Ints
    # Four bytes each: there are as many of these as districts, with most words of the language in each.
    words: NDArray[np.int32]
    uses: NDArray[np.int32]

    @classmethod
    def of(cls, told: Told, rows: Ints) -> "_Others":
        held = _held(told, rows)
        words = np.flatnonzero(held)
        return cls(rows, words.astype(np.int32), held[words].astype(np.int32))

    def hold(self, rows: Ints) -> Some:
        """Which of the rows are among them."""
        at = np.searchsorted(self.rows, rows, side="right") - 1
        return self.rows[at] == rows if len(self.rows) else np.zeros(len(rows), dtype=np.bool_)

    def uses_of(self, words: Ints) -> Ints:
        """How many of them use each of these words."""
        if not len(self.words):
            return np.zeros(len(words), dtype=np.int64)
        asked = words.astype(np.int32)
        at = np.minimum(np.searchsorted(self.words, asked), len(self.words) - 1)
        return np.where(self.words[at] == asked, self.uses[at], 0)
