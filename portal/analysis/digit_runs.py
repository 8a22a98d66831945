"""Runs of digits as people write them: broken up (138 1234-5678), spelled (一三八…), or both.

A text is cut into runs of digits with at most three separators between two of them, a run into groups without
separators; only whole groups that follow each other may form a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from portal.analysis.personal_kinds import Found, Kind

_SPELLED = "〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖"
_HAN_DIGITS = dict(zip(_SPELLED, "00011122233445566778899", strict=True))
_SEPARATORS = " \t\\-‐‑‒–—−_·.)/~"
_DIGIT = f"0-9{_SPELLED}"
_RUN = re.compile(f"[{_DIGIT}](?:[{_SEPARATORS}]{{0,3}}[{_DIGIT}])*")
_GROUP = re.compile(f"[0-9]+|[{_SPELLED}]+")
_SEPARATOR = re.compile(f"[{_SEPARATORS}]+")
_PLAIN = str.maketrans(_HAN_DIGITS)
SHORTEST = 7  # digits of the shortest number


@dataclass(frozen=True, slots=True)
class Run:
    """Groups of digits that may belong together: their ranges in the text, all digits, and where groups begin."""

    groups: list[tuple[int, int]]
    digits: str
    offsets: list[int]  # in `digits`, of each group, and the number of all digits at the end
    group_at: dict[int, int]
    masked: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whole groups that follow each other, with the text around them."""

    digits: str
    shape: tuple[int, ...]
    start: int
    end: int
    text: str

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
        """Whether a word stands in the characters just before."""
        return bool(word.search(self.text, max(0, self.start - window), self.start))

    def found(self, kind: Kind, confidence: float, skip: int = 0, longer: int = 0) -> Found:
        """The find that this candidate is, without its first `skip` characters, `longer` at the end."""
        return Found(kind, self.start + skip, self.end + longer, confidence)


_TIED_BEFORE = re.compile(f"[*{_DIGIT}][ \t\\-‐‑‒–—−_·.)]{{0,3}}$")
_TIED_BEHIND = re.compile(f"[ \t\\-‐‑‒–—−_·.)]{{0,3}}[*{_DIGIT}]")


# Three digits together, without which a run holds no number but one that is written digit by digit (or in pairs).
_THREE = re.compile(f"[0-9]{{3}}|[{_SPELLED}]{{3}}")
_DIGIT_BY_DIGIT = re.compile("1[3-9][0-9]{9}|86[0-9]{10}|[1-8][0-9]{5}(?:19|20)[0-9]{9}")


def runs(folded: str) -> Iterator[Run]:
    """All runs of a folded text that may hold a number."""
    for run in _RUN.finditer(folded):
        start, end = run.span()
        if end - start >= SHORTEST:
            digits = _SEPARATOR.sub("", run[0]).translate(_PLAIN)
            if _THREE.search(folded, start, end) or _DIGIT_BY_DIGIT.search(digits):
                yield _cut(folded, start, end, digits)


def _cut(text: str, start: int, end: int, digits: str) -> Run:
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    offsets = list(accumulate((behind - first for first, behind in groups), initial=0))
    return Run(
        groups,
        digits,
        offsets,
        {offset: place for place, offset in enumerate(offsets)},
        _touches_mask(text, start, end),
    )


def _touches_mask(text: str, start: int, end: int) -> bool:
    """Whether the run is what a mask left over (138****5678): its parts must not join with others."""
    before, after = start - 1, end
    while before >= 0 and text[before] in " -\t":
        before -= 1
    while after < len(text) and text[after] in " -\t":
        after += 1
    return (before >= 0 and text[before] == "*") or (after < len(text) and text[after] == "*")
