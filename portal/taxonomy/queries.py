"""Reading the trees of units and topics: for select fields, filters, breadcrumbs and imports.

What lies below a node is found by its parent links, not by a prefix of the path: exact whatever the collation
(LIKE on SQLite does not tell case apart), and served by the index on `parent_id` on both databases.
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select

from portal.analysis.topics import OTHER
from portal.core.db import db
from portal.taxonomy.models import Topic, Unit

CITIZEN_TOPIC_LEVEL = 2
MODERATOR_TOPIC_LEVEL = 3


class Choice(NamedTuple):
    """One line of a select field; `depth` counts from 0 and says how far it is indented."""

    id: int
    label: str
    depth: int


class Crumb(NamedTuple):
    """One step of a breadcrumb trail."""

    id: int
    path: str
    name: str


class _Node(NamedTuple):
    id: int
    parent_id: int | None
    name: str
    active: bool


def unit_choices() -> list[Choice]:
    """The active units in the order of the tree, each parent before those below it."""
    query = select(Unit.id, Unit.parent_id, Unit.name, Unit.active).order_by(Unit.position, Unit.id)
    return _walk(_Node(*row) for row in db.session.execute(query))


def unit_entries() -> list[tuple[str, list[str]]]:
    """Path and other names of every active unit, in the order of the tree: what the text engine looks for."""
    query = select(Unit.path, Unit.aliases).where(Unit.active).order_by(Unit.position, Unit.id)
    return [(path, list(filter(None, aliases.split("、")))) for path, aliases in db.session.execute(query)]


def topic_choices(deepest: int = CITIZEN_TOPIC_LEVEL) -> list[Choice]:
    """The active topics down to level `deepest` (1 to 3), in the order of the tree."""
    query = (
        select(Topic.id, Topic.parent_id, Topic.name, Topic.active)
        .where(Topic.level <= deepest)
        .order_by(Topic.position, Topic.id)
    )
    return _walk(_Node(*row) for row in db.session.execute(query))


def _walk(nodes: Iterable[_Node]) -> list[Choice]:
    children: dict[int | None, list[_Node]] = {}
    for node in nodes:
        children.setdefault(node.parent_id, []).append(node)
    choices = []
    open_nodes = [(node, 0) for node in reversed(children.get(None, []))]
    while open_nodes:
        node, depth = open_nodes.pop()
        if node.active:
            choices.append(Choice(node.id, node.name, depth))
        open_nodes += [(child, depth + 1) for child in reversed(children.get(node.id, []))]
    return choices


def unit_by_id(unit_id: int) -> Unit | None:
    """The unit of that id."""
    return db.session.get(Unit, unit_id)


def active_unit(unit_id: int) -> Unit | None:
    """The unit of that id, if it is in use."""
    return db.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.active))


def active_topic(topic_id: int) -> Topic | None:
    """The topic of that id, if it is in use."""
    return db.session.scalar(select(Topic).where(Topic.id == topic_id, Topic.active))


def unit_by_path(path: str) -> Unit | None:
    """The unit at `path` (slash-joined names from the root)."""
    return db.session.scalar(select(Unit).where(Unit.path == path))


def topic_by_id(topic_id: int) -> Topic | None:
    """The topic of that id."""
    return db.session.get(Topic, topic_id)


def topic_by_path(path: str) -> Topic | None:
    """The topic at `path` (slash-joined names from the first level)."""
    return db.session.scalar(select(Topic).where(Topic.path == path))


def topic_paths() -> list[str]:
    """The paths of all topics in use, in the order of the tree."""
    return list(db.session.scalars(select(Topic.path).where(Topic.active).order_by(Topic.position, Topic.id)))


def units_within(path: str) -> list[int]:
    """The ids of the unit at `path` and of all below it; empty where there is no such unit."""
    return list(db.session.scalars(_within(Unit, Unit.path == path)))


def topics_within(path: str) -> list[int]:
    """The ids of the topic at `path` and of all below it; empty where there is no such topic."""
    return list(db.session.scalars(_within(Topic, Topic.path == path)))


def _within(kind: type[Unit] | type[Topic], top: ColumnElement[bool]) -> Select[tuple[int]]:
    below = select(kind.id).where(top).cte("below", recursive=True)
    below = below.union_all(select(kind.id).where(kind.parent_id == below.c.id))
    return select(below.c.id)


def unit_ancestors(path: str) -> list[Crumb]:
    """The way from the root down to the unit at `path`, that unit included."""
    query = select(Unit.id, Unit.path, Unit.name).where(Unit.path.in_(trail(path))).order_by(Unit.depth)
    return [Crumb(*row) for row in db.session.execute(query)]


def topic_ancestors(path: str) -> list[Crumb]:
    """The way from the first level down to the topic at `path`, that topic included."""
    query = select(Topic.id, Topic.path, Topic.name).where(Topic.path.in_(trail(path))).order_by(Topic.level)
    return [Crumb(*row) for row in db.session.execute(query)]


def trail(path: str) -> list[str]:
    """The paths from the root down to `path`: `a/b/c` gives `a`, `a/b`, `a/b/c`."""
    parts = path.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def unit_names() -> dict[str, int]:
    """Every way to name one unit without doubt: its path, and its name or alias where only one unit has it.

    Aliases are stored joined by the enumeration comma 、.
    """
    rows = db.session.execute(select(Unit.id, Unit.path, Unit.name, Unit.aliases)).all()
    return _unambiguous((row.id, row.path, {row.name, *row.aliases.split("、")}) for row in rows)


@lru_cache(maxsize=4096)
def topic_words(path: str) -> str:
    """A topic as a line shows it: its name, with that of the topic above it where the name alone says nothing."""
    *above, name = path.split("/")
    return "/".join([*above[-1:], name]) if name == OTHER else name


def topic_names() -> dict[str, int]:
    """Every way to name one topic without doubt: its path, and its name where only one topic has it."""
    rows = db.session.execute(select(Topic.id, Topic.path, Topic.name)).all()
    return _unambiguous((row.id, row.path, {row.name}) for row in rows)


def _unambiguous(nodes: Iterable[tuple[int, str, set[str]]]) -> dict[str, int]:
    listed = list(nodes)
    bearers = Counter(name for _id, _path, names in listed for name in names if name)
    found = {name: id_ for id_, _path, names in listed for name in names if bearers[name] == 1}
    return found | {path: id_ for id_, path, _names in listed}
