"""Bags: what each of many messages holds, as numbers of names, filled part by part and put together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 1 << 20  # entries that are numbered anew at once: bounds memory
_CHARACTERS = "utf-32-le"

Numbers: TypeAlias = NDArray[np.int32]
Ends: TypeAlias = NDArray[np.int64]


class Words(Sequence[str]):
    """Many words, none of them empty, in two arrays: they take a tenth of the memory of a list, and processes can share them."""

    def __init__(self, words: Sequence[str]) -> None:
        self._characters = _characters("".join(words))
        sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        self._ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(len(self))[at]]
        at = range(len(self))[at]
        start, end = self._ends.item(at), self._ends.item(at + 1)
        return _text(self._characters[start:end])

    def __iter__(self) -> Iterator[str]:
        return _cut(self._characters, self._ends)

    def some(self, numbers: Ends) -> list[str]:
        """Words by their numbers, in their order: many at once, in a fifth of the time of one by one."""
        sizes = self._ends[numbers + 1] - self._ends[numbers]
        places, _ = ranges(self._ends[numbers], sizes)
        ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        return list(_cut(self._characters[places], ends))

    def firsts(self, numbers: NDArray[np.integer] | None = None) -> NDArray[np.uint32]:
        """The first character of each word, or of some by their numbers."""
        return self._characters[self._ends[:-1] if numbers is None else self._ends[numbers]]

    def sizes(self) -> NDArray[np.int64]:
        """How many characters each word has."""
        return np.diff(self._ends)

    def pairs(self, numbers: Ends, at: int) -> Ends:
        """The characters `at` and `at + 1` of some words as one number each (see `character_pairs`).

        What is told of a word that has not so many characters says nothing.
        """
        last = self._ends[numbers + 1] - 1
        first, second = (np.minimum(self._ends[numbers] + one, last) for one in (at, at + 1))
        return _paired(self._characters[first], self._characters[second])


def _characters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode(_CHARACTERS, "surrogatepass"), dtype=np.uint32)


def _text(characters: NDArray[np.uint32]) -> str:
    return characters.tobytes().decode(_CHARACTERS, "surrogatepass")


def _cut(characters: NDArray[np.uint32], ends: Ends) -> Iterator[str]:
    """The words that stand one after the other, each between two of the ends."""
    text = _text(characters)
    return (text[start:end] for start, end in pairwise(ends.tolist()))


def ranges(starts: Ends, sizes: Ends) -> tuple[Ends, Ends]:
    """The numbers of several ranges, one range after the other, and which range each belongs to."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(owner)) + (starts - (np.cumsum(sizes) - sizes))[owner], owner


def character_pairs(text: str) -> NDArray[np.int64]:
    """The pairs of neighbouring characters of a text, as numbers."""
    characters = _characters(text)
    return _paired(characters[:-1], characters[1:])


def _paired(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.int64]:
    return one.astype(np.int64) << 32 | other


@dataclass(frozen=True, slots=True)
class Bags:
    """What one part of every message holds: message `i` has `columns[ends[i]:ends[i + 1]]`, numbers of names."""

    columns: Numbers
    ends: Ends

    def __len__(self) -> int:
        return len(self.ends) - 1


class Columns(dict[str, int]):
    """Numbers names as they are first asked for; those that `counts` refuses have the number -1."""

    def __init__(self, counts: Callable[[str], bool]) -> None:
        super().__init__()
        self.names: list[str] = []
        self._counts = counts

    def __missing__(self, name: str) -> int:
        if self._counts(name):
            self[name] = len(self.names)
            self.names.append(name)
        else:
            self[name] = -1
        return self[name]

    def forget(self) -> None:
        """Begin anew: the numbers given so far say nothing any more."""
        self.clear()
        self.names.clear()


class Filling:
    """Bags as they are filled, message by message."""

    def __init__(self) -> None:
        self._columns: list[int] = []
        self._ends = [0]

    def add(self, columns: Iterable[int]) -> None:
        """Append what the next message holds; numbers below 0 are left out in the end."""
        self._columns.extend(columns)
        self._ends.append(len(self._columns))

    def columns(self) -> tuple[Numbers, Ends]:
        """All that was added: numbers, and where each message ends."""
        columns = np.array(self._columns, dtype=np.int32)
        counted = columns >= 0
        before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counted)])
        return columns[counted], before[np.array(self._ends, dtype=np.int64)]


def compact(names: Sequence[str], fillings: Sequence[Filling]) -> tuple[list[str], list[Bags]]:
    """Those names that one of the fillings uses, and bags over them alone."""
    filled = [filling.columns() for filling in fillings]
    used = np.zeros(len(names), dtype=np.bool_)
    for columns, _ in filled:
        used[columns] = True
    number = np.cumsum(used, dtype=np.int32) - 1
    own = [names[at] for at in np.flatnonzero(used).tolist()]
    return own, [Bags(number[columns], ends) for columns, ends in filled]


class Merged(dict[str, int]):
    """Numbers the names of all parts as they come; in the end their order is that of their characters."""

    def numbers(self, names: Iterable[str]) -> Numbers:
        """The numbers of the names of one part."""
        return np.array([self.setdefault(name, len(self)) for name in names], dtype=np.int32)

    def ordered(self) -> tuple[Words, Numbers]:
        """All names in order, and where each number is among them; none are held here any more."""
        names = sorted(self)
        ranks = np.empty(len(names), dtype=np.int32)
        ranks[np.fromiter((self[name] for name in names), np.int64, len(names))] = np.arange(
            len(names), dtype=np.int32
        )
        self.clear()
        return Words(names), ranks


class Gathered:
    """The bags of several parts, one after the other."""

    def __init__(self) -> None:
        self._columns: list[Numbers] = [np.empty(0, dtype=np.int32)]
        self._sizes: list[Numbers] = [np.empty(0, dtype=np.int32)]

    def add(self, part: Bags, numbers: Numbers) -> None:
        """Append a part; `numbers` are those of its names."""
        self._columns.append(numbers[part.columns])
        self._sizes.append(np.diff(part.ends).astype(np.int32))

    def bags(self, rows: NDArray[np.bool_], ranks: Numbers) -> Bags:
        """Some rows of all that was added, in numbers of all names in order (see `Merged.ordered`). To be called once."""
        sizes = np.concatenate(self._sizes)
        columns = np.concatenate(self._columns)
        self._columns.clear()
        if not rows.all():
            columns, sizes = columns[np.repeat(rows, sizes)], sizes[rows]
        for start in range(0, len(columns), _AT_ONCE):
            columns[start : start + _AT_ONCE] = ranks[columns[start : start + _AT_ONCE]]
        return Bags(columns, np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)]))
