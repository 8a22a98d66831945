"""Things that matters are about, each told by several words: 路灯, 照明, 漆黑 are one.

Two who write of one thing in their own words share no word; what they share is the thing. A term of a corpus (a word, or a
marked pair of characters of a title) tells of each thing of which it holds a word.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy import sparse

from portal.analysis.normalise import data_lines
from portal.analysis.vectors import Counts, Matrix

MARK = "@"  # before the name of a thing among words


@cache
def _words() -> tuple[tuple[str, ...], dict[str, tuple[int, ...]], int]:
    """The names of all things, which of them each word tells of, and the characters of the longest word."""
    names: list[str] = []
    told: dict[str, tuple[int, ...]] = {}
    for line in data_lines("thing_words.txt"):
        name, _, words = line.partition(" | ")
        for word in words.split():
            told[word] = (*told.get(word, ()), len(names))
        names.append(f"{MARK}{name.strip()}")
    return tuple(names), told, max(map(len, told))


def names_of_things() -> tuple[str, ...]:
    """The names of all things, each with `MARK` before it."""
    return _words()[0]


def things_in(term: str) -> set[int]:
    """The numbers of the things that a term tells of."""
    _, told, longest = _words()
    return {
        thing
        for start in range(len(term))
        for end in range(start + 2, min(len(term), start + longest) + 1)
        for thing in told.get(term[start:end], ())
    }


def things_told(counts: Counts, terms: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Which things each message tells of in its title, and which in its body: rows of messages, columns of things."""
    rows: list[int] = []
    columns: list[int] = []
    for row, term in enumerate(terms):
        for thing in sorted(things_in(term)):
            rows.append(row)
            columns.append(thing)
    shape = len(terms), len(names_of_things())
    telling = sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    titles, bodies = (sparse.csr_matrix(part @ telling) for part in (counts.titles, counts.bodies))
    return titles, bodies
