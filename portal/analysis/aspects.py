"""Aspects: the five to nine parts of a report, made of topics so that every opinion is in one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.analysis.aspect_quotes import AspectQuotes
from portal.analysis.aspect_titles import aspect_title, frequent_words
from portal.analysis.heat import count_authors
from portal.analysis.records import Aspect, Known, Matter, Message, Previous
from portal.analysis.stability import change, free_id, matched
from portal.analysis.topics import OTHER

FEWEST, MOST = 5, 9
_SMALL, _FEW = 0.04, 3  # of all opinions, and opinions: a part below either is joined with its like
_SOME, _OF_FEW = 5, 0.06  # opinions that a part needs, but no more than this share of all
_REST = 0.15  # of all opinions: no small topic is put under 其他 beyond it while another is near
_GIANT = 0.3  # of all opinions: a part above it is cut where there is room

# The topic that reports speak of together with another, where that is too small for a part of its own.
_NEAR = {
    "国土资源": "城乡建设",
    "农村农业": "国土资源",
    "民政": "劳动和社会保障",
    "卫生计生": "劳动和社会保障",
    "经济管理": "商贸旅游",
    "科技与信息产业": "商贸旅游",
    "商贸旅游": "经济管理",
    "纪检监察": "党务政务",
    "党务政务": "政法",
    "政法": "党务政务",
    "环境保护": "城乡建设",
    "交通运输": "城乡建设",
}


def _small(total: int) -> float:
    return max(_SMALL * total, _FEW, min(_SOME, _OF_FEW * total))


@dataclass(slots=True)
class _Part:
    """Opinions (row numbers) that stand under one node of the topic tree, or under 其他."""

    node: str
    rows: list[int]
    known: Known | None = None


def find_aspects(
    messages: Sequence[Message],
    paths: Sequence[str],
    matters: Sequence[Matter],
    wanted: int | None,
    previous: Previous | None = None,
) -> list[Aspect]:
    """Cut the topic tree where it gives the right number of parts; 其他 last, others by size.

    `paths` holds the topic path of each message. `wanted` asks for a number (3–15); without it there are five
    to nine, fewer only where the topics do not give more. Aspects of `previous` keep their ids, and what people
    merged or pinned stays together. Raises ValueError for a number out of range.
    """
    if wanted is not None and not 3 <= wanted <= 15:
        raise ValueError(f"between 3 and 15 aspects can be asked for, not {wanted}")
    least, most = (wanted, wanted) if wanted else (FEWEST, MOST)
    kept = _kept(messages, paths, previous)
    held = {row for part in kept for row in part.rows}
    rows = [row for row in range(len(messages)) if row not in held]
    least, most = max(1, least - len(kept)), max(1, most - len(kept))
    parts = _first_level(rows, paths)
    parts = _split_until(parts, paths, least, len(rows))
    parts = _joined_until(parts, len(rows), least, most)
    parts = _without_large_rest(parts, paths, most)
    parts = _without_giant(parts, paths, len(rows), most)
    return _named([*kept, *parts], messages, paths, matters, previous)


def _kept(messages: Sequence[Message], paths: Sequence[str], previous: Previous | None) -> list[_Part]:
    """The aspects that people merged or pinned: what is left of their opinions, and new ones of their topics."""
    parts: list[_Part] = []
    held: set[int] = set()
    for one in previous.aspects if previous else ():
        if not (one.merged or one.pinned) or not previous:
            continue
        own, topics = set(one.opinion_ids), set(one.topic_paths)
        rows = [
            row
            for row, message in enumerate(messages)
            if row not in held
            and (message.id in own or (message.id not in previous.opinion_ids and paths[row] in topics))
        ]
        if rows:
            held.update(rows)
            found = Counter(paths[row] for row in rows)
            parts.append(_Part(min(found, key=lambda path: (-found[path], path)), rows, one))
    return parts


def _first_level(rows: Sequence[int], paths: Sequence[str]) -> list[_Part]:
    parts: dict[str, _Part] = {}
    for row in rows:
        node = paths[row].split("/")[0]
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


def _split_until(parts: list[_Part], paths: Sequence[str], least: int, total: int) -> list[_Part]:
    """Split the largest part that can be split, its small children left under it, until enough are large."""
    whole = set()
    while sum(part.node != OTHER and len(part.rows) >= _small(total) for part in parts) < least:
        candidates = [part for part in parts if part.node != OTHER and part.node not in whole]
        if not candidates:
            break
        largest = min(candidates, key=lambda part: (-len(part.rows), part.node))
        missing = least - len(parts)
        children = _large_children(largest, paths, total, missing)
        if len(children) < 2:
            whole.add(largest.node)
            continue
        whole.update(child.node for child in children if child.node == largest.node)
        parts = [part for part in parts if part is not largest] + children
    return parts


def _large_children(part: _Part, paths: Sequence[str], total: int, missing: int) -> list[_Part]:
    """At most `missing` + 1 children of a part that are large enough; the rest keeps the parent's name.

    Where all stands under one child, that one's children are meant, and so on down the tree.
    """
    children = _split(part, paths)
    while len(children) == 1 and children[0].node != part.node:
        part = children[0]
        children = _split(part, paths)
    children.sort(key=lambda child: (-len(child.rows), child.node))
    large = [child for child in children if child.node != part.node and len(child.rows) >= _small(total)]
    large = large[: max(missing, 1)]
    kept = {child.node for child in large}
    rest = sorted(row for child in children if child.node not in kept for row in child.rows)
    return [*large, _Part(part.node, rest)] if rest else large


def _joined_until(parts: list[_Part], total: int, least: int, most: int) -> list[_Part]:
    """Join small parts: under their parent where it has other children, else with a near topic or under 其他."""
    while True:
        named = [part for part in parts if part.node != OTHER]
        smallest = min(named, key=lambda part: (len(part.rows), part.node), default=None)
        too_many = len(parts) > most
        too_small = smallest is not None and len(smallest.rows) < _small(total) and len(parts) > least
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
            parts = _with(parts, _home(smallest, parts, total), smallest.rows)


def _home(lost: _Part, parts: Sequence[_Part], total: int) -> str:
    """The node that a small part is joined under: 其他 while that stays small, else the nearest topic's."""
    rest = sum(len(part.rows) for part in parts if part.node == OTHER) + len(lost.rows)
    if rest <= _REST * total and all(rest < len(part.rows) for part in parts[:1]):
        return OTHER
    near, passed = _NEAR.get(lost.node.partition("/")[0]), set[str]()
    while near and near not in passed:
        found = sorted(part.node for part in parts if part.node.partition("/")[0] == near)
        if found:
            return found[0]
        passed.add(near)
        near = _NEAR.get(near)
    return OTHER


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


def _without_giant(parts: list[_Part], paths: Sequence[str], total: int, most: int) -> list[_Part]:
    """Take the largest topic out of a part that holds too much of everything, while there is room."""
    while len(parts) < most:
        giant = max(parts, key=lambda part: (part.node != OTHER, len(part.rows)), default=None)
        if giant is None or giant.node == OTHER or len(giant.rows) <= _GIANT * total:
            return parts
        children = _large_children(giant, paths, total, 1)
        if len(children) < 2:
            return parts
        parts = [part for part in parts if part is not giant] + children
    return parts


def _named(
    parts: Sequence[_Part],
    messages: Sequence[Message],
    paths: Sequence[str],
    matters: Sequence[Matter],
    previous: Previous | None,
) -> list[Aspect]:
    """The aspects in order, with the ids of those of the previous analysis that they continue."""
    ordered = sorted(parts, key=lambda part: (part.node == OTHER, -len(part.rows), part.node))
    groups = {number: [messages[row].id for row in part.rows] for number, part in enumerate(ordered)}
    known = previous.aspects if previous else ()
    continued = matched(groups, known, previous.opinion_ids if previous else frozenset())
    continued |= {number: part.known for number, part in enumerate(ordered) if part.known}
    taken = {one.id for one in continued.values()}
    found = []
    quotes = AspectQuotes(messages, matters)
    for number, part in enumerate(ordered):
        aspect = _described(part, messages, paths, matters, quotes)
        one = continued.get(number)
        aspect = replace(aspect, id=one.id if one else free_id("A", [part.node], taken))
        taken.add(aspect.id)
        found.append(_continued(aspect, one) if previous else aspect)
    return found


def _continued(aspect: Aspect, before: Known | None) -> Aspect:
    """The aspect with what people made of it, and how it changed."""
    aspect = replace(aspect, change=change(len(aspect.opinion_ids), before))
    if before is None:
        return aspect
    return replace(
        aspect,
        title=before.title if before.renamed else aspect.title,
        previous_count=len(before.opinion_ids),
        renamed=before.renamed,
        merged=before.merged,
        pinned=before.pinned,
    )


def _described(
    part: _Part,
    messages: Sequence[Message],
    paths: Sequence[str],
    matters: Sequence[Matter],
    quotes: AspectQuotes,
) -> Aspect:
    members = [messages[row] for row in part.rows]
    held = {message.id for message in members}
    own = [paths[row] for row in part.rows]
    found = Counter(own)
    words = frequent_words(part.node, members, own)
    title = aspect_title(part.node, words, own)
    return Aspect(
        id="",
        title=title,
        opinion_ids=tuple(message.id for message in members),
        distinct_authors=count_authors(members),
        unsigned=sum(message.author is None for message in members),
        # A matter is led from where its most central opinion is: so each is in one aspect at least.
        matter_ids=tuple(matter.id for matter in matters if matter.opinion_ids[0] in held),
        topic_paths=tuple(sorted(found, key=lambda path: (-found[path], path))),
        quotes=quotes.of(part.rows, [word for word in words if word in title]),
    )
