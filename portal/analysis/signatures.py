"""Which of many texts may be near-duplicates: MinHash signatures and their bands, in numpy.

126 hash functions in 42 bands of 3. Bands of 4 (32 of them) lose an eighth of the pairs at a Jaccard similarity
of 0.5 and half of those at 0.4, where copies with a tenth of their characters changed lie; bands of 3 lose 0.4 %
and 6 %. The price, candidates that share one band by accident, is paid by comparing whole signatures first.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

Signatures = npt.NDArray[np.uint32]  # one row per text, one column per hash function
Pairs = npt.NDArray[np.int64]  # one row per candidate: two row numbers of texts, the lower first

BANDS, ROWS = 42, 3
_FUNCTIONS = BANDS * ROWS
_CHUNK = 1 << 16  # characters hashed at a time: what stays in a core's cache
_LEAST_SHARED = 36  # hash functions, 0.28 of all, on which two texts must agree to be compared exactly
# Rules that decide exactly ask for 0.3 at least; pairs at 0.4 fall short of 0.28 about once in 300
# times (126 functions: a deviation of 0.044). Lower, letters filled in after one pattern make many more candidates.
_WORDS = (_FUNCTIONS + 7) // 8  # of eight low bytes each, the last filled up with equal ones
_REACH = 64  # how many followers each text of one bucket is paired with
_COMPARED = 1 << 12  # pairs of signatures compared at a time
_SEED = 20190415


def signatures(texts: Iterable[str]) -> Signatures:
    """MinHash signatures of the sets of 3-grams of `texts`, in their order; reads them once, chunk by chunk."""
    blocks = [_signed(chunk) for chunk in chunks(texts)]
    return np.concatenate(blocks) if blocks else np.empty((0, _FUNCTIONS), np.uint32)


def chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in their order, as many at a time as a core's cache holds; short ones filled up to three characters."""
    chunk: list[str] = []
    held = 0
    for text in texts:
        chunk.append(text.ljust(3, "\0"))
        held += len(text)
        if held >= _CHUNK:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _signed(texts: list[str]) -> Signatures:
    """The signatures of texts of at least three characters each."""
    codes = np.frombuffer("".join([*texts, "\0\0\0"]).encode("utf-32-le", "surrogatepass"), np.uint32)
    hashed = codes[:-2] * np.uint32(0x9E3779B1) + codes[1:-1] * np.uint32(0x85EBCA77)
    hashed += codes[2:] * np.uint32(0xC2B2AE3D)
    hashed ^= hashed >> np.uint32(15)
    ends = np.cumsum([len(text) for text in texts])
    # From each text's first 3-gram to behind its last, then the two that reach into the next text.
    cuts = np.column_stack((np.concatenate(([0], ends[:-1])), ends - 2)).ravel()
    signed = np.empty((len(texts), _FUNCTIONS), np.uint32)
    random = np.random.default_rng(_SEED)
    factors = random.integers(0, 1 << 31, _FUNCTIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    masks = random.integers(0, 1 << 32, _FUNCTIONS, np.uint32)
    for function in range(_FUNCTIONS):
        permuted = (hashed ^ masks[function]) * factors[function]
        permuted ^= permuted >> np.uint32(16)
        signed[:, function] = np.minimum.reduceat(permuted, cuts)[::2]
    return signed


def candidates(signed: Signatures) -> Pairs:
    """Pairs of texts that share a band and 28 % of their signatures, in order of their row numbers.

    Of a bucket of more than 64 texts (one letter sent in by hundreds), each is paired with its 64 followers, so
    that time stays linear in the number of texts; another band orders them in another way.
    """
    count = len(signed)
    low = np.zeros((count, 8 * _WORDS), np.uint8)
    low[:, :_FUNCTIONS] = signed.astype(np.uint8)
    known, new = np.empty(0, np.int64), [np.empty(0, np.int64)]
    for band in range(BANDS):
        keys = _band_keys(signed, band)
        order = np.argsort(keys, kind="stable")
        for near in _sharing_bytes(keys[order], low[order]):
            ends = np.sort(order[near], axis=1)
            new.append(ends[_sharing(signed, ends)] @ np.array((count, 1)))
        if sum(map(len, new)) > len(known):
            known, new = _distinct([known, *new]), []
    return np.column_stack(np.divmod(_distinct([known, *new]), max(count, 1)))


def _distinct(numbers: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """All numbers once, in order; for millions, sorting is quicker than `np.unique`."""
    ordered = np.sort(np.concatenate(numbers))
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _band_keys(signed: Signatures, band: int) -> npt.NDArray[np.uint64]:
    keys = np.zeros(len(signed), np.uint64)
    for row in range(band * ROWS, (band + 1) * ROWS):
        keys = (keys ^ signed[:, row]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys


def _sharing_bytes(keys: npt.NDArray[np.uint64], low: npt.NDArray[np.uint8]) -> Iterator[Pairs]:
    """Places of one key, at most 64 apart, that agree in the low bytes of enough values; `keys` are sorted.

    Whose values agree, their bytes do; of those with a fifth of their 3-grams in common, most of what a pattern makes,
    one in a hundred is left. Bytes that lie side by side are compared in a fifth of the time of whole signatures.
    """
    at = np.arange(len(keys))
    for distance in range(1, _REACH + 1):
        at = at[: np.searchsorted(at, len(keys) - distance)]
        at = at[keys[at] == keys[at + distance]]
        if not len(at):
            return
        for start in range(0, len(at), _COMPARED):
            part = at[start : start + _COMPARED]
            same = (low[part] == low[part + distance]).view(np.uint64)
            shared = np.bitwise_count(same).sum(axis=1, dtype=np.uint8)
            near = part[shared >= _LEAST_SHARED + 8 * _WORDS - _FUNCTIONS]
            if len(near):
                yield np.column_stack((near, near + distance))


def _sharing(signed: Signatures, pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Which of the pairs have enough of their signatures in common."""
    same = signed[pairs[:, 0]] == signed[pairs[:, 1]]
    return np.count_nonzero(same, axis=1) >= _LEAST_SHARED
