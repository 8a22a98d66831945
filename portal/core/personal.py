"""What the portal holds of a person, slice by slice: each says which columns it answers for, copies out, and removes.

The list of slices is `wiring.PERSONAL`; a test fails on a column marked `info={"personal": True}` that none claims.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.core.rights import Actor


@dataclass(frozen=True)
class Person:
    """Whose data is meant, and what it takes to read and find it."""

    user_id: int
    contact_key: str
    lookup_key: str
    actor: Actor


@dataclass(frozen=True)
class Section:
    """A part of the copy: `name` in the file, `title` on the page, the words for each key, and the rows.

    Values are what JSON can hold, and moments.
    """

    name: str
    title: str
    labels: dict[str, str]
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Holding:
    """What one slice holds: the columns (`table.column`) it answers for, how to copy and how to remove.

    `remove(person, keep_opinions)` leaves nothing by which the person could be found; it flushes and never commits.
    """

    columns: frozenset[str]
    copy: Callable[[Person], list[Section]]
    remove: Callable[[Person, bool], None]
