"""Which pairs of texts can be near-duplicates at all: bounds that `alike.similarity` cannot exceed, in numpy.

Letters filled in after one pattern make candidates by the hundred thousand, of which hardly one is a near-duplicate.
Comparing one such pair exactly takes many times as long as bounding it. No bound is below the truth, so nothing is lost.

Each text is a set of parts, each part a number below 2^20. What a text shares with many others is counted by marking
its parts in a table. Two parts that fall on one number make a bound a little higher (one pair of letters in sixty
by one), never lower.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from portal.analysis.alike import ALIKE, LEAST_SHARED, RETYPED
from portal.analysis.signatures import Pairs, chunks

_PLACES = 1 << 20  # numbers that parts may have; as a table of bytes they stay in a core's cache
_OWNER = np.uint64(47)  # bits that tell parts of one text apart: about one text in 10^10 has two equal ones
_CHAR = np.uint64(21)  # bits of a code point
_AT_ONCE = 256  # texts that one is compared with at a time
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)

Keys = npt.NDArray[np.uint64]
Parts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def sieved(pairs: Pairs, matters: Sequence[str], written: Callable[[int], str]) -> Pairs:
    """Those of the pairs that `alike.similarity` may call near-duplicates, in their order.

    `pairs` are places in `matters`, sorted by the first; `written` tells the text as written of a place, and is
    asked for those only that the matter alone does not decide.
    """
    shared, mine, theirs = _shared(pairs, matters.__getitem__, _grams)
    jaccard = shared / (mine + theirs - shared)
    pairs, jaccard = pairs[jaccard >= LEAST_SHARED], jaccard[jaccard >= LEAST_SHARED]
    kept = jaccard >= ALIKE
    kept[~kept] = _retyped(pairs[~kept], matters)
    shared, mine, theirs = _shared(pairs[~kept], written, _grams)
    kept[~kept] = shared / (mine + theirs - shared) >= ALIKE
    return pairs[kept]


def _retyped(pairs: Pairs, matters: Sequence[str]) -> Bools:
    """Whether one text may be the other retyped: what stands in both in any order is no less than in one order."""
    lengths = np.array([len(matter) for matter in matters], np.int64)[pairs]
    possible = lengths.min(axis=1) >= RETYPED * lengths.max(axis=1)
    shared = _shared(pairs[possible], matters.__getitem__, _characters)[0]
    possible[possible] = shared / lengths[possible].max(axis=1) >= RETYPED
    return possible


def _shared(
    pairs: Pairs, text: Callable[[int], str], parts_of: Callable[[list[str]], tuple[Keys, Keys]]
) -> tuple[Floats, Floats, Floats]:
    """How many parts each pair shares at most, and how many each of the two has."""
    asked = np.zeros(pairs.max(initial=-1) + 1, np.bool_)
    asked[pairs] = True
    rows = (np.cumsum(asked) - 1)[pairs]
    parts = _read((text(place) for place in np.flatnonzero(asked).tolist()), parts_of)
    sizes = np.array([len(own) for own in parts], np.float64)
    shared = np.empty(len(rows))
    marked = np.zeros(_PLACES, np.uint8)
    cuts = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    for start, end in pairwise([*cuts.tolist(), len(rows)]):
        own = parts[rows[start, 0]]
        marked[own] = 1
        for first in range(start, end, _AT_ONCE):
            others = [parts[other] for other in rows[first : min(first + _AT_ONCE, end), 1].tolist()]
            begins = [0, *accumulate(len(other) for other in others[:-1])]
            met = marked.take(np.concatenate(others))
            shared[first : first + len(others)] = np.add.reduceat(met, begins, dtype=np.int32)
        marked[own] = 0
    return shared, sizes[rows[:, 0]], sizes[rows[:, 1]]


def _read(texts: Iterator[str], parts_of: Callable[[list[str]], tuple[Keys, Keys]]) -> list[Parts]:
    """The parts of each text."""
    parts: list[Parts] = []
    for chunk in chunks(texts):
        owners, keys = parts_of(chunk)
        ends = np.searchsorted(owners, np.arange(1, len(chunk), dtype=np.uint64))
        parts += np.split((keys & np.uint64(_PLACES - 1)).astype(np.int32), ends)
    return parts


def _codes(texts: list[str]) -> tuple[Keys, Keys, npt.NDArray[np.int64]]:
    """The code points of all texts, to which text each belongs, and where each text ends."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in texts], np.int64)
    return codes, np.repeat(np.arange(len(texts), dtype=np.uint64), lengths), np.cumsum(lengths)


def _grams(texts: list[str]) -> tuple[Keys, Keys]:
    """The different 3-grams of texts of at least three characters: whose each is, and its number."""
    codes, owners, ends = _codes(texts)
    first, second, third = (np.uint64(factor) for factor in _FACTORS)
    hashed = codes[:-2] * first + codes[1:-1] * second + codes[2:] * third
    hashed ^= hashed >> np.uint64(29)
    hashed *= first
    inside = np.ones(len(codes), np.bool_)
    inside[ends - 1] = inside[ends - 2] = False  # these reach into the next text
    keys = owners[:-2] << _OWNER | hashed >> np.uint64(64 - int(_OWNER))
    keys = np.sort(keys[inside[:-2]])
    keys = keys[np.flatnonzero(np.diff(keys, prepend=~keys[:1]))]
    return keys >> _OWNER, keys


def _characters(texts: list[str]) -> tuple[Keys, Keys]:
    """The characters of texts, the second 路 of a text being another part than its first."""
    codes, owners, _ = _codes(texts)
    keys = np.sort(owners << _CHAR | codes)
    at = np.arange(len(keys))
    begins = np.diff(keys, prepend=~keys[:1]) != 0
    nth = at - np.maximum.accumulate(np.where(begins, at, 0))
    hashed = (keys & np.uint64((1 << int(_CHAR)) - 1)) * np.uint64(_FACTORS[0])
    hashed += nth.astype(np.uint64) * np.uint64(_FACTORS[1])
    return keys >> _CHAR, hashed >> np.uint64(32)
