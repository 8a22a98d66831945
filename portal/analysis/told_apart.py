"""One letter written about several places: those who put another name into the same words tell of another matter.

Groups are bound by the words that their members share, and a letter that many copy, each with the own estate or station
in it, shares nearly all of them. What near-duplicates have different is weighed here pair by pair, as it is when they are
looked for by themselves (`differences`), and no group keeps two that name different places.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from portal.analysis.differences import Facts, facts_of, matter_of, names_differ, places_differ
from portal.analysis.records import Message
from portal.analysis.second_look import LARGEST, Bonds, bound_parts

_SAME_LETTER = 0.75  # cosine of two bodies from which they are one letter with changes
_NEVER = -100.0  # a bond that no other bonds of a group make up for


class Letters:
    """What the messages of some rows say, read when it is asked for."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self._read: dict[int, tuple[str, Facts]] = {}

    def differ(self, one: int, other: int) -> bool:
        """Whether two rows with nearly the same words name different places, and no spot or area in common."""
        (mine, here), (theirs, there) = self._of(one), self._of(other)
        if here.places[-1] & there.places[-1]:
            return False
        return places_differ(here, there) or names_differ(mine, theirs)

    def _of(self, row: int) -> tuple[str, Facts]:
        if row not in self._read:
            matter = matter_of(self._messages[row].title, self._messages[row].body)
            self._read[row] = matter, facts_of(matter)
        return self._read[row]


def told_apart(groups: Iterable[Sequence[int]], bonds: Bonds, letters: Letters) -> list[list[int]]:
    """The groups (rows, sorted), those in pieces that held one letter about several places.

    In pieces no two members with the words of one letter name different places; a member in words of its own goes where
    it is bound best, and who is bound to nobody any more is in none. In the order of their first rows.
    """
    all_groups = [list(group) for group in groups]
    found = []
    for group, suspect in zip(all_groups, bonds.hold_alike(all_groups, _SAME_LETTER), strict=True):
        apart = _apart(group, bonds, letters) if suspect and len(group) <= LARGEST else []
        found += _pieces(group, apart, bonds) if apart else [group]
    return sorted(found)


def _apart(group: Sequence[int], bonds: Bonds, letters: Letters) -> list[tuple[int, int]]:
    """The pairs of members (their places in the group) that are one letter and name different places.

    A member is only compared with the first of each letter and place, so that thousands of one letter are not all
    compared with each other.
    """
    same_letter = bonds.alike(group) >= _SAME_LETTER
    kinds: dict[int, list[int]] = {}
    against: list[tuple[int, int]] = []
    for at, row in enumerate(group):
        others = [first for first in kinds if same_letter[at, first]]
        same = next((first for first in others if not letters.differ(group[first], row)), None)
        if same is not None:
            kinds[same].append(at)
            continue
        kinds[at] = [at]
        against += [(first, at) for first in others]
    return [(a, b) for one, other in against for a in kinds[one] for b in kinds[other]]


def _pieces(group: Sequence[int], apart: Iterable[tuple[int, int]], bonds: Bonds) -> list[list[int]]:
    square = bonds.of_group(group)
    for one, other in apart:
        square[one, other] = square[other, one] = _NEVER
    return bound_parts(group, square[np.triu_indices(len(group), 1)])
