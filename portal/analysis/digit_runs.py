"""Runs of digits as people write them: broken up (138 1234-5678), spelled (一三八…), or both.

A text is cut into runs of digits with at most three separators between two of them, a run into groups without
separators; only whole groups that follow each other may form a number.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, count
from typing import NamedTuple

from portal.analysis.personal_kinds import Found, Kind

_SPELLED = "〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖"
_HAN_DIGITS = dict(zip(_SPELLED, "00011122233445566778899", strict=True))
SEPARATORS = " \t\\-‐‑‒–—−_·.)/~"
_DIGIT = f"0-9{_SPELLED}"
_RUN = re.compile(f"[{_DIGIT}](?:[{SEPARATORS}]{{0,3}}[{_DIGIT}])*")
_GROUP = re.compile(f"[0-9]+|[{_SPELLED}]+")
_NUMERAL = re.compile(f"[{_SPELLED}]")
_SEPARATOR = re.compile(f"[{SEPARATORS}]+")
_PLAIN = str.maketrans(_HAN_DIGITS)
SHORTEST = 7  # digits of the shortest number
_LONGEST = 255  # digits of a group that are counted


class Run(NamedTuple):
    """Groups of digits that may belong together: where each begins, how many digits it has, and all digits."""

    starts: list[int]  # of each group, in the text
    sizes: bytes  # of each group; _LONGEST of longer ones
    digits: str
    offsets: list[int]  # in `digits`, of each group, and the number of all digits at the end
    group_at: dict[int, int]
    beginnings: list[int]  # the groups with which a number may begin
    masked: bool


class Candidate(NamedTuple):
    """Whole groups that follow each other, with the text around them."""

    digits: str
    shape: bytes  # how many digits each group has
    start: int
    end: int
    text: str
    run: int  # where the run begins

    @property
    def alone(self) -> bool:
        """Whether no other digits are tied to these: 2026-84417723 is no telephone number, 84417723/84417724 are two."""
        return not (
            _TIED_BEFORE.search(self.text, max(0, self.start - 4), self.start)
            or _TIED_BEHIND.match(self.text, self.end)
        )

    @property
    def beside_mask(self) -> bool:
        """Whether a mask stands directly beside: these digits are what it left, with others that came to stand there."""
        return self.text.startswith("**", self.end) or self.text.endswith("**", 0, self.start)

    def preceded_by(self, word: re.Pattern[str], window: int = 12) -> bool:
        """Whether a word stands in the characters just before, of which those of the run itself are none."""
        first = max(0, self.start - window)
        return first < self.run and word.search(self.text, first, self.start) is not None

    def found(self, kind: Kind, confidence: float, skip: int = 0, longer: int = 0) -> Found:
        """The find that this candidate is, without its first `skip` characters, `longer` at the end."""
        return Found(kind, self.start + skip, self.end + longer, confidence)


_TIED_BEFORE = re.compile(f"[*{_DIGIT}][ \t\\-‐‑‒–—−_·.)]{{0,3}}$")
_TIED_BEHIND = re.compile(f"[ \t\\-‐‑‒–—−_·.)]{{0,3}}[*{_DIGIT}]")


def runs(folded: str, beginnings: re.Pattern[str], among_numerals: re.Pattern[str]) -> Iterator[Run]:
    """All runs of a folded text that may hold a number: that have a place which one of the patterns matches.

    The first is for runs of ASCII digits, the second for runs with numerals, which it sees as digits.
    """
    for found in _RUN.finditer(folded):
        start, end = found.span()
        if end - start < SHORTEST:
            continue
        run = found[0]
        behind = end + 2  # an identity number may end with an x
        if run.isdecimal():  # one group
            if beginnings.match(folded, start, behind):
                length = end - start
                masked = _touches_mask(folded, start, end)
                yield Run([start], _sizes([length]), run, [0, length], {0: 0, length: 1}, [0], masked)
            continue
        if run.isascii() or not _NUMERAL.search(run):
            places = [place.start() for place in beginnings.finditer(folded, start, behind)]
        else:
            plain = folded[start:behind].translate(_PLAIN)
            places = [start + place.start() for place in among_numerals.finditer(plain)]
        if places:
            yield _cut(folded, start, end, places)


def _cut(text: str, start: int, end: int, places: list[int]) -> Run:
    spans = [group.span() for group in _GROUP.finditer(text, start, end)]
    starts = [first for first, _ in spans]
    lengths = [behind - first for first, behind in spans]
    offsets = list(accumulate(lengths, initial=0))
    number_at = dict(zip(starts, count()))
    return Run(
        starts,
        _sizes(lengths),
        _SEPARATOR.sub("", text[start:end]).translate(_PLAIN),
        offsets,
        dict(zip(offsets, count())),
        [number_at[place] for place in places if place in number_at],
        _touches_mask(text, start, end),
    )


def _sizes(lengths: list[int]) -> bytes:
    try:
        return bytes(lengths)
    except ValueError:
        return bytes([min(length, _LONGEST) for length in lengths])


def _touches_mask(text: str, start: int, end: int) -> bool:
    """Whether the run is what a mask left over (138****5678): its parts must not join with others."""
    if text[start - 1 : start] not in " -\t*" and text[end : end + 1] not in " -\t*":
        return False
    before, after = start - 1, end
    while before >= 0 and text[before] in " -\t":
        before -= 1
    while after < len(text) and text[after] in " -\t":
        after += 1
    return (before >= 0 and text[before] == "*") or (after < len(text) and text[after] == "*")
