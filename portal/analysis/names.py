"""Names that bind messages: an estate, a school, a bus, a company that few messages speak of.

Three kinds are known: keys of places (see `portal.analysis.places`), words that the dictionary holds as names or that
are formed like ones (荷塘月色), and what is called so (see `portal.analysis.called`). A name counts where a message gives it weight: in its title, or anywhere in a short body.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.bags import Words
from portal.analysis.bearers import Bearers, Letters
from portal.analysis.called import called
from portal.analysis.normalise import fold
from portal.analysis.openings import Letter, letter
from portal.analysis.records import Message
from portal.analysis.terms import Corpus
from portal.analysis.thing_words import MARK, things_in
from portal.analysis.things import things_told
from portal.analysis.vectors import Counts, Matrix

_FEWEST_CALLED = 2  # messages that tell a name apart from another one
FEWEST = 4  # messages that a name must bind: of three, too many share one by chance
FEWEST_OF_A_THING = 5  # messages that a thing must bind
# At least this part of those who speak of a thing speak of one matter, and at most that part of these name an area or a spot.
MOST_OF_A_THING, PLACED_OF_A_THING = 0.5, 0.2
_BRIEF = 40  # words of a body that is all about its matter
_PART, _LEAST_MOST, _MOST = (
    0.02,
    60,
    300,
)  # of all messages, and messages: a name of more is a city's or a theme's
_NAMES = ("ns", "nr", "nt", "nz")  # what the dictionary calls names
_AREAS, _SPOTS = 2, 3
_WIDE = frozenset("路道线街速巷")  # many things happen along a road; a bus line is known by its number
_CORE = 2  # characters of a place's key that are its name


@dataclass(frozen=True, slots=True)
class Name:
    """A name with the rows that bear it; `wide` ones (towns, roads) hold many things, `placed` ones are places.

    `sure` ones can hardly be anything but the name of one estate, school or shop. A `thing` is no name at all, but a
    word that says what its bearers speak of: what is asked of a whole city has no place.
    """

    text: str
    rows: tuple[int, ...]
    wide: bool
    placed: bool
    sure: bool = False
    thing: bool = False


@lru_cache(maxsize=1 << 16)
def _tag(word: str) -> str:
    tagged = rjieba.tag(word)
    return tagged[0][1] if len(tagged) == 1 else ""


def _chinese(word: str) -> bool:
    return "\u4e00" <= word[0] <= "\u9fff"


def is_thing(word: str) -> bool:
    """Whether a word (a marked pair of characters, a thing) says what a matter is about, not who or where."""
    return word[0] in f"#{MARK}" or (len(word) > 1 and _chinese(word) and _tag(word) not in _NAMES)


def is_name(word: str) -> bool:
    """Whether a word may be a name: one that the dictionary calls so, or that is formed like one."""
    return word[0] != "#" and _chinese(word) and _tag(word) in _NAMES


class Names:
    """Who bears which name. `messages` holds one message for each row of the counts.

    A column is the number of a word of the corpus, or behind those of a thing that words tell of. Other processes get
    all but the messages and who is called what: `letters` are what they read, some rows at a time.
    """

    def __init__(self, corpus: Corpus, counts: Counts, messages: Sequence[Message]) -> None:
        self._terms = corpus.terms
        self.things = things_told(counts, corpus.terms)
        self.levels = counts.levels
        self._keys = corpus.keys
        self._counts = counts
        self._messages = messages
        self._matters = corpus.matters
        self._placed = sum(np.diff(self.levels[level].indptr) for level in (_AREAS, _SPOTS)) > 0
        self._towns = {key[:_CORE] for key in self._keys[_AREAS]}
        self.count = len(messages)
        self.brief = np.diff(counts.bodies.indptr) <= _BRIEF
        self.most = int(min(_MOST, max(_LEAST_MOST, _PART * len(messages))))

        # Of two characters that nothing goes before, many are towns: these hold many things.
        self._called = [
            Name(text, rows, len(text) == _CORE, False, len(text) > _CORE)
            for text, rows in called(self._weighty, len(messages), _FEWEST_CALLED, self.most, self._seeds())
        ]
        self._callers = _callers(self._called, len(messages))

    def _seeds(self) -> dict[str, int]:
        """What spots are known by, with how many messages say so: who names 石螺塘村 may call it 石螺塘 elsewhere."""
        keys = self._keys[_SPOTS]
        seeds: Counter[str] = Counter()
        for key, count in zip(keys, _uses(self.levels[_SPOTS]).tolist(), strict=True):
            core = key[:_CORE]
            if key[-1] not in _WIDE and core not in self._towns and not rjieba.has_word(core):
                seeds[core] += count
        return seeds

    def _weighty(self, rows: Iterable[int]) -> list[Letter]:
        """What messages give weight to: their titles, and bodies that are all about their matter."""
        return [self._letter(row) if self.brief[row] else (self._messages[row].title, "") for row in rows]

    def _letter(self, row: int) -> Letter:
        message = self._messages[row]
        return letter(message.title, message.body, *self._matters[row].tolist())

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_messages": (), "_called": (), "_towns": frozenset()}

    def letters(self, rows: Iterable[int]) -> Letters:
        """What must be read before anything is asked of the texts of `rows`."""
        return {row: self._letter(row) for row in rows}

    def bearers(self, letters: Letters) -> Bearers:
        """The rows of some letters, with all that they say."""
        titles, bodies = zip((self._counts.titles, self._counts.bodies), self.things, strict=True)
        return Bearers(letters, self._terms, titles, bodies)

    def spots(self, row: int) -> set[str]:
        """The spots that a message names, and what it calls by a name."""
        called = self._callers.names, _of(self._callers.rows, row)
        return {
            names[at]
            for names, found in ((self._keys[_SPOTS], _of(self.levels[_SPOTS], row)), called)
            for at in found
        }

    def of(self, row: int, bearers: Bearers) -> set[str]:
        """All names that a message, which is among the bearers, gives weight to."""
        found = self.spots(row) | {self._keys[_AREAS][key] for key in _of(self.levels[_AREAS], row)}
        return found.union(filter(is_name, bearers.said_by(row, titles_alone=not self.brief[row])))

    def __iter__(self) -> Iterator[Name]:
        """All names of enough messages and not too many, in a fixed order."""
        yield from self._words()
        yield from (name for name in self._called if len(name.rows) >= FEWEST)
        for level in (_AREAS, _SPOTS):
            for key, rows in _columns(self.levels[level], _uses(self.levels[level]) >= FEWEST):
                text = self._keys[level][key]
                bearers = tuple(row for row in rows if self.brief[row] or text[:_CORE] in self._title(row))
                if FEWEST <= len(bearers) <= self.most:
                    bus = text[:-1].isdigit() and text[-1] == "路"
                    yield Name(text, bearers, level == _AREAS or (text[-1] in _WIDE and not bus), True)

    def _title(self, row: int) -> str:
        return fold(self._messages[row].title)

    def _words(self) -> Iterator[Name]:
        """Words that the dictionary calls names, and words that say what is spoken of."""
        titles, bodies = self._counts.titles, self._counts.bodies
        short = np.flatnonzero(self.brief)
        held = _uses(titles) + _uses(bodies[short])
        wanted = (held >= FEWEST) & (held <= 2 * self.most) & self._are_words()
        titled = dict(_columns(titles, wanted))
        told = {column: short[rows].tolist() for column, rows in _columns(bodies[short], wanted)}
        for column in np.flatnonzero(wanted).tolist():
            in_titles = titled.get(column, [])
            rows = tuple(sorted({*in_titles, *told.get(column, [])}))
            text = self._terms[column]
            # A word of the dictionary (朝阳) needs more to be taken for a name; one that it does not hold (优居美家) may be one.
            known = rjieba.has_word(text)
            coined = not known and len(text) > _CORE and _chinese(text) and not things_in(text)
            if (2 if known else 3) * len(in_titles) >= len(rows) and FEWEST <= len(rows) <= self.most:
                if is_name(text) or coined:
                    wide = text[:_CORE] in self._towns or text[-1] in _WIDE
                    yield Name(text, rows, wide, False, sure=coined and not wide)
                elif is_thing(text) and self._may_bind(rows):
                    yield Name(text, rows, True, False, thing=True)

    def _are_words(self) -> NDArray[np.bool_]:
        return (self._terms.firsts() != ord("#")) & (self._terms.sizes() > 1)

    def _may_bind(self, rows: Sequence[int]) -> bool:
        """Whether so few of the bearers of a thing name an area or a spot that the rest may be one matter."""
        most = 1 - MOST_OF_A_THING * (1 - PLACED_OF_A_THING)
        return len(rows) >= FEWEST_OF_A_THING and self._placed[list(rows)].sum() <= most * len(rows)


def _of(matrix: Matrix, row: int) -> list[int]:
    columns: list[int] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
    return columns


def _uses(matrix: Matrix) -> NDArray[np.int64]:
    """How many rows have each column."""
    return np.bincount(matrix.indices, minlength=matrix.shape[1])


def _columns(matrix: Matrix, wanted: NDArray[np.bool_]) -> Iterator[tuple[int, list[int]]]:
    """The wanted columns that any row has, each with its rows in order."""
    entries = np.flatnonzero(wanted[matrix.indices])
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[entries]
    columns = matrix.indices[entries]
    order = np.argsort(columns, kind="stable")
    used, starts = np.unique(columns[order], return_index=True)
    for column, own in zip(used.tolist(), np.split(rows[order], starts[1:]), strict=False):
        yield column, own.tolist()


@dataclass(frozen=True, slots=True)
class _Callers:
    """What each row calls by which of the names."""

    names: Words
    rows: Matrix


def _callers(called: Sequence[Name], count: int) -> _Callers:
    names = Words([name.text for name in called])
    rows = np.fromiter((row for name in called for row in name.rows), dtype=np.int32)
    columns = np.repeat(np.arange(len(called)), [len(name.rows) for name in called])
    ones = np.ones(len(rows), dtype=np.uint8)
    return _Callers(names, sparse.csr_matrix((ones, (rows, columns)), shape=(count, len(called))))
