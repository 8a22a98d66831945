"""The words of a message, told apart by where they stand and by whether they name a place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import rjieba

from portal.analysis.normalise import data_lines, fold, matter_range
from portal.analysis.places import Places, places_in
from portal.analysis.records import Message

_READ = 1200  # characters of a body that are read: what comes later repeats or tells the story
_PLACED = 400  # characters of a body that are searched for the place it speaks of
_WORD = re.compile("[\u4e00-\u9fff]{2,}|[a-z][a-z0-9]+")
_LETTER_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_ARTEFACT = "_x000d_"  # what spreadsheets make of a carriage return


@dataclass(frozen=True, slots=True)
class Words:
    """What one message is made of: its words in title and body, in order, and its places."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    places: Places


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about what a message is about."""
    return frozenset(word for line in data_lines("stop_words.txt") for word in line.split())


def cut(folded: str) -> list[str]:
    """The words of a folded text; joined, they are the text again."""
    words: list[str] = rjieba.cut(folded)
    return words


def content_words(folded: str, without: Sequence[tuple[int, int]] = ()) -> list[str]:
    """The words of a folded text that carry meaning: two characters or more, not in the stop list.

    Words that touch one of the ranges of `without` (in order) are left out.
    """
    stop = stop_words()
    words = []
    at, place = 0, 0
    for word in cut(folded):
        start, at = at, at + len(word)
        while place < len(without) and without[place][1] <= start:
            place += 1
        named = place < len(without) and without[place][0] < at
        if not named and word not in stop and _WORD.fullmatch(word):
            words.append(word)
    return words


def _bigrams(folded: str, without: Sequence[tuple[int, int]]) -> list[str]:
    """Pairs of neighbouring characters, marked as such: names that no dictionary holds match by them."""
    stop = stop_words()
    shown = list(folded)
    for start, end in without:
        shown[start:end] = " " * (end - start)
    return [
        f"#{run[at : at + 2]}"
        for run in _LETTER_RUN.findall("".join(shown))
        for at in range(len(run) - 1)
        if run[at : at + 2] not in stop
    ]


def words_of(message: Message) -> Words:
    """Read one message: greeting, sign-off, and all beyond its first part left aside."""
    title = fold(message.title)
    start, end = matter_range(message.body)
    body = fold(message.body[start : min(end, start + _READ)]).replace(_ARTEFACT, " ")
    named, in_title = places_in(title)
    told, in_body = places_in(body[:_PLACED])
    places = Places(named.cities or told.cities, named.districts or told.districts, named.fine or told.fine)
    things = (*content_words(title, in_title), *_bigrams(title, in_title))
    return Words(things, tuple(content_words(body, in_body)), places)


def words_of_all(messages: Sequence[Message]) -> list[Words]:
    """The words of every message, in the same order."""
    return [words_of(message) for message in messages]
