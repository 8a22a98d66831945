"""Which opinions stand behind the numbers of a digest, kept beside its files: its page can open every one of them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.digests.document import Document, private_ids, times_placed
from portal.digests.export.wording import largest_first

MOST_MATTERS = 100
"""Matters that an aspect's group names, the largest first; digest.xlsx has all."""
_KEY_ENDS = "\t"


class Part(StrEnum):
    """The groups that every digest has, besides its aspects and matters."""

    COUNTED = "counted"
    GROUPED = "grouped"
    SINGLES = "singles"
    ANSWERED = "answered"
    UNSIGNED = "unsigned"
    PRIVATE = "private"
    IN_SEVERAL = "in_several"

    @property
    def label(self) -> str:
        """What its opinions have in common, as people read it."""
        return {
            Part.COUNTED: _l("计入的意见"),
            Part.GROUPED: _l("归成事项的意见"),
            Part.SINGLES: _l("单独成立的意见"),
            Part.ANSWERED: _l("已有答复的意见"),
            Part.UNSIGNED: _l("未留身份的意见"),
            Part.PRIVATE: _l("不公开的意见"),
            Part.IN_SEVERAL: _l("归入几个方面的意见"),
        }[self]


@dataclass(frozen=True)
class Group:
    """One group: its title, the ids of its opinions, and of an aspect's `matter_count` matters the first (key, title, count)."""

    title: str
    opinion_ids: list[str]
    matter_count: int = 0
    matters: tuple[tuple[str, str, int], ...] = ()


def group_lines(document: Document) -> Iterator[bytes]:
    """Yield all groups of `document`, a line each: its key, a tab, the group as JSON."""
    matters = {matter["id"]: matter for matter in document["matters"]}
    for part, ids in _parts(document).items():
        yield _line(part.value, {"opinions": list(ids)})
    for aspect in document["aspects"]:
        held = largest_first([matters[matter_id] for matter_id in aspect["matter_ids"]])
        yield _line(
            f"aspect-{aspect['id']}",
            {
                "title": aspect["title"],
                "opinions": aspect["opinion_ids"],
                "matter_count": len(held),
                "matters": [(_matter_key(one), one["title"], one["count"]) for one in held[:MOST_MATTERS]],
            },
        )
    for matter in matters.values():
        yield _line(_matter_key(matter), {"title": matter["title"], "opinions": matter["opinion_ids"]})


def read_group(path: Path, key: str) -> Group | None:
    """The group `key` of a file of `group_lines`; None where there is none of that name. Only its own line is understood."""
    beginning = f"{key}{_KEY_ENDS}".encode()
    with path.open("rb") as lines:
        line = next((line for line in lines if line.startswith(beginning)), None)
    if line is None:
        return None
    found = json.loads(line[len(beginning) :])
    return Group(
        title=found.get("title") or str(Part(key).label),
        opinion_ids=found["opinions"],
        matter_count=found.get("matter_count", 0),
        matters=tuple((matter, title, count) for matter, title, count in found.get("matters", ())),
    )


def _matter_key(matter: Mapping[str, Any]) -> str:
    return f"matter-{matter['id']}"


def _line(key: str, group: dict[str, Any]) -> bytes:
    return f"{key}{_KEY_ENDS}{json.dumps(group, ensure_ascii=False)}\n".encode()


def _parts(document: Document) -> dict[Part, Iterable[str]]:
    opinions = document["opinions"]
    private, alone, times = private_ids(document), set(document["single_ids"]), times_placed(document)
    return {
        Part.COUNTED: (one["id"] for one in opinions),
        Part.GROUPED: (one["id"] for one in opinions if one["id"] not in alone),
        Part.SINGLES: document["single_ids"],
        Part.ANSWERED: document["answered_ids"],
        Part.UNSIGNED: (one["id"] for one in opinions if one["author"] is None),
        Part.PRIVATE: (one["id"] for one in opinions if one["id"] in private),
        Part.IN_SEVERAL: (one["id"] for one in opinions if times[one["id"]] > 1),
    }
