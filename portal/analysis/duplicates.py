"""Near-duplicates (近似重复) among many messages: pairs, and groups that a machine may propose to merge.

Needs numpy. Candidates come from MinHash signatures of the matter; `portal.analysis.sieve` drops those that cannot
be, and `portal.analysis.alike` decides each of the rest exactly. The result does not depend on the order of the messages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations

from portal.analysis.alike import Readings, matter_text, similarity, written_text
from portal.analysis.differences import Facts, facts_differ, facts_of, matter_of, names_differ
from portal.analysis.duplicate_groups import star_groups
from portal.analysis.sieve import sieved
from portal.analysis.signatures import candidates, signatures

_MOST_COPIES = (
    50  # messages with one matter that are paired with each other; further ones only with the first
)
_READINGS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Written:
    """A message as far as near-duplicates are concerned; `id` is unique among those compared."""

    id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two near-duplicates, `a` < `b`; where `different_place`, no machine may merge them."""

    a: str
    b: str
    similarity: float
    different_place: bool


@dataclass(frozen=True, slots=True)
class Duplicates:
    """All pairs, in the order of their ids, and groups of two and more ids, the largest first."""

    pairs: tuple[Pair, ...]
    groups: tuple[tuple[str, ...], ...]


def find_duplicates(messages: Iterable[Written]) -> Duplicates:
    """Find the near-duplicates among messages of different ids.

    Messages of the same matter are compared once, and of more than 50 such the pairs are listed with the first
    alone. Memory and time grow with the number of messages; letters filled in after one pattern take longer, as each
    is then bounded against hundreds of others (`sieve`), but are hardly ever compared exactly. A message that holds no letter or digit has no duplicate.
    """
    copies: dict[str, list[Written]] = {}
    for message in sorted(messages, key=lambda message: message.id):
        matter = matter_text(message.title, message.body)
        if matter:
            copies.setdefault(matter, []).append(message)
    classes = list(copies.values())
    pairs = [pair for same in classes for pair in _same_matter(same)]
    comparer = _Comparer([same[0] for same in classes], list(copies))
    links = []
    for one, other in sieved(candidates(signatures(copies)), comparer.matters, comparer.written).tolist():
        score = comparer.similarity(one, other)
        if score is None:
            continue
        if different := comparer.differ(one, other):
            comparer.keep_apart(one, other)
        else:
            links.append((one, other))
        mine, theirs = classes[one][:_MOST_COPIES], classes[other][:_MOST_COPIES]
        pairs += [_pair(first, second, score, different) for first in mine for second in theirs]
    groups = _groups(classes, star_groups(links, comparer.apart))
    return Duplicates(tuple(sorted(pairs, key=lambda pair: (pair.a, pair.b))), groups)


def _pair(one: Written, other: Written, score: float, different: bool) -> Pair:
    return Pair(min(one.id, other.id), max(one.id, other.id), round(score, 4), different)


def _same_matter(same: list[Written]) -> list[Pair]:
    """Pairs of messages that differ in politeness and punctuation alone."""
    near = combinations(same[:_MOST_COPIES], 2)
    far = ((same[0], other) for other in same[_MOST_COPIES:])
    return [_pair(one, other, 1.0, False) for one, other in chain(near, far)]


def _groups(
    classes: Sequence[Sequence[Written]], found: Sequence[Sequence[int]]
) -> tuple[tuple[str, ...], ...]:
    """Ids of the groups, the centre first; messages of one matter alone are a group as well."""
    grouped = {place for places in found for place in places}
    alone = [[place] for place, same in enumerate(classes) if len(same) > 1 and place not in grouped]
    groups = [
        tuple(message.id for place in places for message in classes[place]) for places in [*found, *alone]
    ]
    return tuple(sorted(groups, key=lambda ids: (-len(ids), ids)))


class _Comparer:
    """Compares messages by their place in a list, and keeps what it has read of the latest and of groups."""

    def __init__(self, messages: Sequence[Written], matters: Sequence[str]) -> None:
        self._messages = messages
        self.matters = matters
        self._readings = lru_cache(_READINGS_KEPT)(self._read)
        self._matter = lru_cache(_READINGS_KEPT)(self._matter_of)
        self._facts: dict[int, Facts] = {}
        self._kept_apart: set[tuple[int, int]] = set()

    def _read(self, place: int) -> Readings:
        message = self._messages[place]
        return Readings(message.title, message.body, self.matters[place])

    def written(self, place: int) -> str:
        """The message as written, see `alike`."""
        return written_text(self._messages[place].title, self._messages[place].body)

    def similarity(self, one: int, other: int) -> float | None:
        """How alike two messages are, see `alike.similarity`."""
        return similarity(self._readings(one), self._readings(other))

    def differ(self, one: int, other: int) -> bool:
        """Whether two near-duplicates speak of different places, numbers or dates."""
        return facts_differ(self._facts_of(one), self._facts_of(other)) or names_differ(
            self._matter(one), self._matter(other)
        )

    def keep_apart(self, one: int, other: int) -> None:
        """Remember that two messages must not meet in a group."""
        self._kept_apart.add((one, other))

    def apart(self, one: int, other: int) -> bool:
        """Whether two messages of one group to be, near-duplicates or not, must not meet there."""
        return (min(one, other), max(one, other)) in self._kept_apart or facts_differ(
            self._facts_of(one), self._facts_of(other)
        )

    def _matter_of(self, place: int) -> str:
        return matter_of(self._messages[place].title, self._messages[place].body)

    def _facts_of(self, place: int) -> Facts:
        if place not in self._facts:
            self._facts[place] = facts_of(self._matter(place))
        return self._facts[place]
