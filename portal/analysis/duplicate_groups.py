"""From pairs to groups in which all are alike to one centre, so that no chain of pairs swallows everything."""

from collections.abc import Callable, Iterable


def star_groups(links: Iterable[tuple[int, int]], apart: Callable[[int, int], bool]) -> list[list[int]]:
    """Groups of two and more numbers, the centre first: every other member is linked to it, none in two groups.

    The number with the most links becomes a centre first, the lowest of equals. Members for which `apart` says
    that they must not meet are never in one group, though both be linked to its centre. Every group lies within
    what the links connect.
    """
    near: dict[int, set[int]] = {}
    for one, other in links:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    groups = []
    free = set(near)
    for centre in sorted(near, key=lambda number: (-len(near[number]), number)):
        if centre not in free:
            continue
        members = [centre]
        for number in sorted(near[centre] & free):
            if not any(apart(member, number) for member in members[1:]):
                members.append(number)
        if len(members) > 1:
            free.difference_update(members)
            groups.append(members)
    return groups
