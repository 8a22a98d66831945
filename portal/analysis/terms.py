"""The words of messages, told apart by where they stand; places are read beside them, not among them."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TypeAlias

import numpy as np
import rjieba
from numpy.typing import NDArray

from portal.analysis.alike import folded_matter_text
from portal.analysis.normalise import data_lines, fold, folded_matter_range
from portal.analysis.places import places_in
from portal.analysis.records import Message
from portal.analysis.spread import spread

_READ = 1200  # characters of a body that are read: what comes later repeats or tells the story
_PLACED = 240  # characters of a body that are searched for the place it speaks of
_WORD = re.compile("[\u4e00-\u9fff]{2,}|[a-z][a-z0-9]+")
_LETTER_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_ARTEFACT = "_x000d_"  # what spreadsheets make of a carriage return
_BARE = 2  # characters of a key that is a name without its ending
_BARE_USES = 4  # titles with the bare name for each message with the whole one
_EVERY = 2000  # messages read together

Ranges = Sequence[tuple[int, int]]
Numbers: TypeAlias = NDArray[np.int32]
Ends: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bags:
    """What one part of every message holds: message `i` has `columns[ends[i]:ends[i + 1]]`, numbers of `names`."""

    names: Sequence[str]
    columns: Numbers
    ends: Ends


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a set of messages is made of: words by title and body (numbers of `terms`), and keys of places.

    `levels` are cities, districts, areas and spots. Terms and keys are in the order of their characters, so
    that a number does not depend on who used a word first.
    """

    titles: Bags
    bodies: Bags
    levels: tuple[Bags, ...]

    @property
    def terms(self) -> Sequence[str]:
        """The words of titles and bodies together."""
        return self.titles.names

    def __len__(self) -> int:
        return len(self.titles.ends) - 1


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about what a message is about."""
    return frozenset(word for line in data_lines("stop_words.txt") for word in line.split())


@lru_cache(maxsize=1 << 17)
def _says_something(word: str) -> bool:
    return word not in stop_words() and _WORD.fullmatch(word) is not None


def content_words(folded: str) -> list[str]:
    """The words of a folded text that carry meaning: two characters or more, not in the stop list."""
    return [word for word in rjieba.cut(folded) if _says_something(word)]


class _Columns(dict[str, int]):
    """Numbers names as they are first asked for; those that `counts` refuses have the number -1."""

    def __init__(self, counts: Callable[[str], bool]) -> None:
        super().__init__()
        self.names: list[str] = []
        self._counts = counts

    def __missing__(self, name: str) -> int:
        if self._counts(name):
            self[name] = len(self.names)
            self.names.append(name)
        else:
            self[name] = -1
        return self[name]

    def of(self, names: Iterable[str]) -> list[int]:
        """The numbers of those names that count, in order."""
        return [column for column in [self[name] for name in names] if column >= 0]


class _Filling:
    """Bags as they are filled, message by message."""

    def __init__(self, columns: _Columns) -> None:
        self._names = columns
        self._columns = array("i")
        self._ends = array("q", [0])

    def add(self, names: Iterable[str]) -> None:
        """Append what the next message holds."""
        self._columns.extend(self._names.of(names))
        self._ends.append(len(self._columns))

    def bags(self) -> Bags:
        """All that was added."""
        return Bags(
            self._names.names, np.array(self._columns, dtype=np.int32), np.array(self._ends, dtype=np.int64)
        )


def _outside(words: list[str], ranges: Ranges) -> list[str]:
    """The words (which make up a text without gaps), a blank for each that touches one of the ranges."""
    if not ranges:
        return words
    kept: list[str] = []
    ends = list(accumulate(map(len, words)))
    at = 0
    for start, end in ranges:
        if at and ends[at - 1] >= end:  # a range within the one before
            continue
        first = bisect_right(ends, start, at)
        behind = bisect_left(ends, end, first) + 1
        kept += words[at:first]
        kept += [" "] * (behind - first)
        at = behind
    return kept + words[at:]


def _bigrams(words: Iterable[str]) -> list[str]:
    """Pairs of neighbouring characters, marked as such: names that no dictionary holds match by them.

    Words of the stop list part the text, so that no pair is made of courtesies.
    """
    stop = stop_words()
    shown = "".join(word if word not in stop else " " for word in words)
    return [f"#{run[at : at + 2]}" for run in _LETTER_RUN.findall(shown) for at in range(len(run) - 1)]


def read(messages: Sequence[Message], progress: Callable[[float], None]) -> tuple[Corpus, NDArray[np.int64]]:
    """Read all messages: greetings, sign-offs and all beyond the first part of a body left aside.

    The corpus holds every text once, in the order of the first message with it; the array says for each message
    where. A text is the same that has another greeting, other punctuation or traditional characters.
    """
    words = _Merged()
    titles, bodies = _Gathered(words), _Gathered(words)
    levels = [_Gathered(_Merged()) for _level in range(4)]
    numbers: dict[bytes, int] = {}
    place: list[int] = []
    texts = (
        [(one.title, one.body) for one in messages[start : start + _EVERY]]
        for start in range(0, len(messages), _EVERY)
    )
    for part, digests in spread(_read_part, None, texts, len(messages)):
        progress(len(place) / len(messages))
        first = []
        for digest in digests:
            first.append(digest not in numbers)
            place.append(numbers.setdefault(digest, len(numbers)))
        kept = np.array(first, dtype=np.bool_)
        numbered = words.numbers(part.terms)
        titles.add(part.titles, numbered, kept)
        bodies.add(part.bodies, numbered, kept)
        for level, found in zip(levels, part.levels, strict=True):
            level.add(found, level.names.numbers(found.names), kept)
    corpus = Corpus(titles.bags(), bodies.bags(), tuple(level.bags() for level in levels))
    return _settle_names(corpus), np.array(place, dtype=np.int64)


def _read_part(_: None, texts: Sequence[tuple[str, str]]) -> tuple[Corpus, list[bytes]]:
    words = _Columns(lambda word: word.startswith("#") or _says_something(word))
    titles, bodies = _Filling(words), _Filling(words)
    levels = [_Filling(_Columns(bool)) for _level in range(4)]
    digests = []
    for title, body in texts:
        title, body = fold(title), fold(body)
        start, end = folded_matter_range(body, body, body)
        matter = folded_matter_text(f"{title}\n{body[start:end]}")
        digests.append(blake2b(matter.encode("utf-8", "surrogatepass"), digest_size=16).digest())
        body = body[start : min(end, start + _READ)].replace(_ARTEFACT, " ")
        named, in_title = places_in(title)
        told, in_body = places_in(body[:_PLACED])
        title_words = _outside(rjieba.cut(title), in_title)
        titles.add((*title_words, *_bigrams(title_words)))
        bodies.add(_outside(rjieba.cut(body), in_body))
        place = named.or_else(told)
        for level, keys in zip(
            levels, (place.cities, place.districts, place.areas, place.spots), strict=True
        ):
            level.add(sorted(keys))
    return Corpus(titles.bags(), bodies.bags(), tuple(level.bags() for level in levels)), digests


class _Merged(dict[str, int]):
    """Numbers the names of all parts as they come; in the end their order is that of their characters."""

    def numbers(self, names: Iterable[str]) -> Numbers:
        """The numbers of the names of one part."""
        return np.array([self.setdefault(name, len(self)) for name in names], dtype=np.int32)

    def ordered(self) -> tuple[list[str], Numbers]:
        """All names in order, and where each number is among them."""
        names = sorted(self)
        ranks = np.empty(len(names), dtype=np.int32)
        ranks[[self[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        return names, ranks


class _Gathered:
    """The bags of several parts, one after the other."""

    def __init__(self, names: _Merged) -> None:
        self.names = names
        self._columns: list[Numbers] = [np.empty(0, dtype=np.int32)]
        self._sizes: list[Ends] = [np.zeros(1, dtype=np.int64)]

    def add(self, part: Bags, numbers: Numbers, rows: NDArray[np.bool_]) -> None:
        """Append some rows of a part; `numbers` are those of its names."""
        sizes = np.diff(part.ends)
        self._columns.append(numbers[part.columns[np.repeat(rows, sizes)]])
        self._sizes.append(sizes[rows])

    def bags(self) -> Bags:
        """All that was added, in numbers of sorted names. To be called once."""
        names, ranks = self.names.ordered()
        ends = np.concatenate(self._sizes).cumsum()
        columns = np.concatenate(self._columns)
        self._columns.clear()
        return Bags(names, ranks[columns], ends)


def _settle_names(corpus: Corpus) -> Corpus:
    """Give an estate's key to titles that call it by its bare name: some write 绿野香洲小区, others 绿野香洲.

    A name known by 小区 behind it is its two last characters, which a title without 小区 holds as a pair. A pair that
    is mostly used otherwise (和谐小区, 和谐社会) is left alone; a common word (管理公司) is no name at all.
    """
    *others, spots = corpus.levels
    width = len(spots.names)
    known = np.bincount(spots.columns, minlength=width)
    uses = np.bincount(corpus.bodies.columns, minlength=len(corpus.terms))
    said = np.zeros(width, dtype=np.int64)
    name_of = np.full(len(corpus.terms), -1, dtype=np.int32)
    for number, name in enumerate(spots.names):
        if len(name) == _BARE:
            word, pair = _number(corpus.terms, name), _number(corpus.terms, f"#{name}")
            said[number] = uses[word] if word >= 0 else 0 if _says_something(name) else len(uses)
            if pair >= 0:
                name_of[pair] = number
    common = said > _BARE_USES * known
    called = name_of[corpus.titles.columns]
    callers = np.repeat(np.arange(len(corpus)), np.diff(corpus.titles.ends))[called >= 0]
    called = called[called >= 0]
    bare = (np.bincount(called, minlength=width) + said <= _BARE_USES * known)[called]
    namers = np.repeat(np.arange(len(corpus)), np.diff(spots.ends))
    left = ~common[spots.columns]
    rows, columns = (
        np.concatenate((namers[left], callers[bare])),
        np.concatenate((spots.columns[left], called[bare])),
    )
    each = np.unique(rows * max(width, 1) + columns)
    ends = np.searchsorted(each, np.arange(len(corpus) + 1) * max(width, 1))
    settled = Bags(spots.names, (each % max(width, 1)).astype(np.int32), ends.astype(np.int64))
    return Corpus(corpus.titles, corpus.bodies, (*others, settled))


def _number(names: Sequence[str], name: str) -> int:
    """The place of a name in sorted names; -1 where it is not among them."""
    at = bisect_left(names, name)
    return at if at < len(names) and names[at] == name else -1
