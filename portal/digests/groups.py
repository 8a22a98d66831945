"""Which opinions stand behind each number of a digest, kept beside its files: its page can open every one of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.digests.document import Document, private_ids, times_placed


class Part(StrEnum):
    """The groups that every digest has, besides its aspects and matters."""

    COUNTED = "counted"
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
            Part.SINGLES: _l("单独成立的意见"),
            Part.ANSWERED: _l("已有答复的意见"),
            Part.UNSIGNED: _l("未署名的意见"),
            Part.PRIVATE: _l("不公开的意见"),
            Part.IN_SEVERAL: _l("归入几个方面的意见"),
        }[self]


@dataclass(frozen=True)
class Group:
    """One group: its title, the ids of its opinions in the digest's order, and its `matters` (key, title, count)."""

    title: str
    opinion_ids: list[str]
    matters: list[tuple[str, str, int]]


def aspect_key(aspect_id: str) -> str:
    """The key of an aspect's group."""
    return f"aspect-{aspect_id}"


def matter_key(matter_id: str) -> str:
    """The key of a matter's group."""
    return f"matter-{matter_id}"


def groups_bytes(document: Document) -> bytes:
    """All groups of `document` as UTF-8 JSON. An opinion is named once, and by its place from then on."""
    ids = [opinion["id"] for opinion in document["opinions"]]
    places = {identity: place for place, identity in enumerate(ids)}

    def members(found: Iterable[str]) -> list[int]:
        return sorted(places[identity] for identity in found)

    groups: dict[str, dict[str, Any]] = {
        part.value: {"members": members(found)} for part, found in _parts(document, ids).items()
    }
    for aspect in document["aspects"]:
        matters = [matter_key(matter_id) for matter_id in aspect["matter_ids"]]
        groups[aspect_key(aspect["id"])] = {
            "title": aspect["title"],
            "members": members(aspect["opinion_ids"]),
            "matters": matters,
        }
    for matter in document["matters"]:
        groups[matter_key(matter["id"])] = {
            "title": matter["title"],
            "members": members(matter["opinion_ids"]),
        }
    return json.dumps({"opinions": ids, "groups": groups}, ensure_ascii=False, separators=(",", ":")).encode()


def read_group(content: bytes, key: str) -> Group | None:
    """The group `key` of what `groups_bytes` wrote; None where there is none of that name."""
    kept = json.loads(content)
    ids, groups = kept["opinions"], kept["groups"]
    found = groups.get(key)
    if found is None:
        return None
    return Group(
        title=found.get("title") or str(Part(key).label),
        opinion_ids=[ids[place] for place in found["members"]],
        matters=[
            (matter, groups[matter]["title"], len(groups[matter]["members"]))
            for matter in found.get("matters", ())
        ],
    )


def _parts(document: Document, ids: list[str]) -> dict[Part, Iterable[str]]:
    return {
        Part.COUNTED: ids,
        Part.SINGLES: document["single_ids"],
        Part.ANSWERED: document["answered_ids"],
        Part.UNSIGNED: [opinion["id"] for opinion in document["opinions"] if opinion["author"] is None],
        Part.PRIVATE: private_ids(document),
        Part.IN_SEVERAL: [identity for identity, times in times_placed(document).items() if times > 1],
    }
