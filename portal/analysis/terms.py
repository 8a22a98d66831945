"""The words of messages, told apart by where they stand; places are read beside them, not among them."""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import rjieba

from portal.analysis.normalise import data_lines, fold, matter_range
from portal.analysis.places import Places, places_in
from portal.analysis.records import Message

_READ = 1200  # characters of a body that are read: what comes later repeats or tells the story
_PLACED = 240  # characters of a body that are searched for the place it speaks of
_WORD = re.compile("[\u4e00-\u9fff]{2,}|[a-z][a-z0-9]+")
_LETTER_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_ARTEFACT = "_x000d_"  # what spreadsheets make of a carriage return
_BARE = 2  # characters of a key that is a name without its ending
_BARE_USES = 4  # titles with the bare name for each message with the whole one
_EVERY = 1000  # messages between two reports of progress

Ranges = Sequence[tuple[int, int]]


@dataclass(slots=True)
class Bags:
    """The words of one part of every message: message `i` holds `columns[ends[i]:ends[i + 1]]`."""

    columns: "array[int]" = field(default_factory=lambda: array("i"))
    ends: "array[int]" = field(default_factory=lambda: array("q", [0]))

    def add(self, columns: Iterable[int]) -> None:
        """Append the words of the next message."""
        self.columns.extend(columns)
        self.ends.append(len(self.columns))


@dataclass(slots=True)
class Corpus:
    """What a set of messages is made of: words by title and body, as numbers of `terms`, and places."""

    terms: list[str]
    titles: Bags
    bodies: Bags
    places: list[Places]


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about what a message is about."""
    return frozenset(word for line in data_lines("stop_words.txt") for word in line.split())


def _says_something(word: str) -> bool:
    return word not in stop_words() and _WORD.fullmatch(word) is not None


def content_words(folded: str) -> list[str]:
    """The words of a folded text that carry meaning: two characters or more, not in the stop list."""
    return [word for word in rjieba.cut(folded) if _says_something(word)]


class _Columns(dict[str, int]):
    """Numbers words as they are first asked for; words without meaning have the number -1."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[str] = []

    def __missing__(self, word: str) -> int:
        if word.startswith("#") or _says_something(word):
            self[word] = len(self.terms)
            self.terms.append(word)
        else:
            self[word] = -1
        return self[word]

    def of(self, words: Iterable[str]) -> list[int]:
        """The numbers of those words that carry meaning, in order."""
        return [column for column in [self[word] for word in words] if column >= 0]


def _outside(words: list[str], ranges: Ranges) -> list[str]:
    """The words (which make up a text without gaps), a blank for each that touches one of the ranges."""
    kept: list[str] = []
    at, place = 0, 0
    for number, word in enumerate(words):
        start, at = at, at + len(word)
        while place < len(ranges) and ranges[place][1] <= start:
            place += 1
        if place == len(ranges):
            return kept + words[number:]
        kept.append(word if ranges[place][0] >= at else " ")
    return kept


def _bigrams(words: Iterable[str]) -> list[str]:
    """Pairs of neighbouring characters, marked as such: names that no dictionary holds match by them.

    Words of the stop list part the text, so that no pair is made of courtesies.
    """
    stop = stop_words()
    shown = "".join(word if word not in stop else " " for word in words)
    return [f"#{run[at : at + 2]}" for run in _LETTER_RUN.findall(shown) for at in range(len(run) - 1)]


def read(messages: Sequence[Message], progress: Callable[[float], None]) -> Corpus:
    """Read all messages: greetings, sign-offs and all beyond the first part of a body left aside."""
    columns = _Columns()
    corpus = Corpus(columns.terms, Bags(), Bags(), [])
    for row, message in enumerate(messages):
        if row % _EVERY == 0:
            progress(row / len(messages))
        title = fold(message.title)
        start, end = matter_range(message.body)
        body = fold(message.body[start : min(end, start + _READ)]).replace(_ARTEFACT, " ")
        named, in_title = places_in(title)
        told, in_body = places_in(body[:_PLACED])
        title_words = _outside(rjieba.cut(title), in_title)
        corpus.titles.add(columns.of((*title_words, *_bigrams(title_words))))
        corpus.bodies.add(columns.of(_outside(rjieba.cut(body), in_body)))
        corpus.places.append(named.or_else(told))
    _settle_names(corpus, columns)
    return corpus


def _settle_names(corpus: Corpus, columns: _Columns) -> None:
    """Give an estate's key to titles that call it by its bare name: some write 绿野香洲小区, others 绿野香洲.

    A name known by 小区 behind it is its two last characters, which a title without 小区 holds as a pair. A pair that
    is mostly used otherwise (和谐小区, 和谐社会) is left alone; a common word (管理公司) is no name at all.
    """
    known = Counter(key for place in corpus.places for key in place.spots if len(key) == _BARE)
    uses = np.bincount(np.array(corpus.bodies.columns, dtype=np.int32), minlength=len(corpus.terms)).tolist()
    said = {
        name: uses[columns[name]] if columns.get(name, 0) >= 0 else len(uses)
        for name in known
        if name in columns
    }
    common = {name for name, times in said.items() if times > _BARE_USES * known[name]}
    called = _calling(corpus.titles, {columns[f"#{name}"]: name for name in known if f"#{name}" in columns})
    bare: dict[int, set[str]] = {}
    for name, rows in called.items():
        if len(rows) + said.get(name, 0) <= _BARE_USES * known[name]:
            for row in rows:
                bare.setdefault(row, set()).add(name)
    for row, place in enumerate(corpus.places):
        if row in bare or not common.isdisjoint(place.spots):
            corpus.places[row] = replace(place, spots=(place.spots - common) | bare.get(row, set()))


def _calling(titles: Bags, names: dict[int, str]) -> dict[str, list[int]]:
    """Which messages hold each name (keyed by its column) in their titles."""
    called: dict[str, list[int]] = {}
    for row in range(len(titles.ends) - 1):
        for column in titles.columns[titles.ends[row] : titles.ends[row + 1]]:
            if column in names:
                called.setdefault(names[column], []).append(row)
    return called
