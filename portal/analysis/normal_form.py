"""The normal form of a text where it is longer or shorter than what was written, with the way back.

`fold` does character by character what it can; here is the rest of NFKC: ㎡ is m2, ① is 1, ﬁ is fi, a letter with a
combining accent is one character. Runs of white space become one space, or one line feed where they hold one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from portal.analysis.normalise import fold

_SPACE = re.compile(r"\s+")
# Folded characters that are their own normal form, the last one only where nothing melts into it: most of a text.
_SETTLED = re.compile("[!-~\u4e00-\u9fa5]{2,}")
# UAX #15 (stream-safe text) calls 30 combining characters in a row more than any language needs. Sorting thousands
# of them, as NFKC does, takes time that grows with their square.
_LONGEST_CLUSTER = 31


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A normal form, and for each of its characters the range of the original that it comes from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original for `text[start:end]`, which is not empty; whole characters of both."""
        return self.starts[start], self.ends[end - 1]


def is_plain(folded: str) -> bool:
    """Whether folding was all that NFKC asks of a text, so that a folded offset is one of its normal form."""
    return unicodedata.is_normalized("NFKC", folded)


def normal_form(text: str) -> NormalForm:
    """NFKC, simplified, half-width, lower case, white space evened. Normalising twice is normalising once."""
    folded = fold(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    start = 0
    while start < len(folded):
        settled = _SETTLED.match(folded, start)
        if settled:
            end = settled.end() - 1
            pieces.append(folded[start:end])
            starts += range(start, end)
            ends += range(start + 1, end + 1)
            start = end
        end = _end_of_cluster(folded, start)
        piece = _settled(folded[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
        start = end
    return _even_spaces("".join(pieces), starts, ends)


def _end_of_cluster(text: str, start: int) -> int:
    """Behind the characters that NFKC may make one of, or behind a run of white space."""
    space = _SPACE.match(text, start)
    if space:
        return space.end()
    end = start + 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return end


@cache
def _joins(char: str) -> bool:
    """Whether a character may melt into the one before it."""
    if char.isascii():
        return False
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.combining(first) != 0 or first in _joining_starters()


@cache
def _joining_starters() -> frozenset[str]:
    """Characters without a combining class that yet compose with the one before: Hangul vowels and finals, …"""
    found = {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    for code in range(0x20000):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            second = chr(int(parts[1], 16))
            if unicodedata.combining(second) == 0:
                found.add(second)
    return frozenset(found)


def _settled(piece: str) -> str:
    """NFKC and folding in turn until neither changes anything: lower-case letters compose that capitals do not.

    A piece of more combining characters than any language needs stays as it is.
    """
    if len(piece) > _LONGEST_CLUSTER:
        return piece
    after = fold(unicodedata.normalize("NFKC", piece))
    while after != piece:
        piece, after = after, fold(unicodedata.normalize("NFKC", after))
    return after


def _even_spaces(text: str, starts: list[int], ends: list[int]) -> NormalForm:
    even: list[str] = []
    first: list[int] = []
    last: list[int] = []
    at = 0
    for space in _SPACE.finditer(text):
        even += [text[at : space.start()], "\n" if "\n" in space.group() else " "]
        first += [*starts[at : space.start()], starts[space.start()]]
        last += [*ends[at : space.start()], ends[space.end() - 1]]
        at = space.end()
    return NormalForm("".join([*even, text[at:]]), (*first, *starts[at:]), (*last, *ends[at:]))
