"""Groups by name and theme: many people write of one estate's concrete plant, each in other words.

What the first looks cannot see from pairs of messages, a rare name and a theme that the bearers share make plain. Their
groups are joined with those of the first looks; then every group is looked through once more for messages that speak of
something else at the same place, or of the same thing at another one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import exp
from typing import TypeAlias, TypeVar

import numpy as np

from portal.analysis.bearers import Bearers, Letters, Some
from portal.analysis.names import (
    FEWEST,
    FEWEST_OF_A_THING,
    MOST_OF_A_THING,
    PLACED_OF_A_THING,
    Name,
    Names,
)
from portal.analysis.spread import spread, together
from portal.analysis.themes import Circle, Themes, lifted, strongest, weights
from portal.analysis.thing_words import MARK

# When those who bear a name and speak of one theme are one matter. Chosen on the choosing halves of `bench.hot_issues` and
# `bench.written_issues`, rounded; none of them is sharp.
# At least this part of a name's bearers speak of the theme: a word may be a name by chance, a place is one.
_PURE = {True: 0.2, False: 0.4}  # by whether it is a place
_WIDE_PURE = 0.3  # of a town's or a road's, where many things happen
# At least this part of those, and so many, give weight to one word that is used so many times as often as usual.
_ONE_THING, _TELLING = 0.35, exp(1.5)
_WIDE_THING, _WIDE_FEWEST, _WIDE_TELLING = 0.7, 5, exp(2)
# So much of the bearers of a name that is no place: though many things may happen under such a name, only this one did.
_WHOLLY = 0.75
_TWO = 2  # suffice for a place
# Three who bear a sure name (see `Name`) suffice where they weigh so much in the mean. Of other names, three such were mostly
# of different matters.
_FEW, _SURE = 3, 8.0
_ONE_CITY, _ONE_DISTRICT = 0.9, 0.6  # of a theme's messages that name any must name the same
# A thing binds its bearers where they weigh more, are most of those who speak of it, and hardly any of them names an area or a spot.
_THING_SURE = 12.0
_HALF, _QUARTER = 2, 4  # parts of found and bound groups that must be shared for one to join the other
# How a group is looked through.
_LOOKED_THROUGH = 4  # messages from which a group tells what it is about
# Who weighs less than this part of the middle weight, or less than this, speaks of something else.
_STRANGE, _WEAK = 0.25, 2.0
_OWN_NAME = 0.1  # of a group may share a name that only they bear
# A thing that so much of a group tells of is what it is about; those that so much of it tells of belong to it.
_MAIN_THING, _COMMON_THING = 0.5, 0.2
_NEARLY_ALL = 0.6  # of a group bear a name: who names another of its kind is elsewhere
_CORE = 2  # characters by which a name is looked for in a text: some write it shorter
_TOGETHER = 1500  # messages that a process looks at together

Found = tuple[float, list[int]]
Groups: TypeAlias = list[list[int]]
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def with_named(
    groups: Sequence[Sequence[int]], names: Names, themes: Themes, bound_anew: Callable[[Groups], Groups]
) -> Groups:
    """The groups (sorted rows) with those found by name and theme, looked through; none shares a row with another.

    What is left of a group without those that were found is a group no more, but what `bound_anew` makes of it.
    """
    bound = [list(group) for group in groups]
    # In the order of the rows, those who bear two names are read once.
    named = sorted(names, key=lambda name: (name.rows, name.text))
    found = [one for own in _spread(_of_names, themes, named, lambda name: name.rows) for one in own]
    whole = [sorted(group) for group in _joined(found, bound)]
    joined = list(
        _spread(_all_looked_through, themes, whole, lambda group: group if _tells(group, names) else ())
    )
    kept = [group for group in joined if len(group) > 1]
    held = {row for group in kept for row in group}
    left = [[row for row in group if row not in held] for group in bound]
    return sorted([*kept, *bound_anew([group for group in left if len(group) > 1])])


def _spread(
    work: Callable[[Themes, tuple[list[Asked], Letters]], list[Answer]],
    themes: Themes,
    asked: Iterable[Asked],
    rows: Callable[[Asked], Sequence[int]],
) -> Iterator[Answer]:
    """The work on what is asked, part by part, each with the texts of its rows, by several processes."""
    names = themes.names
    batches = together(asked, lambda one: len(rows(one)), _TOGETHER)
    parts = ((batch, names.letters({row for one in batch for row in rows(one)})) for batch in batches)
    for part in spread(work, themes, parts, names.count):
        yield from part


def _of_names(themes: Themes, part: tuple[list[Name], Letters]) -> list[list[Found]]:
    asked, letters = part
    bearers = themes.names.bearers(letters)
    return [list(_of_name(name, themes.circle(name.rows, name.text, bearers))) for name in asked]


def _all_looked_through(themes: Themes, part: tuple[list[list[int]], Letters]) -> list[list[int]]:
    asked, letters = part
    bearers = themes.names.bearers(letters)
    return [_looked_through(group, themes, bearers) for group in asked]


def _of_name(name: Name, circle: Circle) -> Iterator[Found]:
    """The themes among those who bear a name, the strongest first, each with its mean weight."""
    is_one = _is_one_of_a_thing if name.thing else _is_one_at_a_name
    rest = np.ones(len(circle), dtype=np.bool_)
    while rest.sum() >= FEWEST:
        members = strongest(circle, rest)
        mean = round(sum(weights(circle, members)[members].tolist()) / max(int(members.sum()), 1), 6)
        if not is_one(name, circle, members, mean):
            return
        yield mean, circle.rows[members].tolist()
        rest &= ~members


def _is_one_at_a_name(name: Name, circle: Circle, members: Some, mean: float) -> bool:
    """Whether enough of the bearers are members, and enough of those name the same city, district, and one telling word."""
    count = int(members.sum())
    few = _FEW if mean >= _SURE and name.sure else FEWEST
    pure = _WIDE_PURE if name.wide else _PURE[name.placed]
    if count < max(few, pure * len(circle)) or not _in_one_place(circle, members, _ONE_CITY, _ONE_DISTRICT):
        return False
    wholly = not name.placed and mean >= _SURE and count >= _WHOLLY * len(circle)
    if name.wide and not wholly:
        return lifted(circle, members, _WIDE_TELLING) >= max(_WIDE_THING * count, _WIDE_FEWEST)
    return lifted(circle, members, _TELLING) >= max(_ONE_THING * count, _TWO if name.placed else few)


def _is_one_of_a_thing(_name: Name, circle: Circle, members: Some, mean: float) -> bool:
    """Whether nearly all who speak of a thing speak of one matter of a whole city or district."""
    count = int(members.sum())
    return (
        count >= max(FEWEST_OF_A_THING, MOST_OF_A_THING * len(circle))
        and mean >= _THING_SURE
        and circle.placed(members) <= PLACED_OF_A_THING * count
        and _in_one_place(circle, members, _ONE_CITY, _ONE_CITY)
        and lifted(circle, members, _WIDE_TELLING) >= _ONE_THING * count
    )


def _in_one_place(circle: Circle, members: Some, city: float, district: float) -> bool:
    """Whether these parts of those who name any name the same city, and the same district."""
    for level, least in enumerate((city, district)):
        named, uses = circle.named(level, members)
        if named > 1 and uses.max() < least * named:
            return False
    return True


def _joined(found: Sequence[Found], bound: Sequence[Sequence[int]]) -> list[set[int]]:
    """The found ones joined with each other and with the bound ones where they overlap enough; each row in one."""
    offers = [(-weight * len(rows), rows) for weight, rows in found]
    sure = max((weight for weight, _ in found), default=1.0)
    offers += [(-sure * len(rows), list(rows)) for rows in bound]
    groups: list[set[int]] = []
    owner: dict[int, int] = {}
    for _, rows in sorted(offers):
        shared = Counter(owner[row] for row in rows if row in owner)
        home = next(
            (
                group
                for group, count in sorted(shared.items(), key=lambda item: (-item[1], item[0]))
                if _HALF * count >= len(rows)
                or (_HALF * count >= len(groups[group]) and _QUARTER * count >= len(rows))
            ),
            None,
        )
        free = {row for row in rows if row not in owner}
        if home is None:
            if len(free) < min(FEWEST, len(rows)) or _HALF * len(free) < len(rows):
                continue
            home = len(groups)
            groups.append(set())
        groups[home] |= free
        owner.update(dict.fromkeys(free, home))
    return groups


def _tells(group: Sequence[int], names: Names) -> bool:
    """Whether a group is large enough to tell what it is about, and not so large that it is a city's."""
    return _LOOKED_THROUGH <= len(group) <= names.most


def _looked_through(group: list[int], themes: Themes, bearers: Bearers) -> list[int]:
    """The group without those who name another place, or speak much less of what the others speak of."""
    names = themes.names
    if not _tells(group, names):
        return group
    borne = {row: names.of(row, bearers) for row in group}
    uses = Counter(name for row in group for name in borne[row])
    name = min(uses, key=lambda one: (-uses[one], one), default=None)
    if name is None or _HALF * uses[name] < len(group):
        return group
    elsewhere = _elsewhere(group, name, borne, names, bearers) | _of_other_things(group, bearers)
    here = [row for row in group if row not in elsewhere]
    if len(here) < _LOOKED_THROUGH:
        return here
    circle = themes.circle(here, name, bearers)
    own = weights(circle, np.ones(len(circle), dtype=np.bool_))
    return circle.rows[own >= max(_WEAK, _STRANGE * np.sort(own)[len(here) // 2])].tolist()


def _elsewhere(
    group: Sequence[int], name: str, borne: Mapping[int, set[str]], names: Names, bearers: Bearers
) -> set[int]:
    """Those of a group who name another place than most of it do.

    Who does not bear the name that most bear, or another that nearly all bear, is elsewhere with a name that hardly anybody here bears, and with
    that of a spot which none who bears the common name ever names: 208路 among those who write of 209路.
    """
    uses = Counter(one for row in group for one in borne[row])
    few = max(1.0, _OWN_NAME * len(group))
    found: set[int] = set()
    for common in {
        name,
        *(one for one, count in uses.items() if count >= max(_LOOKED_THROUGH, _NEARLY_ALL * len(group))),
    }:
        others = [
            row for row in group if common not in borne[row] and common[:_CORE] not in bearers.text(row)
        ]
        beside = {one for row in group if row not in others for one in borne[row]}
        found.update(
            row
            for row in others
            if any(uses[one] <= few for one in borne[row]) or not beside.issuperset(names.spots(row))
        )
    return found


def _of_other_things(group: Sequence[int], bearers: Bearers) -> set[int]:
    """Those of a group who tell of things that hardly anybody else in it tells of, and of none that many do."""
    told = {row: _things(bearers.said_by(row, titles_alone=False)) for row in group}
    uses = Counter(thing for row in group for thing in told[row])
    if max(uses.values(), default=0) < _MAIN_THING * len(group):
        return set()
    common = {thing for thing, count in uses.items() if count >= max(2.0, _COMMON_THING * len(group))}
    few = max(1.0, _OWN_NAME * len(group))

    def is_strange(row: int) -> bool:
        own = _things(bearers.said_by(row, titles_alone=True)) or told[row]
        return bool(own) and told[row].isdisjoint(common) and all(uses[thing] <= few for thing in own)

    return {row for row in group if is_strange(row)}


def _things(words: Iterable[str]) -> set[str]:
    return {word for word in words if word[0] == MARK}
