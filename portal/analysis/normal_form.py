"""The normal form of a text where it is longer or shorter than what was written, with the way back.

`fold` does character by character what it can; here is the rest of NFKC: ㎡ is m2, ① is 1, ﬁ is fi, a letter with a
combining accent is one character. Runs of white space become one space, or one line feed where they hold one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, repeat

from portal.analysis.normalise import fold

_SPACE = re.compile(r"\s+")
_UNEVEN = re.compile(r"\s\s|[^\S \n]")
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
    if is_plain(folded):
        clusters = pieces = list(folded)
    else:
        clusters = _clusters(folded)
        settled = {cluster: _settled(cluster) for cluster in set(clusters) if not is_plain(cluster)}
        pieces = [settled.get(cluster, cluster) for cluster in clusters]
    ends = list(accumulate(map(len, clusters)))
    starts = [0, *ends[:-1]] if ends else []
    lengths = list(map(len, pieces))
    form = NormalForm(
        "".join(pieces),
        tuple(chain.from_iterable(map(repeat, starts, lengths))),
        tuple(chain.from_iterable(map(repeat, ends, lengths))),
    )
    return _even_spaces(form) if _UNEVEN.search(form.text) else form


def _clusters(text: str) -> list[str]:
    """The text cut into characters, those that NFKC may make one of and runs of white space left together."""
    clusters: list[str] = []
    at = 0
    for joined in _joined(_joining().intersection(text)).finditer(text):
        clusters += text[at : joined.start()]
        clusters.append(joined[0])
        at = joined.end()
    clusters += text[at:]
    return clusters


def _joined(joining: frozenset[str]) -> re.Pattern[str]:
    """Finds characters that NFKC may make one of, and white space of several characters.

    Only what a text has of the thousand joining ones is looked for: most texts have none, and a long list is slow.
    """
    white = r"\s\s+"
    return re.compile(rf"{white}|\S[{re.escape(''.join(sorted(joining)))}]+" if joining else white)


@cache
def _joining() -> frozenset[str]:
    return frozenset(char for char in map(chr, range(0x80, 0x20000)) if _joins(char))


def _joins(char: str) -> bool:
    """Whether a character may melt into the one before it."""
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


def _even_spaces(form: NormalForm) -> NormalForm:
    even: list[str] = []
    first: list[int] = []
    last: list[int] = []
    at = 0
    for space in _SPACE.finditer(form.text):
        start, end = space.span()
        if start > at:
            even.append(form.text[at:start])
            first += form.starts[at:start]
            last += form.ends[at:start]
        even.append("\n" if "\n" in space[0] else " ")
        first.append(form.starts[start])
        last.append(form.ends[end - 1])
        at = end
    return NormalForm("".join([*even, form.text[at:]]), (*first, *form.starts[at:]), (*last, *form.ends[at:]))
