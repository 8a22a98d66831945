"""What is said of each matter: title, keywords, typical quotes, heat; the most central opinions first."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from portal.analysis.bags import Words
from portal.analysis.heat import count_authors, heat_parts, weekly_trend
from portal.analysis.normalise import fold
from portal.analysis.quotes import typical_quotes
from portal.analysis.records import Matter, Message
from portal.analysis.spread import spread, together
from portal.analysis.terms import content_words
from portal.analysis.titles import group_title
from portal.analysis.vectors import Matrix, heaviest

_KEYWORDS = 5
_WORDS = 80  # words of a group that are weighed: keywords and quotes are chosen by the first of them
_TITLE_READERS = 60  # most central opinions that a title is made from
_TITLE_READ = 400  # characters of a body that say whether a word of a title is shared
_TOGETHER = 2000  # opinions described together
_HAN = re.compile("[\u4e00-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A set of messages as it was read.

    `vector` says which row of `rows` and of `places` holds a message: equal texts have one together. `places` are
    the keys of areas and of spots, numbers of `place_names`; `rare` is how rare each of the `terms` is.
    """

    rows: Matrix
    vector: NDArray[np.int64]
    terms: Words
    rare: NDArray[np.float32]
    places: tuple[Matrix, ...]
    place_names: tuple[Sequence[str], ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """The opinions of one matter from the most central on, what its words weigh, and the places most of them name."""

    members: Sequence[Message]
    weights: Mapping[str, float]
    places: frozenset[str]


def described(
    messages: Sequence[Message], reading: Reading, groups: Sequence[Sequence[int]], newest: datetime | None
) -> Iterator[Matter]:
    """A matter without an id for each group (row numbers) of messages; `newest` is when the newest message came."""
    words = zip(reading.terms, reading.rare.tolist(), strict=True)
    common = {word: rare for word, rare in words if word[0] != "#"}, newest
    parts = (_read_groups(messages, reading, part) for part in together(groups, len, _TOGETHER))
    for part in spread(_described, common, parts, len(messages)):
        yield from part


def _read_groups(
    messages: Sequence[Message], reading: Reading, groups: Sequence[Sequence[int]]
) -> list[_Group]:
    members = np.concatenate([np.array(group, dtype=np.int64) for group in groups])
    sizes = np.array([len(group) for group in groups])
    ends = np.concatenate([np.zeros(1, dtype=np.int64), sizes]).cumsum()
    owner = np.repeat(np.arange(len(groups)), sizes)
    ones = np.ones(len(members))
    gather = sparse.csr_matrix((ones, np.arange(len(members)), ends), shape=(len(groups), len(members)))
    at = reading.vector[members]
    rows = reading.rows[at]
    totals = sparse.csr_matrix(gather @ rows)
    closeness = np.asarray(rows.multiply(totals[owner]).sum(axis=1)).ravel().round(6)
    ordered = members[np.lexsort((members, -closeness, owner))].tolist()
    weights = _weights(totals, reading.terms)
    places: list[set[str]] = [set() for _group in groups]
    for level, names in zip(reading.places, reading.place_names, strict=True):
        uses = sparse.coo_matrix(gather @ level[at])
        most = 2 * uses.data > sizes[uses.row]
        for number, column in zip(uses.row[most].tolist(), uses.col[most].tolist(), strict=True):
            places[number].add(names[column])
    return [
        _Group(
            [messages[row] for row in ordered[ends[number] : ends[number + 1]]],
            weights[number],
            frozenset(places[number]),
        )
        for number in range(len(groups))
    ]


def _weights(totals: Matrix, terms: Words) -> list[dict[str, float]]:
    """How much each of the heaviest words stands for all members of each group."""
    totals.data = totals.data.round(6) * (terms.firsts(totals.indices) != ord("#"))
    totals.sort_indices()
    kept = heaviest(totals, _WORDS)
    weighed = list(zip(terms.some(kept.indices), kept.data.tolist(), strict=True))
    return [
        {word: weight for word, weight in weighed[start:end] if weight > 0}
        for start, end in pairwise(kept.indptr.tolist())
    ]


def _described(common: tuple[dict[str, float], datetime | None], groups: Sequence[_Group]) -> list[Matter]:
    rare, newest = common
    return [_matter(group, rare, newest) for group in groups]


def _matter(group: _Group, rare: Mapping[str, float], newest: datetime | None) -> Matter:
    members, weights = group.members, group.weights
    keywords = sorted(filter(_HAN.search, weights), key=lambda term: (-weights[term], term))
    parts = heat_parts(members, newest)
    return Matter(
        id="",
        title=_title(members[:_TITLE_READERS], rare, group.places),
        keywords=tuple(keywords[:_KEYWORDS]),
        opinion_ids=tuple(message.id for message in members),
        distinct_authors=count_authors(members),
        unsigned=sum(message.author is None for message in members),
        heat=parts.total,
        quotes=typical_quotes(members, weights),
        heat_parts=parts,
        trend=weekly_trend(members),
    )


def _title(members: Sequence[Message], rare: Mapping[str, float], places: frozenset[str]) -> str:
    read = Counter(fold(f"{message.title}\n{message.body[:_TITLE_READ]}") for message in members)
    used: Counter[str] = Counter()
    for text, times in read.items():  # copies of one text are read once
        for word in set(content_words(text)):
            used[word] += times
    support = {word: (count - 1) / (len(members) - 1) for word, count in used.items() if count > 1}
    return group_title([message.title for message in members], support, rare, places)
