"""Matters: groups of opinions about one thing at one place, with title, keywords, quotes and heat."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from portal.analysis.alike import matter_text
from portal.analysis.heat import count_authors, heat_parts, last_moment, weekly_trend
from portal.analysis.linkage import link
from portal.analysis.neighbours import neighbour_pairs
from portal.analysis.normalise import fold
from portal.analysis.places import Places
from portal.analysis.quotes import typical_quotes
from portal.analysis.records import Known, Matter, Message, Previous
from portal.analysis.second_look import Bonds, bound_groups, bound_pairs
from portal.analysis.stability import change, free_id, matched, with_kept
from portal.analysis.terms import content_words, read
from portal.analysis.titles import group_title
from portal.analysis.vectors import Matrix, rarity, vectors, with_places

CUT = 0.15
_FLOOR = 0.07  # neighbours less alike than this never lead to a matter
_NEIGHBOURS = 15
_KEYWORDS = 5

_TITLE_READERS = 60  # most central opinions that a title is made from
_TITLE_READ = 400  # characters of a body that say whether a word of a title is shared
_HAN = re.compile("[\u4e00-\u9fff]{2}")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A set of messages as it was read, and the groups (row numbers, sorted) that were found in it.

    `vector` says which row of `rows` holds the words of a message: equal texts have one together.
    """

    rows: Matrix
    vector: Sequence[int]
    terms: Sequence[str]
    places: Sequence[Places]
    rare: dict[str, float]
    groups: list[list[int]]


def read_groups(messages: Sequence[Message]) -> list[list[int]]:
    """The rows of each matter among `messages`: sorted, in the order of their first rows."""
    return _reading(messages, lambda _: None).groups


def _reading(messages: Sequence[Message], progress: Progress) -> Reading:
    """Read every matter once, however often it was sent, so that another copy changes nothing among the others.

    A copy may have another greeting, other punctuation or traditional characters.
    """
    numbers: dict[str, int] = {}
    vector = [numbers.setdefault(matter_text(one.title, one.body), len(numbers)) for one in messages]
    copies: list[list[int]] = [[] for _ in numbers]
    for row, number in enumerate(vector):
        copies[number].append(row)
    corpus = read([messages[rows[0]] for rows in copies], lambda done: progress(done * 0.4))
    rare = rarity(corpus)
    rows = vectors(corpus, rare)
    pairs = neighbour_pairs(with_places(rows.whole, corpus.places), _NEIGHBOURS, _FLOOR)
    progress(0.7)
    bonds = Bonds(corpus, rows.body, rare)
    groups = bound_groups(link(rows, bound_pairs(pairs, bonds), corpus.places, CUT), bonds)
    progress(0.8)
    known = dict(zip(corpus.terms, rare.tolist(), strict=True))
    return Reading(
        rows.whole, vector, corpus.terms, corpus.places, known, _with_copies(groups, copies, rows.whole)
    )


def _with_copies(groups: list[list[int]], copies: Sequence[list[int]], rows: Matrix) -> list[list[int]]:
    """The groups in rows of the messages; one text sent twice is a group by itself, if it has any word."""
    grouped = {number for group in groups for number in group}
    says_something = np.diff(rows.indptr) > 0
    alone = [
        [number]
        for number, same in enumerate(copies)
        if len(same) > 1 and number not in grouped and says_something[number]
    ]
    return sorted(sorted(row for number in group for row in copies[number]) for group in (*groups, *alone))


def find_matters(
    messages: Sequence[Message], progress: Progress, previous: Previous | None = None
) -> list[Matter]:
    """The matters among `messages` (in a fixed order of their own): pinned ones, then the hottest first."""
    reading = _reading(messages, progress)
    newest = last_moment(messages)
    place = {message.id: row for row, message in enumerate(messages)}
    groups = [[messages[row].id for row in group] for group in reading.groups]
    known = previous.matters if previous else ()
    before = previous.opinion_ids if previous else frozenset()
    groups = with_kept(groups, known, before, set(place))
    continued = matched(dict(enumerate(groups)), known, before)
    taken = [one.id for one in known]
    found = []
    for number, group in enumerate(groups):
        matter = _described(messages, reading, [place[opinion] for opinion in group], newest)
        one = continued.get(number)
        matter = replace(matter, id=one.id if one else free_id("M", group, taken))
        found.append(_continued(matter, one) if previous else matter)
    return sorted(
        found, key=lambda matter: _rank([messages[place[one]] for one in matter.opinion_ids], matter)
    )


def _continued(matter: Matter, before: Known | None) -> Matter:
    """The matter with what people made of it, and how it changed."""
    matter = replace(matter, change=change(len(matter.opinion_ids), before))
    if before is None:
        return matter
    return replace(
        matter,
        title=before.title if before.renamed else matter.title,
        previous_count=len(before.opinion_ids),
        renamed=before.renamed,
        merged=before.merged,
        pinned=before.pinned,
    )


def _described(
    messages: Sequence[Message], reading: Reading, group: Sequence[int], newest: datetime | None
) -> Matter:
    central, weights = _centre(reading, group)
    members = [messages[row] for row in central]
    keywords = sorted(filter(_HAN.search, weights), key=lambda term: (-weights[term], term))
    parts = heat_parts(members, newest)
    return Matter(
        id="",
        title=_title(members, reading.rare, _common_places(reading, group)),
        keywords=tuple(keywords[:_KEYWORDS]),
        opinion_ids=tuple(message.id for message in members),
        distinct_authors=count_authors(members),
        unsigned=sum(message.author is None for message in members),
        heat=parts.total,
        quotes=typical_quotes(members, weights),
        heat_parts=parts,
        trend=weekly_trend(members),
    )


def _centre(reading: Reading, group: Sequence[int]) -> tuple[list[int], dict[str, float]]:
    """The rows from the most central on, and how much each word stands for all of them."""
    part = reading.rows[[reading.vector[row] for row in group]]
    columns, place = np.unique(part.indices, return_inverse=True)
    total = np.bincount(place, part.data)
    owner = np.repeat(np.arange(len(group)), np.diff(part.indptr))
    closeness = np.bincount(owner, part.data * total[place], minlength=len(group))
    order = np.lexsort((np.array(group), -np.round(closeness, 6)))
    named = zip((reading.terms[column] for column in columns), total.tolist(), strict=True)
    weights = {term: round(weight, 6) for term, weight in named if term[0] != "#"}
    return [group[at] for at in order], weights


def _common_places(reading: Reading, group: Sequence[int]) -> frozenset[str]:
    """Keys of the spots and areas that more than half of the group names."""
    told = [reading.places[reading.vector[row]] for row in group]
    named = Counter(key for place in told for key in place.spots | place.areas)
    return frozenset(key for key, count in named.items() if 2 * count > len(group))


def _title(members: Sequence[Message], known: dict[str, float], places: frozenset[str]) -> str:
    members = members[:_TITLE_READERS]
    used = Counter(
        word
        for message in members
        for word in set(content_words(fold(f"{message.title}\n{message.body[:_TITLE_READ]}")))
    )
    support = {word: (count - 1) / (len(members) - 1) for word, count in used.items()}
    return group_title([message.title for message in members], support, known, places)


def _rank(members: Sequence[Message], matter: Matter) -> tuple[bool, float, float, float, str]:
    """Pinned ones, then distinct authors (an unsigned opinion is half a one), recency, seconders, the id."""
    last = last_moment(members)
    recent = last.timestamp() if last else float("-inf")
    return (
        not matter.pinned,
        -(matter.distinct_authors + matter.unsigned / 2),
        -recent,
        -sum(message.support for message in members),
        matter.id,
    )
