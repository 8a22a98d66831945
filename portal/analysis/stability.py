"""What stays the same from one analysis to the next: ids, and what people renamed, merged or pinned."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from portal.analysis.records import Change, Gone, Known


def content_id(kind: str, parts: Iterable[str]) -> str:
    """An id that depends on what a thing holds and on nothing else: kind and ten hexadecimal digits."""
    text = "\n".join(sorted(parts))
    return kind + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def with_kept(
    groups: Sequence[Sequence[str]], known: Sequence[Known], read_before: frozenset[str], present: set[str]
) -> list[list[str]]:
    """The groups with those that people merged or pinned put together again, each sorted.

    A kept one holds what is left of its opinions, and such new opinions (not read before) as the machine groups
    with most of them. What people had left out of it stays out.
    """
    owner: dict[str, int] = {}
    for number, one in enumerate(known):
        if one.merged or one.pinned:
            owner.update(dict.fromkeys(sorted(present.intersection(one.opinion_ids) - owner.keys()), number))
    kept: dict[int, list[str]] = {}
    for opinion, number in owner.items():
        kept.setdefault(number, []).append(opinion)
    rest = []
    for group in groups:
        owners = Counter(owner[opinion] for opinion in group if opinion in owner)
        left = [opinion for opinion in group if opinion not in owner]
        if owners:
            number = min(owners, key=lambda one: (-owners[one], one))
            kept[number] += [opinion for opinion in left if opinion not in read_before]
            left = [opinion for opinion in left if opinion in read_before]
        rest.append(left)
    found = [sorted(group) for group in (*kept.values(), *rest) if len(group) > 1]
    return sorted(found)


def matched(
    groups: Mapping[int, Sequence[str]], known: Sequence[Known], read_before: frozenset[str]
) -> dict[int, Known]:
    """Which group continues which known one, by the number of the group; each at most once.

    One continues the other where they share more than half of what is left of the old and more than half of what
    the new holds of opinions that were read before. People's own come first, then the greatest overlap.
    """
    present = {opinion for group in groups.values() for opinion in group}
    homes: dict[str, list[int]] = {}
    for number, group in groups.items():
        for opinion in group:
            homes.setdefault(opinion, []).append(number)
    before = {number: sum(opinion in read_before for opinion in group) for number, group in groups.items()}
    offers = []
    for place, one in enumerate(known):
        left = len(present.intersection(one.opinion_ids))
        shared = Counter(home for opinion in one.opinion_ids for home in homes.get(opinion, ()))
        offers += [
            (not (one.merged or one.pinned), -count, one.id, number, place)
            for number, count in shared.items()
            if 2 * count > left and 2 * count > before[number]
        ]
    found: dict[int, Known] = {}
    taken: set[int] = set()
    for _, _, _, number, place in sorted(offers):
        if number not in found and place not in taken:
            found[number] = known[place]
            taken.add(place)
    return found


def gone(groups: Mapping[str, Sequence[str]], known: Iterable[Known]) -> tuple[Gone, ...]:
    """The known ones that no group (by id) continues, each with the group that holds most of what is left of it."""
    homes: dict[str, list[str]] = {}
    for name, group in groups.items():
        for opinion in group:
            homes.setdefault(opinion, []).append(name)
    lost = []
    for one in known:
        if one.id not in groups:
            held = Counter(home for opinion in one.opinion_ids for home in homes.get(opinion, ()))
            into = min(held, key=lambda name: (-held[name], name), default=None)
            lost.append(Gone(one.id, one.title, into))
    return tuple(lost)


def free_id(kind: str, parts: Sequence[str], taken: Set[str]) -> str:
    """The `content_id` of a new thing, or one made from it where a known thing bears that already."""
    found = content_id(kind, parts)
    while found in taken:
        found = content_id(kind, [*parts, found])
    return found


def change(count: int, before: Known | None) -> Change:
    """How a group of `count` opinions stands to the known one that it continues."""
    if before is None:
        return "new"
    old = len(before.opinion_ids)
    return "grown" if count > old else "shrunk" if count < old else "same"
