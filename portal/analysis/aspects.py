"""Aspects: the five to nine parts of a report, made of topics so that every opinion is in one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.analysis.matters import content_id, count_authors
from portal.analysis.records import Aspect, Matter, Message
from portal.analysis.topics import OTHER, lexicon

FEWEST, MOST = 5, 9
_SMALL = 0.03  # of all opinions; a topic below it is joined with its like where there are enough others
_LONGEST = 40


@dataclass(slots=True)
class _Part:
    """Opinions (row numbers) that stand under one node of the topic tree, or under 其他."""

    node: str
    rows: list[int]


def find_aspects(
    messages: Sequence[Message], paths: Sequence[str], matters: Sequence[Matter], wanted: int | None
) -> list[Aspect]:
    """Cut the topic tree where it gives the right number of parts; 其他 last, others by size.

    `paths` holds the topic path of each message. `wanted` asks for a number (3–15); without it there are five
    to nine, fewer only where the topics do not give more. Raises ValueError for a number out of range.
    """
    if wanted is not None and not 3 <= wanted <= 15:
        raise ValueError(f"between 3 and 15 aspects can be asked for, not {wanted}")
    least, most = (wanted, wanted) if wanted else (FEWEST, MOST)
    parts = _first_level(paths)
    parts = _split_until(parts, paths, least)
    parts = _joined_until(parts, len(paths), least, most)
    parts = _without_large_rest(parts, paths, most)
    return [_described(part, messages, paths, matters) for part in _in_order(parts)]


def _first_level(paths: Sequence[str]) -> list[_Part]:
    parts: dict[str, _Part] = {}
    for row, path in enumerate(paths):
        node = path.split("/")[0]
        parts.setdefault(node, _Part(node, [])).rows.append(row)
    return list(parts.values())


def _split(part: _Part, paths: Sequence[str]) -> list[_Part]:
    """One part a child of its node; opinions that go no deeper stay with the node."""
    depth = part.node.count("/") + 1
    children: dict[str, _Part] = {}
    for row in part.rows:
        node = "/".join(paths[row].split("/")[: depth + 1])
        children.setdefault(node, _Part(node, [])).rows.append(row)
    return list(children.values())


def _split_until(parts: list[_Part], paths: Sequence[str], least: int) -> list[_Part]:
    """Split the largest part that can be split, its small children left under it, until there are enough."""
    whole = set()
    while sum(part.node != OTHER for part in parts) < least:
        candidates = [part for part in parts if part.node != OTHER and part.node not in whole]
        if not candidates:
            break
        largest = min(candidates, key=lambda part: (-len(part.rows), part.node))
        missing = least - len(parts)
        children = _large_children(largest, paths, len(paths), missing)
        if len(children) < 2:
            whole.add(largest.node)
            continue
        whole.update(child.node for child in children if child.node == largest.node)
        parts = [part for part in parts if part is not largest] + children
    return parts


def _large_children(part: _Part, paths: Sequence[str], total: int, missing: int) -> list[_Part]:
    """At most `missing` + 1 children of a part that are large enough; the rest keeps the parent's name."""
    children = sorted(_split(part, paths), key=lambda child: (-len(child.rows), child.node))
    large = [child for child in children if child.node != part.node and len(child.rows) >= _SMALL * total]
    large = large[: max(missing, 1)]
    kept = {child.node for child in large}
    rest = sorted(row for child in children if child.node not in kept for row in child.rows)
    return [*large, _Part(part.node, rest)] if rest else large


def _joined_until(parts: list[_Part], total: int, least: int, most: int) -> list[_Part]:
    """Join small parts: under their parent where it has other children, else under 其他."""
    while True:
        named = [part for part in parts if part.node != OTHER]
        smallest = min(named, key=lambda part: (len(part.rows), part.node), default=None)
        too_many = len(parts) > most
        too_small = smallest is not None and len(smallest.rows) < _SMALL * total and len(parts) > least
        if smallest is None or not (too_many or too_small) or len(parts) == 1:
            return parts
        parent = smallest.node.rpartition("/")[0]
        kin = [
            part
            for part in named
            if part is not smallest and parent and (part.node == parent or part.node.startswith(f"{parent}/"))
        ]
        parts = [part for part in parts if part is not smallest and part not in kin[:1]]
        if kin:
            parts = _with(parts, parent, kin[0].rows + smallest.rows)
        else:
            parts = _with(parts, OTHER, smallest.rows)


def _with(parts: list[_Part], node: str, rows: Sequence[int]) -> list[_Part]:
    """The parts with these rows added under a node."""
    same = next((part for part in parts if part.node == node), None)
    if same is None:
        return [*parts, _Part(node, sorted(rows))]
    return [part if part is not same else _Part(node, sorted({*same.rows, *rows})) for part in parts]


def _without_large_rest(parts: list[_Part], paths: Sequence[str], most: int) -> list[_Part]:
    """Take the largest topics out of 其他 again while it is the largest part and there is room."""
    while len(parts) < most:
        rest = next((part for part in parts if part.node == OTHER), None)
        if rest is None or any(len(part.rows) >= len(rest.rows) for part in parts if part is not rest):
            return parts
        sizes = Counter(paths[row].split("/")[0] for row in rest.rows)
        del sizes[OTHER]
        if not sizes:
            return parts
        node = min(sizes, key=lambda name: (-sizes[name], name))
        out = [row for row in rest.rows if paths[row].split("/")[0] == node]
        left = [row for row in rest.rows if paths[row].split("/")[0] != node]
        parts = [part for part in parts if part is not rest]
        parts = _with(parts, node, out)
        parts = [*parts, _Part(OTHER, left)] if left else parts
    return parts


def _in_order(parts: Sequence[_Part]) -> list[_Part]:
    return sorted(parts, key=lambda part: (part.node == OTHER, -len(part.rows), part.node))


def _described(
    part: _Part, messages: Sequence[Message], paths: Sequence[str], matters: Sequence[Matter]
) -> Aspect:
    members = [messages[row] for row in part.rows]
    held = {message.id for message in members}
    found = Counter(paths[row] for row in part.rows)
    ordered = sorted(found, key=lambda path: (-found[path], path))
    return Aspect(
        id=content_id("A", [part.node]),
        title=aspect_title(part.node, found),
        opinion_ids=tuple(message.id for message in members),
        distinct_authors=count_authors(members),
        unsigned=sum(message.author is None for message in members),
        matter_ids=tuple(matter.id for matter in matters if _led_from(matter, held)),
        topic_paths=tuple(ordered),
    )


def _led_from(matter: Matter, held: set[str]) -> bool:
    """Whether an aspect holds the most central opinion of a matter: so each matter is in one at least."""
    return matter.opinion_ids[0] in held


def aspect_title(node: str, found: Mapping[str, int]) -> str:
    """A title in the manner of a report: how the topic's problem is named, and its commonest part."""
    if node == OTHER:
        return "其他方面的意见"
    known = lexicon()
    children = [path for path in found if path.startswith(f"{node}/") and path in known]
    tail = min(children, key=lambda path: (-found[path], path), default=None)
    if node not in known:
        return f"{node.rpartition('/')[2]}方面的意见较为集中"[:_LONGEST]
    head = known[node].phrase
    parent = known.get(node.rpartition("/")[0])
    title = f"{head}，{known[tail].phrase}" if tail else f"{parent.phrase}，{head}" if parent else head
    return title if len(title) <= _LONGEST else head[:_LONGEST]
