"""Matters: groups of opinions about one thing at one place, with title, keywords, quotes and heat."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log1p

import numpy as np

from portal.analysis.linkage import link
from portal.analysis.neighbours import neighbour_pairs
from portal.analysis.normalise import fold
from portal.analysis.quotes import typical_quotes
from portal.analysis.records import Matter, Message
from portal.analysis.second_look import bound_groups
from portal.analysis.terms import content_words, read
from portal.analysis.titles import group_title
from portal.analysis.vectors import Matrix, rarity, vectors, with_places

CUT = 0.15
_FLOOR = 0.13  # neighbours less alike than this never lead to a matter
_NEIGHBOURS = 15
_KEYWORDS = 5
_HALF_LIFE = 90  # days after which a matter's recency counts half

_TITLE_READ = 400  # characters of a body that say whether a word of a title is shared
_HAN = re.compile("[\u4e00-\u9fff]{2}")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A set of messages as it was read, and the groups (row numbers, sorted) that were found in it."""

    rows: Matrix
    terms: Sequence[str]
    rare: dict[str, float]
    groups: list[list[int]]


def read_groups(messages: Sequence[Message]) -> list[list[int]]:
    """The rows of each matter among `messages`: sorted, in the order of their first rows."""
    return _reading(messages, lambda _: None).groups


def _reading(messages: Sequence[Message], progress: Progress) -> Reading:
    corpus = read(messages, lambda done: progress(done * 0.4))
    rare = rarity(corpus)
    rows = vectors(corpus, rare)
    pairs = neighbour_pairs(with_places(rows.whole, corpus.places), _NEIGHBOURS, _FLOOR)
    progress(0.7)
    groups = bound_groups(link(rows, pairs, corpus.places, CUT), corpus, rows.body, rare)
    progress(0.8)
    known = dict(zip(corpus.terms, rare.tolist(), strict=True))
    return Reading(rows.whole, corpus.terms, known, groups)


def find_matters(messages: Sequence[Message], progress: Progress) -> list[Matter]:
    """The matters among `messages` (in a fixed order of their own), the hottest first."""
    reading = _reading(messages, progress)
    newest = max((message.created_at for message in messages if message.created_at), default=None)
    described = [_described(messages, reading, group, newest) for group in reading.groups]
    by_id = {message.id: message for message in messages}
    return sorted(described, key=lambda matter: _rank(by_id, matter))


def _described(
    messages: Sequence[Message], reading: Reading, group: Sequence[int], newest: datetime | None
) -> Matter:
    central, weights = _centre(reading.rows, reading.terms, group)
    members = [messages[row] for row in central]
    keywords = sorted(filter(_HAN.search, weights), key=lambda term: (-weights[term], term))
    return Matter(
        id=content_id("M", (message.id for message in members)),
        title=_title(members, reading.rare),
        keywords=tuple(keywords[:_KEYWORDS]),
        opinion_ids=tuple(message.id for message in members),
        distinct_authors=count_authors(members),
        unsigned=sum(message.author is None for message in members),
        heat=heat(members, newest),
        quotes=typical_quotes(members, weights),
    )


def _centre(rows: Matrix, terms: Sequence[str], group: Sequence[int]) -> tuple[list[int], dict[str, float]]:
    """The rows from the most central on, and how much each word stands for all of them."""
    part = rows[list(group)]
    columns, place = np.unique(part.indices, return_inverse=True)
    total = np.bincount(place, part.data)
    owner = np.repeat(np.arange(len(group)), np.diff(part.indptr))
    closeness = np.bincount(owner, part.data * total[place], minlength=len(group))
    order = np.lexsort((np.array(group), -np.round(closeness, 6)))
    named = zip((terms[column] for column in columns), total.tolist(), strict=True)
    weights = {term: round(weight, 6) for term, weight in named if term[0] != "#"}
    return [group[at] for at in order], weights


def _title(members: Sequence[Message], known: dict[str, float]) -> str:
    used = Counter(
        word
        for message in members
        for word in set(content_words(fold(f"{message.title}\n{message.body[:_TITLE_READ]}")))
    )
    support = {word: (count - 1) / (len(members) - 1) for word, count in used.items()}
    return group_title([message.title for message in members], support, known)


def content_id(kind: str, parts: Iterable[str]) -> str:
    """An id that depends on what a thing holds and on nothing else: kind and ten hexadecimal digits."""
    text = "\n".join(sorted(parts))
    return kind + hashlib.sha256(text.encode()).hexdigest()[:10]


def count_authors(messages: Iterable[Message]) -> int:
    """How many different known authors the messages have."""
    return len({message.author for message in messages if message.author is not None})


def heat(members: Sequence[Message], newest: datetime | None) -> float:
    """The heat (热度) of a matter: known authors + unsigned ÷ 2 + ln(1 + seconders) + recency.

    Recency is 1 for the newest message of the set and halves every 90 days. Unsigned opinions count half,
    because several may come from one person.
    """
    unsigned = sum(message.author is None for message in members)
    seconders = sum(message.support for message in members)
    last = _last(members)
    recency = 0.5 ** (max((newest - last).days, 0) / _HALF_LIFE) if newest and last else 0.0
    return round(count_authors(members) + unsigned / 2 + log1p(seconders) + recency, 3)


def _last(members: Iterable[Message]) -> datetime | None:
    return max((message.created_at for message in members if message.created_at), default=None)


def _rank(members: dict[str, Message], matter: Matter) -> tuple[float, float, float, str]:
    """Distinct authors first (an unsigned opinion is half a one), then recency, seconders, the id."""
    own = [members[opinion] for opinion in matter.opinion_ids]
    last = _last(own)
    recent = last.timestamp() if last else float("-inf")
    return (
        -(matter.distinct_authors + matter.unsigned / 2),
        -recent,
        -sum(message.support for message in own),
        matter.id,
    )
