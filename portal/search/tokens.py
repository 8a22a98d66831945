"""Text cut into tokens for the index: overlapping pairs of characters, for Chinese and Latin alike.

A run is a maximal sequence of letters and digits of the folded text. Its tokens are its overlapping pairs and its
last character alone, so that every character of a run begins a token: a query of one character is matched by
prefix, one of two by the pair itself, a longer one by all its pairs and then by the run as a whole. What is found
is exactly what a substring comparison of folded texts would find.
"""

import re
from itertools import pairwise
from operator import add

from portal.analysis.normalise import fold

# PostgreSQL limits a tsvector to 1 MiB; this many characters of four bytes stay below it, two to a token.
TEXT_LENGTH = 100_000
QUERY_LENGTH = 100
QUERY_TERMS = 8

_RUN = re.compile(r"[^\W_]+")
# Neither database stores a NUL or half a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def folded(text: str) -> str:
    """The first `TEXT_LENGTH` characters of `text` as they are matched, one for one; what cannot be stored is a space."""
    return _UNSTORABLE.sub(" ", fold(text[:TEXT_LENGTH]))


def runs(folded_text: str) -> list[str]:
    """The maximal sequences of letters and digits of a folded text, in its order."""
    return _RUN.findall(folded_text)


def tokens(folded_text: str) -> list[str]:
    """The tokens of a folded text, each once."""
    found: dict[str, None] = {}
    for run in runs(folded_text):
        found.update(dict.fromkeys(map(add, run, run[1:])))
        found[run[-1]] = None
    return list(found)


def terms(query: str) -> list[str]:
    """What a query asks for: its first `QUERY_TERMS` different runs, of which all must be found."""
    return list(dict.fromkeys(runs(folded(query[:QUERY_LENGTH]))))[:QUERY_TERMS]


def pairs(term: str) -> list[str]:
    """The different tokens of two characters that a term consists of; none for a single character."""
    return list(dict.fromkeys(map("".join, pairwise(term))))
