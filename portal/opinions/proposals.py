"""What a text offers by itself while it is written: a title, a topic, units. Proposals only: a person confirms each."""

from dataclasses import dataclass

from portal.analysis.proposed_title import proposed_title
from portal.analysis.topics import OTHER, topic_of
from portal.analysis.units import UnitEntry, UnitIndex
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import CITIZEN_TOPIC_LEVEL, topic_by_path, unit_by_path, unit_entries

MOST_UNITS = 2
# What a unit must have for it to be proposed: its own name in the text. A place alone names too many.
_NAMED = 0.3


@dataclass(frozen=True)
class Proposals:
    """What the text offers; empty where it says nothing."""

    title: str
    topic: Topic | None
    units: list[Unit]


def proposals_for(title: str, body: str) -> Proposals:
    """What may be proposed to somebody who wrote this; `title` is "" as long as they gave none."""
    return Proposals(proposed_title(body), _topic(title, body), _units(title, body))


def _topic(title: str, body: str) -> Topic | None:
    path = topic_of(title, body)
    if path == OTHER:
        return None
    for depth in range(CITIZEN_TOPIC_LEVEL, 0, -1):
        found = topic_by_path("/".join(path.split("/")[:depth]))
        if found is not None and found.active:
            return found
    return None


def _units(title: str, body: str) -> list[Unit]:
    index = UnitIndex(UnitEntry(path, tuple(aliases)) for path, aliases in unit_entries())
    named = [
        one
        for one in index.candidates(title, body, limit=MOST_UNITS)
        if "name" in one.reasons and one.score >= _NAMED
    ]
    found = [unit_by_path(one.path) for one in named]
    return [unit for unit in found if unit is not None]
