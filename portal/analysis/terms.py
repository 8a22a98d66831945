"""The words of messages, told apart by where they stand; places are read beside them, not among them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate

import numpy as np
import rjieba
from numpy.typing import NDArray

from portal.analysis.alike import folded_matter_text
from portal.analysis.bags import Bags, Columns, Filling, Gathered, Merged, Words, compact
from portal.analysis.normalise import data_lines, fold, folded_matter_range
from portal.analysis.places import places_in
from portal.analysis.records import Message
from portal.analysis.spread import spread
from portal.analysis.thing_words import is_single

_READ = 1200  # characters of a body that are read: what comes later repeats or tells the story
_PLACED = 240  # characters of a body that are searched for the place it speaks of
_WORD = re.compile("[\u4e00-\u9fff]{2,}|[a-z][a-z0-9]+")
_LETTER_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_ARTEFACT = "_x000d_"  # what spreadsheets make of a carriage return
_DIGEST = 16  # bytes that stand for a text
_BARE = 2  # characters of a key that is a name without its ending
_BARE_USES = 4  # titles with the bare name for each message with the whole one
_EVERY = 2000  # messages read together
_REMEMBERED = 400_000  # words whose numbers a process remembers from one part of the messages to the next

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a set of messages is made of: words by title and body (numbers of `terms`), and keys of places.

    `levels` are cities, districts, areas and spots, `keys` the names of each; `matters` is where the matter of each body
    begins and ends. Terms and keys are in the order of their characters, so that a number does not depend on who used a
    word first.
    """

    terms: Words
    titles: Bags
    bodies: Bags
    keys: tuple[Words, ...]
    levels: tuple[Bags, ...]
    matters: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.titles)


@dataclass(frozen=True, slots=True)
class _Part:
    """What some of the messages are made of, as in `Corpus`, and the digests of their texts; names in any order."""

    terms: list[str]
    titles: Bags
    bodies: Bags
    keys: list[list[str]]
    levels: list[Bags]
    matters: NDArray[np.int32]
    digests: bytes


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


def _outside(words: list[str], ranges: Ranges) -> list[str]:
    """The words (which make up a text without gaps), a blank for each that touches one of the ranges."""
    if not ranges:
        return words
    kept: list[str] = []
    # No word is empty: these reach beyond the last range.
    ends = list(accumulate(map(len, words[: ranges[-1][1] + 1])))
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
    words = Merged()
    titles, bodies = Gathered(), Gathered()
    levels = [(Gathered(), Merged()) for _level in range(4)]
    digests, matters = bytearray(), [np.empty((0, 2), dtype=np.int32)]
    texts = (
        [(one.title, one.body) for one in messages[start : start + _EVERY]]
        for start in range(0, len(messages), _EVERY)
    )
    for part in spread(_read_part, Columns(_counts), texts, len(messages)):
        progress(len(digests) / _DIGEST / len(messages))
        digests += part.digests
        matters.append(part.matters)
        numbered = words.numbers(part.terms)
        titles.add(part.titles, numbered)
        bodies.add(part.bodies, numbered)
        for (level, keys), own, found in zip(levels, part.keys, part.levels, strict=True):
            level.add(found, keys.numbers(own))
    first, place = _first_of_each(digests)
    terms, ranks = words.ordered()
    ordered = [keys.ordered() for _, keys in levels]
    corpus = Corpus(
        terms,
        titles.bags(first, ranks),
        bodies.bags(first, ranks),
        tuple(names for names, _ in ordered),
        tuple(level.bags(first, own) for (level, _), (_, own) in zip(levels, ordered, strict=True)),
        np.concatenate(matters)[first],
    )
    return _settle_names(corpus), place


def _first_of_each(digests: bytearray) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which messages are the first with their text, and for each the place of its text among those."""
    keys = np.frombuffer(digests, dtype=np.uint64).reshape(-1, 2)
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (keys[order[1:]] != keys[order[:-1]]).any(axis=1)
    earliest = order[begins]  # the sort is stable
    first = np.zeros(len(order), dtype=np.bool_)
    first[earliest] = True
    place = np.empty(len(order), dtype=np.int64)
    place[order] = (np.cumsum(first) - 1)[earliest[np.cumsum(begins) - 1]]
    return first, place


def _counts(word: str) -> bool:
    return word[0] == "#" or _says_something(word) or is_single(word)


def _read_part(words: Columns, texts: Sequence[tuple[str, str]]) -> _Part:
    """What some messages are made of, copies and all; `words` are numbered already."""
    if len(words) > _REMEMBERED:
        words.forget()
    number = words.__getitem__
    titles, bodies = Filling(), Filling()
    keys = [Columns(bool) for _level in range(4)]
    levels = [Filling() for _level in keys]
    digests, matters = [], []
    for title, body in texts:
        title, body = fold(title), fold(body)
        start, end = folded_matter_range(body, body, body)
        matters.append((start, end))
        matter = folded_matter_text(f"{title}\n{body[start:end]}")
        digests.append(blake2b(matter.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest())
        body = body[start : min(end, start + _READ)].replace(_ARTEFACT, " ")
        named, in_title = places_in(title)
        told, in_body = places_in(body[:_PLACED])
        title_words = _outside(rjieba.cut(title), in_title)
        titles.add(map(number, (*title_words, *_bigrams(title_words))))
        bodies.add(map(number, _outside(rjieba.cut(body), in_body)))
        place = named.or_else(told)
        for level, own, found in zip(
            levels, keys, (place.cities, place.districts, place.areas, place.spots), strict=True
        ):
            level.add(map(own.__getitem__, sorted(found)))
    terms, (read_titles, read_bodies) = compact(words.names, (titles, bodies))
    compacted = [compact(own.names, [level]) for own, level in zip(keys, levels, strict=True)]
    return _Part(
        terms,
        read_titles,
        read_bodies,
        [own for own, _ in compacted],
        [level for _, (level,) in compacted],
        np.array(matters, dtype=np.int32).reshape(-1, 2),
        b"".join(digests),
    )


def _settle_names(corpus: Corpus) -> Corpus:
    """Give an estate's key to titles that call it by its bare name: some write 绿野香洲小区, others 绿野香洲.

    A name known by 小区 behind it is its two last characters, which a title without 小区 holds as a pair. A pair that
    is mostly used otherwise (和谐小区, 和谐社会) is left alone; a common word (管理公司) is no name at all.
    """
    *others, spots = corpus.levels
    names = corpus.keys[-1]
    width = len(names)
    known = np.bincount(spots.columns, minlength=width)
    uses = np.bincount(corpus.bodies.columns, minlength=len(corpus.terms))
    said = np.zeros(width, dtype=np.int64)
    name_of = np.full(len(corpus.terms), -1, dtype=np.int32)
    for number, name in enumerate(names):
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
    settled = Bags((each % max(width, 1)).astype(np.int32), ends.astype(np.int64))
    return replace(corpus, levels=(*others, settled))


def _number(names: Words, name: str) -> int:
    """The place of a name in sorted names; -1 where it is not among them."""
    at = bisect_left(names, name)
    return at if at < len(names) and names[at] == name else -1
