"""Which topic an opinion is about, by a lexicon or a trained model, where no person has said so.

The lexicon ships with the product, names every first- and second-level topic, and was written, not
trained: it works on the first day and says less than a model trained on a unit's own decisions would.
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, count
from math import log1p, sqrt
from operator import add
from typing import TYPE_CHECKING

from portal.analysis.normalise import data_lines, fold, matter_range
from portal.analysis.records import Message

if TYPE_CHECKING:
    from portal.analysis.topic_model import TopicModel

OTHER = "其他"
_TITLE_WEIGHT = 4.0
_READ = 500  # characters of a body that are read for its topic: what follows tells the story
# A word marked ~ in the file (小区, 学校, 银行) is often only where a thing happens or whom it happens to.
_PASSING = "~"
_PASSING_WEIGHT = 0.5
_LIKELY = 0.5  # probability from which a model's topic is more likely right than wrong
_WEAKEST = 1.0  # a score below says nothing: one passing word in a long text


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic as the lexicon knows it: path, how a report names its problem, and its words.

    `passing` are those of the words that are often said in passing and count less.
    """

    path: str
    phrase: str
    words: tuple[str, ...]
    passing: frozenset[str] = frozenset()


@cache
def lexicon() -> dict[str, TopicEntry]:
    """All topics of the shipped lexicon by path, in the order of the file."""
    entries = {}
    for line in data_lines("topic_lexicon.txt"):
        path, phrase, words = (part.strip() for part in line.split("|"))
        marked = words.split()
        entries[path] = TopicEntry(
            path,
            phrase,
            tuple(word.rstrip(_PASSING) for word in marked),
            frozenset(word.rstrip(_PASSING) for word in marked if word.endswith(_PASSING)),
        )
    return entries


@cache
def _order() -> dict[str, int]:
    """The place of each topic in the file, which decides between equals."""
    return {path: place for place, path in enumerate(lexicon())}


@cache
def _word_topics() -> dict[str, tuple[tuple[str, float], ...]]:
    """Each word with the topics it speaks for, and how strongly for each."""
    topics: dict[str, list[TopicEntry]] = {}
    for entry in lexicon().values():
        for word in dict.fromkeys(entry.words):
            topics.setdefault(word, []).append(entry)
    return {
        word: tuple(
            (
                entry.path,
                sqrt(len(word) - 1) / len(entries) * (_PASSING_WEIGHT if word in entry.passing else 1.0),
            )
            for entry in entries
        )
        for word, entries in topics.items()
    }


@cache
def _by_first_two() -> dict[str, tuple[str, ...]]:
    """The words by their first two characters, longest first."""
    heads: dict[str, list[str]] = {}
    for word in _word_topics():
        heads.setdefault(word[:2], []).append(word)
    return {head: tuple(sorted(words, key=len, reverse=True)) for head, words in heads.items()}


def _words_in(folded: str) -> list[str]:
    """Words of the lexicon as they stand in a text, longest at each place, none overlapping."""
    heads = _by_first_two()
    found = []
    free = 0
    # Every place of every text is looked at: none of this is done in Python's own loops.
    may_begin = map(heads.__contains__, map(add, folded, folded[1:]))
    for at in compress(count(), may_begin):
        if at < free:
            continue
        for word in heads[folded[at : at + 2]]:
            if folded.startswith(word, at) and not _within_a_number(word, folded, at):
                found.append(word)
                free = at + len(word)
                break
    return found


def _within_a_number(word: str, folded: str, at: int) -> bool:
    """Whether a word of digits (12345) is only a part of a longer number there."""
    end = at + len(word)
    return word.isdigit() and (folded[max(0, at - 1) : at].isdigit() or folded[end : end + 1].isdigit())


def topic_scores(title: str, body: str) -> dict[str, float]:
    """How strongly a message speaks for each topic path (first or second level); without unit, ≥ 0.

    A word counts by its place (title or head of the body), by its length, and with the logarithm of how
    often it stands there.
    """
    start, end = matter_range(body)
    head = fold(body[start : min(end, start + _READ)])
    scores: dict[str, float] = {}
    for text, weight in ((fold(title), _TITLE_WEIGHT), (head, 1.0)):
        for word, times in Counter(_words_in(text)).items():
            for path, strength in _word_topics()[word]:
                scores[path] = scores.get(path, 0.0) + weight * strength * log1p(times)
    return scores


def class_above(path: str, classes: Container[str]) -> str | None:
    """The nearest of `classes` at or above a topic path; None where there is none."""
    while path and path not in classes:
        path = path.rpartition("/")[0]
    return path or None


def topic_of(title: str, body: str) -> str:
    """The path of the likeliest topic, as deep as the words allow; 其他 where they say nothing.

    The first level is chosen by the sum of its topics, then the strongest topic within it.
    """
    scores = topic_scores(title, body)
    first: dict[str, float] = {}
    for path, score in scores.items():
        parent = path.partition("/")[0]
        first[parent] = first.get(parent, 0.0) + score
    order = _order()
    best = min(first, key=lambda path: (-first[path], order[path]), default=None)
    if best is None or first[best] < _WEAKEST:
        return OTHER
    return _strongest_within(best, scores)


def topic_within(path: str, title: str, body: str) -> str:
    """The likeliest topic at or below the first-level topic `path`; `path` itself where no word says more."""
    return _strongest_within(path, topic_scores(title, body))


def _strongest_within(first: str, scores: dict[str, float]) -> str:
    order = _order()
    within = [path for path in scores if path.startswith(f"{first}/")]
    return min(within, key=lambda path: (-scores[path], order[path]), default=first)


def topic_paths(messages: Sequence[Message], model: "TopicModel | None" = None) -> list[str]:
    """One topic path for each message: its own where it has one, else the model's, else by the lexicon.

    The lexicon decides too where the model's best topic is more likely wrong than right.
    """
    own = [(message.topic or "").strip(" /") for message in messages]
    found = iter(
        _predicted([message for message, path in zip(messages, own, strict=True) if not path], model)
    )
    return [path or next(found) for path in own]


def _predicted(messages: Sequence[Message], model: "TopicModel | None") -> Iterator[str]:
    if model is None:
        yield from (topic_of(message.title, message.body) for message in messages)
        return
    likeliest = model.candidates([message.text for message in messages], 1)
    for message, (best,) in zip(messages, likeliest, strict=True):
        if best.probability >= _LIKELY:
            yield topic_within(best.topic, message.title, message.body)
        else:
            yield topic_of(message.title, message.body)
