"""Things that matters are about, each told by several words: 路灯, 照明, 漆黑 are one.

Two who write of one thing in their own words share no word; what they share is the thing. A term of a corpus (a word, or a
marked pair of characters of a title) tells of each thing of which it holds a word; of one that is a single character
only where it is that character (灯), for in longer words it says other things as well (灯会).
"""

from functools import cache

from portal.analysis.normalise import data_lines

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


def is_single(word: str) -> bool:
    """Whether a word is one of the single characters that tell of a thing."""
    return len(word) == 1 and word in _words()[1]


def things_in(term: str) -> set[int]:
    """The numbers of the things that a term tells of."""
    _, told, longest = _words()
    if len(term) == 1:
        return set(told.get(term, ()))
    return {
        thing
        for start in range(len(term))
        for end in range(start + 2, min(len(term), start + longest) + 1)
        for thing in told.get(term[start:end], ())
    }
