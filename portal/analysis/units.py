"""Which unit an opinion may be for: units and places named in its text, and what went where before.

Plain data in (the tree of units, counts of topic × unit), candidates with reasons out. No numpy: a
moderator's page may ask.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

from portal.analysis.normalise import fold, matter_range

Reason = Literal["name", "place", "topic"]

# How far each kind of evidence alone can carry a candidate; together they add up as 1 - Π(1 - evidence).
_NAME, _PLACE, _TOPIC = 0.9, 0.3, 0.7
_BODY = 0.7  # of what the same name would say in the title
_ELSEWHERE = 0.3  # what is left of a candidate when the text names places, and none of its own
_READ = 600  # characters of a body that are searched
_DOUBT = 2.0  # decisions that a topic must have seen before they count half
_BROADER = 0.5  # what the decisions on a whole branch of topics say about one topic of it


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit as the engine knows it: path of names from the root, other names, and places that it serves."""

    path: str
    aliases: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name, and that name behind the one above it (雨花区教育局)."""
        *above, name = self.path.split("/")
        full = (above[-1] + name,) if above and not name.startswith(above[-1]) else ()
        return (name, *full)


@dataclass(frozen=True, slots=True)
class UnitCandidate:
    """A unit, how much speaks for it (0–1, for ranking; no probability), and what does, strongest first."""

    path: str
    score: float
    reasons: tuple[Reason, ...]


class UnitIndex:
    """The tree of units, ready to be asked about many texts."""

    def __init__(self, units: Iterable[UnitEntry]) -> None:
        """Read the tree; the order of `units` decides between candidates with equal scores.

        A unit with others below it (雨花区) lends its name to the place where they work: who writes it says
        where, and not yet who.
        """
        entries = list(units)
        self._order = {unit.path: number for number, unit in enumerate(entries)}
        self._named: dict[str, set[str]] = {}
        self._placed: dict[str, set[str]] = {}
        parents = {_parent(path) for path in self._order}
        for unit in entries:
            is_place = unit.path in parents
            for name in unit.names:
                _enter(self._placed if is_place else self._named, name, unit.path)
            for alias in unit.aliases:
                _enter(self._named, alias, unit.path)
            for place in unit.places:
                _enter(self._placed, place, unit.path)
        self._heads: dict[str, list[str]] = {}
        for name in sorted(self._named.keys() | self._placed.keys(), key=len, reverse=True):
            self._heads.setdefault(name[:2], []).append(name)

    def candidates(
        self,
        title: str,
        body: str,
        topics: Mapping[str, float] | None = None,
        decided: Mapping[tuple[str, str], int] | None = None,
        *,
        limit: int = 3,
    ) -> list[UnitCandidate]:
        """The likeliest units of a message, best first; [] where nothing speaks for any.

        `topics` are probabilities by topic path; `decided` counts by (topic path, unit path) how people
        assigned opinions before. Units that are not in the tree are never named.
        """
        named, placed = self._read(title, body)
        learned = _learned(topics or {}, decided or {})
        found = []
        for path in (named.keys() | placed | learned.keys()) & self._order.keys():
            evidence: dict[Reason, float] = {
                "name": _NAME * named.get(path, 0.0),
                "place": _PLACE * _nearness(path, placed),
                "topic": _TOPIC * learned.get(path, 0.0),
            }
            doubt = prod(1.0 - strength for strength in evidence.values())
            kept = _ELSEWHERE if placed and not _serves(path, placed) else 1.0
            reasons = sorted((one for one in evidence if evidence[one]), key=lambda one: -evidence[one])
            found.append(UnitCandidate(path, round((1.0 - doubt) * kept, 6), tuple(reasons)))
        found.sort(key=lambda one: (-one.score, self._order[one.path]))
        return found[:limit]

    def _read(self, title: str, body: str) -> tuple[dict[str, float], set[str]]:
        """How clearly each unit is named (0–1), and the paths whose places are named."""
        # A greeting is read too: who is addressed (市交通运输局您好) is named as clearly as can be.
        _start, end = matter_range(body)
        named: dict[str, float] = {}
        placed: set[str] = set()
        for text, weight in ((title, 1.0), (body[: min(end, _READ)], _BODY)):
            for name in self._names_in(fold(text)):
                placed |= self._placed.get(name, set())
                sharing = self._named.get(name, set())
                for path in sharing:
                    named[path] = max(named.get(path, 0.0), weight / len(sharing))
        return named, placed

    def _names_in(self, folded: str) -> set[str]:
        """Names of units and places as they stand in a text, the longest at each place, none overlapping."""
        found: set[str] = set()
        free = 0
        for at in range(len(folded) - 1):
            if at < free:
                continue
            for name in self._heads.get(folded[at : at + 2], ()):
                if folded.startswith(name, at):
                    found.add(name)
                    free = at + len(name)
                    break
        return found


def _enter(table: dict[str, set[str]], name: str, path: str) -> None:
    folded = fold(name.strip())
    if len(folded) > 1:
        table.setdefault(folded, set()).add(path)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _is_within(path: str, above: str) -> bool:
    return not above or path == above or path.startswith(f"{above}/")


def _nearness(path: str, placed: Iterable[str]) -> float:
    """1 for a unit whose own place is named, less for each level between; 0 where no place is its own."""
    levels = [path.count("/") - place.count("/") for place in placed if _is_within(path, place)]
    return 1.0 / (1.0 + min(levels)) if levels else 0.0


def _serves(path: str, placed: Iterable[str]) -> bool:
    """Whether a unit may answer for one of the places: it lies there, or beside it under one roof.

    So the city's bureau answers for every district, and a district's bureau for its own alone.
    """
    return any(_is_within(path, place) or _is_within(place, _parent(path)) for place in placed)


def _learned(topics: Mapping[str, float], decided: Mapping[tuple[str, str], int]) -> dict[str, float]:
    """How often each unit got opinions of these topics, 0–1: few decisions count less than many.

    A topic without decisions of its own borrows, at a discount, from its branch (教育文体 for 教育文体/教育).
    """
    totals: dict[str, dict[str, int]] = {}
    for (topic, unit), count in decided.items():
        for level in {topic, topic.partition("/")[0]}:
            totals.setdefault(level, {}).setdefault(unit, 0)
            totals[level][unit] += count
    shares: dict[str, float] = {}
    for topic, chance in topics.items():
        branch = topic.partition("/")[0]
        known, trust = (totals[topic], 1.0) if topic in totals else (totals.get(branch, {}), _BROADER)
        seen = sum(known.values())
        for unit, count in known.items():
            shares[unit] = shares.get(unit, 0.0) + trust * chance * count / (seen + _DOUBT)
    return {unit: min(1.0, share) for unit, share in shares.items()}
