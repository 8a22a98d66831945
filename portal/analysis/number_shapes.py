"""Where a number may begin in a run of digits, and how many digits it may have: by pattern and table, before a closer look.

Most digits of a text begin no number, and a text may be nothing but digits: a pattern passes over these at little cost.
"""

import re
from itertools import groupby
from operator import itemgetter

from portal.analysis.check_digits import PROVINCES
from portal.analysis.digit_runs import SEPARATORS

_AREA = "(?:10|2[0-9]|[3-9][0-9]{2})"
_LARGE = 20  # a first group of so many digits or more begins no number
_BANK_GROUPS = (3, 4, 6)
# How many digits the first group has of a number of so many; of other numbers any.
_FIRST_GROUPS = {
    7: (7, 3), 8: (8, 4), 12: (12, 2, 3, 4, 7, 8), 13: (13, 2), 15: (15,), 16: (16, *_BANK_GROUPS), 19: (19, *_BANK_GROUPS),
}  # fmt: skip
_MOST_GROUPS = 7  # a number of more groups is one written digit by digit
# Groups of the numbers of other lengths, which nobody breaks up further.
_MOST_PARTS = {7: 2, 8: 2, 12: 3, 13: 3}


# Groups in which people write mobile numbers; in up to three others they are found too.
MOBILE_SHAPES = frozenset(map(bytes, (
    (11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 4, 2, 2), (1,) * 11,
    (1, 2, 2, 2, 2, 2), (5, 6), (6, 5), (3, 2, 2, 2, 2),
)))  # fmt: skip
_MOBILE_GROUPS = sorted(
    {tuple(shape) for shape in MOBILE_SHAPES}
    | {(first, second, 11 - first - second) for first in range(1, 10) for second in range(1, 11 - first)}
    | {(first, 11 - first) for first in range(1, 11)}
)
_ANY = f"[{SEPARATORS}]"
_TIGHT = "[" + re.sub("[./~]", "", SEPARATORS) + "]"  # none of versions, dates and ranges


def _in_groups(shapes: list[tuple[int, ...]], gap: str) -> str:
    """A pattern of digits in groups of any of these sizes, the shapes sorted: what begins alike is looked at once."""
    branches = []
    for size, alike in groupby(shapes, key=itemgetter(0)):
        rests = [shape[1:] for shape in alike]
        behind = gap + _in_groups([rest for rest in rests if rest], gap) if any(rests) else ""
        branches.append(f"[0-9]{{{size}}}" + (f"(?:{behind})?" if () in rests else behind))
    return f"(?:{'|'.join(branches)})"


def _beginnings(start: str, gaps: str, mobile: str, end: str) -> re.Pattern[str]:
    """Every place where a number may begin: behind `start`, so many separators between groups, before `end`."""
    gap, some = _ANY + gaps, f"{_ANY}{{0,3}}"
    local = f"[2-8][0-9]{{2,3}}{some}[0-9]{{4}}"
    region = "|".join(
        f"{first}{some}[{''.join(code[1] for code in codes)}]"
        for first, codes in groupby(sorted(PROVINCES), key=itemgetter(0))
    )
    forms = (
        f"1[3-9][0-9]{some}[0-9]{{4}}{some}[0-9]{{4}}",
        mobile,
        "(?:0086|86|0)1[3-9][0-9]{9}",
        local,  # a land line; with its area; as one gives it to strangers
        f"0{_AREA}{some}{local}",
        f"86{some}{_AREA}{some}{local}",
        "[1-8][0-9]{14}",  # an identity card of old; one of today
        f"(?:{region}){some}(?:[0-9]{some}){{4}}(?:1{some}9|2{some}0)(?:{some}[0-9]){{9}}(?:{some}[0-9]|(?=[ -]?x))",
        # a bank card
        f"[34569](?:[0-9]{{15,18}}|[0-9]{{5}}{gap}[0-9]{{10,13}}|[0-9]{{2,3}}(?:{gap}[0-9]{{3,4}}){{0,5}}(?:{gap}[0-9]{{1,13}})?)",
    )
    return re.compile(f"{start}(?=(?:{'|'.join(forms)}){end})")


# In runs of ASCII digits a number begins and ends with a group, groups are separated; beside numerals they need not be.
BEGINNINGS = _beginnings(
    "(?<![0-9])",
    "{1,3}",
    f"(?=1{_TIGHT}{{0,3}}[3-9]){_in_groups(_MOBILE_GROUPS, f'{_TIGHT}{{1,3}}')}",
    "(?![0-9])",
)
BEGINNINGS_AMONG_NUMERALS = _beginnings(
    "", "{0,3}", f"1{_TIGHT}{{0,3}}[3-9](?:{_TIGHT}{{0,3}}[0-9]){{9}}", ""
)


def _possible_lengths(start: str, group: int) -> tuple[int, ...]:
    """How many digits a number may have that begins with these two, the first group having `group`; the most first."""
    lengths = []
    if start in PROVINCES or start == "00":
        lengths += [18, 17, 15]
    if start[0] in "34569":
        lengths += [19, 18, 17, 16]
    if start == "86":
        lengths += [13, 12]
    if start[0] == "0":
        lengths += [12, 11]
    if start[0] == "1" and start[1] in "3456789":
        lengths.append(11)
    if start[0] in "2345678":
        lengths += [8, 7]
    return tuple(
        length
        for length in sorted(set(lengths), reverse=True)
        if group <= length and group in _FIRST_GROUPS.get(length, (group,))
    )


_LENGTHS = {
    (f"{start:02}", group): _possible_lengths(f"{start:02}", group)
    for start in range(100)
    for group in range(1, _LARGE + 1)
}


def lengths_of(start: str, group: int) -> tuple[int, ...]:
    """How many digits a number may have that begins with these two, the first group having `group`; the most first."""
    return _LENGTHS.get((start, min(group, _LARGE)), ())


def may_be_one(digits: str, shape: bytes) -> bool:
    """Whether digits in groups of such sizes are worth a closer look."""
    length, groups = len(digits), len(shape)
    most = _MOST_PARTS.get(length)
    if most:
        return groups <= most
    if length in (17, 18) and digits[6:8] in ("19", "20"):
        return groups <= _MOST_GROUPS or groups == length  # or written digit by digit
    if length in (11, 15):
        return length == 11 or groups == 1
    return digits[0] in "34569" and groups <= _MOST_GROUPS and is_card_shape(shape)


def is_card_shape(shape: bytes) -> bool:
    """Whether a bank card's number may be in groups of such sizes: fours and threes, or six and the rest."""
    before_last = shape[:-1]
    return before_last == b"\6" or not before_last.strip(b"\3\4")
