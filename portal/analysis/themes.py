"""What messages that share a name are about: their strongest theme, and who of them speaks of it.

A word speaks for a theme by how much more often the theme's messages use it than others do: others of the same
district, so that what is merely local binds nobody. A message never vouches for itself: it is weighed by what the
others of the theme say.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.names import Names, is_thing
from portal.analysis.normalise import pairs_of
from portal.analysis.things import MARK
from portal.analysis.vectors import FEWEST_FOR_RARITY, Counts, Matrix

_NEEDED = 3.0  # of weight: a word that a tenth of the others use and one message in two hundred elsewhere
_SEED = 6.0
_SHARED = 0.15  # of the others must use a word before it counts for one
_ROUNDS = 6
_PAIR = 0.5  # a pair of characters beside the word that it is cut from
_USUAL = 55  # words of an ordinary message
_SHORT, _LONG = 0.25, 4.0
_BODY = 0.35  # a word of a long body counts less than one of the title: by this part of its usual length
_LOCAL = 30  # messages of the usual kind that a district is thought to hold besides its own
_DISTRICTED = 0.3  # of the messages that name a district: from there on they are compared with the district's
_OTHERS_NAME = 0.34  # of a theme's messages that name places of a level: one who names others is not of it
_RARELY = 0.2
_BLOCK = 4096  # rows whose words are counted at once: bounds memory
_MARKS = f"#{MARK}"  # before what is no word
_WITHIN = 60  # messages in which words are looked for within longer ones


# Titles and bodies, in words and in things (see `portal.analysis.things`).
Told: TypeAlias = tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]]


@dataclass(slots=True)
class Circle:
    """Messages that share a name: the words of each that another uses too and that say something besides the name, how
    often others use each word, and lengths in ordinary messages."""

    rows: tuple[int, ...]
    words: dict[int, list[int]]
    usual: dict[int, float]
    lengths: dict[int, float]


class Themes:
    """Weighs what messages say against what all others of their kind say."""

    def __init__(self, names: Names, counts: Counts) -> None:
        self.names = names
        self._told: Told = ((counts.titles, counts.bodies), names.things)
        self._held = _held(self._told, None)
        self._rows = counts.titles.shape[0]
        self._bearers = [sparse.csc_matrix(level) for level in counts.levels[:2]]
        self._by_district: dict[tuple[int, int], _Others] = {}
        self._placed = _Others.of(self._told, np.flatnonzero(np.diff(counts.levels[3].indptr)))

    def circle(self, rows: Iterable[int], name: str) -> Circle:
        """The circle of the rows that bear a name."""
        bearers = tuple(sorted(rows))
        texts = {row: self.names.text(row) for row in bearers}
        own = {row: self.names.words(row) for row in bearers}
        words = self._within(own, texts) if len(bearers) <= _WITHIN else own
        terms = self.names.terms
        shared = Counter(chain.from_iterable(words.values()))
        silent = {
            word
            for word in shared
            if shared[word] < 2
            or terms[word].lstrip("#") in name
            or name in terms[word]
            or not is_thing(terms[word])
        }
        left = {row: mine - silent for row, mine in words.items()}
        beside = self.names.parts(name, left, texts)
        lengths = {row: min(max(len(own[row]) / _USUAL, _SHORT), _LONG) for row in bearers}
        spoken = {row: sorted(mine - beside) for row, mine in left.items()}
        return Circle(bearers, spoken, self._usual(own), lengths)

    def _within(
        self, own: Mapping[int, AbstractSet[int]], texts: Mapping[int, str]
    ) -> Mapping[int, AbstractSet[int]]:
        """The words of each, and those of the others that stand in its text within longer ones: 权证 in 产权证."""
        terms = self.names.terms
        # A text holds few of the words of the others: most are ruled out by their first two characters.
        by_start: dict[str, list[tuple[int, str]]] = {}
        for word in set().union(*own.values()):
            term = terms[word]
            if term[0] not in _MARKS:
                by_start.setdefault(term[:2], []).append((word, term))
        starts = by_start.keys()
        return {
            row: mine
            | {
                word
                for start in starts & pairs_of(texts[row])
                for word, term in by_start[start]
                if len(term) == len(start) or term in texts[row]
            }
            for row, mine in own.items()
        }

    def _usual(self, own: Mapping[int, AbstractSet[int]]) -> dict[int, float]:
        """How often others use each word: in all, in places, or in the districts most of these rows name."""
        every = np.fromiter(chain.from_iterable(own.values()), dtype=np.int64)
        sizes = [len(mine) for mine in own.values()]
        words, place = np.unique(every, return_inverse=True)
        many = max(self._rows - len(own), FEWEST_FOR_RARITY)
        usual = (np.maximum(self._held[words] - np.bincount(place), 0) + 1) / many
        for others in [*self._districts(own), self._placed]:
            inside = others.hold(own)
            taken = np.bincount(place[np.repeat(inside, sizes)], minlength=len(words))
            more = np.maximum(others.uses_of(words) - taken, 0)
            local = (more + _LOCAL * usual) / (len(others.rows) - inside.sum() + _LOCAL)
            usual = np.maximum(usual, local)
        return dict(zip(words.tolist(), usual.tolist(), strict=True))

    def _districts(self, own: Mapping[int, AbstractSet[int]]) -> list["_Others"]:
        named = Counter(
            (level, key) for row in own for level in (0, 1) for key in self.names.keys(level, row)
        )
        return [
            self._of_district(*one) for one, count in sorted(named.items()) if count >= _DISTRICTED * len(own)
        ]

    def _of_district(self, level: int, key: int) -> "_Others":
        if (level, key) not in self._by_district:
            bearers = self._bearers[level]
            rows = np.sort(bearers.indices[bearers.indptr[key] : bearers.indptr[key + 1]])
            self._by_district[level, key] = _Others.of(self._told, rows)
        return self._by_district[level, key]

    def strongest(self, circle: Circle, rows: Sequence[int]) -> list[int]:
        """Those of `rows` that speak of their strongest theme; empty where there is none."""
        uses = Counter(word for row in rows for word in circle.words[row])
        worth = {
            word: count * self._speaks(word, count / len(rows) / circle.usual[word])
            for word, count in uses.items()
            if count > 1
        }
        seed = min(worth, key=lambda word: (-worth[word], word), default=None)
        if seed is None or worth[seed] < _SEED:
            return []
        members = {row for row in rows if seed in circle.words[row]}
        for _ in range(_ROUNDS):
            weights = self.weights(circle, members, rows)
            elsewhere = self._elsewhere(members, rows)
            new = {row for row in rows if row not in elsewhere and weights[row] >= _NEEDED}
            if new == members or len(new) < 2:
                members = new
                break
            members = new
        return sorted(members) if len(members) > 1 else []

    def _speaks(self, word: int, times: float) -> float:
        """How much a word says that is used so many times as often as usual."""
        return max(0.0, log(times)) * (_PAIR if self.names.terms[word][0] == "#" else 1.0)

    def weights(self, circle: Circle, members: set[int], rows: Iterable[int]) -> dict[int, float]:
        """How much each of `rows` speaks of what the members speak of; each member is weighed by the other ones."""
        uses = Counter(word for row in members for word in circle.words[row])
        return {row: self._weight(circle, row, uses, len(members), row in members) for row in rows}

    def _weight(self, circle: Circle, row: int, uses: Counter[int], count: int, member: bool) -> float:
        others = count - member
        least = max(2.0, _SHARED * others) if others >= 4 else 1.0
        title = self.names.title_words(row)
        length = circle.lengths[row]
        total = 0.0
        for word in circle.words[row]:
            shared = uses[word] - member
            if shared >= least:
                # The longer a text, the more words it uses by chance.
                chance = min(0.9, circle.usual[word] * length)
                times = (shared + chance) / (others + 1) / chance
                total += self._speaks(word, times) * (1.0 if word in title else min(1.0, _BODY / length))
        return round(total, 9)

    def _elsewhere(self, members: set[int], rows: Sequence[int]) -> set[int]:
        """Those of `rows` that name places of some level, and none that members name more than rarely."""
        found: set[int] = set()
        for level in range(4):
            keys = {row: self.names.keys(level, row) for row in (*rows, *members)}
            named = sum(bool(keys[row]) for row in members)
            if named < max(2, _OTHERS_NAME * len(members)):
                continue
            uses = Counter(key for row in members for key in keys[row])
            known = {key for key, count in uses.items() if count >= max(1, _RARELY * named)}
            found.update(row for row in rows if keys[row] and known.isdisjoint(keys[row]))
        return found

    def lifted(self, circle: Circle, rows: Sequence[int], times: float) -> int:
        """How many of `rows` give weight to one word that they use so many times as often as usual."""
        uses = Counter(word for row in rows for word in circle.words[row])
        common = {word for word, count in uses.items() if count / len(rows) > times * circle.usual[word]}
        telling = Counter(word for row in rows for word in self.names.telling(row) if word in common)
        return max(telling.values(), default=0)


def _held(told: Told, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """How many messages (of those rows) use each word, and tell of each thing: in the order of `Names.terms`."""
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

    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    uses: NDArray[np.int64]

    @classmethod
    def of(cls, told: Told, rows: NDArray[np.int64]) -> "_Others":
        held = _held(told, rows)
        words = np.flatnonzero(held)
        return cls(rows, words, held[words])

    def hold(self, rows: Collection[int]) -> NDArray[np.bool_]:
        """Which of the rows are among them."""
        asked = np.fromiter(rows, dtype=np.int64, count=len(rows))
        at = np.searchsorted(self.rows, asked, side="right") - 1
        return self.rows[at] == asked if len(self.rows) else np.zeros(len(asked), dtype=np.bool_)

    def uses_of(self, words: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of them use each of these words."""
        if not len(self.words):
            return np.zeros(len(words), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.words, words), len(self.words) - 1)
        return np.where(self.words[at] == words, self.uses[at], 0)
