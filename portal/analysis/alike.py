"""When are two messages near-duplicates (近似重复)? One rule, light enough for a web worker.

A message is read in two ways, both folded (simplified, half-width, lower case):

- as written: `title + "\\n" + body` without white space. Alike from a Jaccard similarity of 0.5 of the sets of
  3-grams of characters; this is the oracle that the product's figures are measured against.
- the matter: greeting and sign-off of the body left out, letters and digits alone. So a pasted 尊敬的领导您好,
  other punctuation or a row of emoji tells two messages no longer apart, however short they are. Alike from the
  same 0.5, and where one is the other retyped: at least 0.8 of the longer stands in the other in the same order.
  One character in ten changed breaks nearly three 3-grams in ten of each, and leaves most short copies below 0.5.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from portal.analysis.normalise import fold, matter_range

ALIKE = 0.5  # Jaccard similarity from which two messages are near-duplicates
RETYPED = 0.8  # share of the longer matter that stands in the other one in the same order
LEAST_SHARED = 0.3  # Jaccard similarity of the matter below which two messages are none
# And that below which they share nearly no words. Measured on bench/written_issues: 98 % of those about other matters, and
# of those that tell of one in words of their own 5 to 22 % (in its hardest parts, from another side altogether, 39 and 61 %).
STRANGE = 0.005

_NO_CONTENT = re.compile(r"[\W_]+")


class Readings:
    """The two readings of one message; what most comparisons do not need is read when it is asked for."""

    def __init__(self, title: str, body: str, matter: str | None = None) -> None:
        """Read a message; `matter` is its `matter_text`, where that is known already."""
        self._title = title
        self._body = body
        self.matter_text = matter_text(title, body) if matter is None else matter
        self.matter = grams(self.matter_text)

    @cached_property
    def written(self) -> frozenset[str]:
        """The 3-grams of the message as written."""
        return grams(written_text(self._title, self._body))


def written_text(title: str, body: str) -> str:
    """The folded characters of a message without white space."""
    return fold("".join(f"{title}\n{body}".split()))


def matter_text(title: str, body: str) -> str:
    """The normal letters and digits of title and body, greeting and sign-off of the body left out."""
    start, end = matter_range(body)
    return folded_matter_text(fold(f"{title}\n{body[start:end]}"))


def folded_matter_text(folded: str) -> str:
    """`matter_text` of title, line feed and matter that are folded already."""
    content = _NO_CONTENT.sub("", folded)
    if unicodedata.is_normalized("NFKC", content):
        return content
    # ㎡ is m2. No heap of combining accents is left that would take long to sort.
    return _NO_CONTENT.sub("", fold(unicodedata.normalize("NFKC", content)))


def grams(text: str) -> frozenset[str]:
    """The 3-grams of a text; a text of one or two characters is its own only gram, an empty one has none."""
    if len(text) < 3:
        return frozenset((text,) if text else ())
    return frozenset([text[at : at + 3] for at in range(len(text) - 2)])


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """What two sets share, as a part of what both hold; 0 where either is empty."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def share_in_order(one: str, other: str) -> float:
    """The longest common subsequence of two texts, as a part of the longer one.

    Bit-parallel, after Hyyrö, “Bit-parallel LCS-length computation revisited” (2004): one step on a number of
    `len(one)` bits for each character of `other`.
    """
    places: dict[str, int] = {}
    for at, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << at
    full = unmatched = (1 << len(one)) - 1
    for char in other:
        matched = unmatched & places.get(char, 0)
        unmatched = ((unmatched + matched) | (unmatched - matched)) & full
    longer = max(len(one), len(other))
    return (len(one) - unmatched.bit_count()) / longer if longer else 0.0


def similarity(one: Readings, other: Readings) -> float | None:
    """How alike two near-duplicates are, or None where they are none; nothing is like a message without matter.

    The Jaccard similarity as written where that makes them so, else that of the matter, else the share in order.
    Two whose matters have little in common are none, though the same greeting fill most of both.
    """
    matter = jaccard(one.matter, other.matter)
    if matter < LEAST_SHARED:
        return None
    written = jaccard(one.written, other.written)
    if written >= ALIKE:
        return written
    if matter >= ALIKE:
        return matter
    lengths = len(one.matter_text), len(other.matter_text)
    if min(lengths) < RETYPED * max(lengths):
        return None
    share = share_in_order(one.matter_text, other.matter_text)
    return share if share >= RETYPED else None


def share_hardly_a_word(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the matters of two messages, each a title and a body, have nearly no three characters in a row in common."""
    return jaccard(grams(matter_text(*one)), grams(matter_text(*other))) < STRANGE


def similar_to(text: str, candidates: Iterable[tuple[str, str]]) -> list[tuple[str, float]]:
    """Which candidates are near-duplicates of a text that somebody is writing, the most alike first.

    `text` is `title + "\\n" + body`; `candidates` are pairs of an id and such a text, as a search index gives
    them. Returns pairs of id and similarity; equal ones in the order of their ids.
    """
    mine = Readings(*_title_and_body(text))
    found = []
    for identifier, other in candidates:
        alike = similarity(mine, Readings(*_title_and_body(other)))
        if alike is not None:
            found.append((identifier, alike))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _title_and_body(text: str) -> tuple[str, str]:
    title, _, body = text.partition("\n")
    return title, body
