"""The places of an original that may be masked before it is published, and what a mask hides."""

from collections.abc import Iterable, Sequence
from typing import Any

from portal.analysis.personal_data import SURE, Found, Kind, find_personal_data, mask
from portal.opinions.masks import KIND_LABELS, Place
from portal.opinions.models import Opinion


def original(opinion: Opinion) -> str:
    """The text as it was handed in: title, body, place, each on its own lines. Ranges of masks count its characters."""
    return opinion.case.words


def places(opinion: Opinion) -> list[Place]:
    """The places that are masked now and those that the engine finds, from left to right.

    Before anybody decided about masks, the surer finds are proposed.
    """
    text = original(opinion)
    in_force = [Found(kind, start, end, 1.0) for start, end, kind in _ranges(opinion)]
    found = [
        item
        for item in find_personal_data(text)
        if not any(item.start < kept.end and kept.start < item.end for kept in in_force)
    ]
    propose = not opinion.layers
    listed = [Place(item, text[item.start : item.end], True) for item in in_force]
    listed += [
        Place(item, text[item.start : item.end], propose and item.confidence >= SURE) for item in found
    ]
    return sorted(listed, key=lambda place: (place.found.start, place.found.end))


def _ranges(opinion: Opinion) -> list[tuple[int, int, Kind]]:
    return [(start, end, kind) for start, end, kind in opinion.layers[-1].ranges] if opinion.layers else []


def applied(text: str, ranges: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """What a layer with these `ranges` hides: the label of each kind, and what stays readable of the place."""
    hidden = []
    for start, end, kind in ranges:
        place = Found(kind, start, end, 1.0)
        hidden.append((KIND_LABELS[place.kind], mask(text, [place])[start:end]))
    return hidden
