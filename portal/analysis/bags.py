"""Bags: what each of many messages holds, as numbers of names, filled part by part and put together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 1 << 20  # entries that are numbered anew at once: bounds memory
_UNITS = "utf-16-le"

Numbers: TypeAlias = NDArray[np.int32]
Ends: TypeAlias = NDArray[np.int64]


class Words(Sequence[str]):
    """Many words, none of them empty, in two arrays: they take a tenth of the memory of a list, and processes can share them."""

    def __init__(self, words: Sequence[str]) -> None:
        self._units = np.frombuffer("".join(words).encode(_UNITS), dtype=np.uint16)
        sizes = np.fromiter(
            (len(word.encode(_UNITS)) // 2 for word in words), dtype=np.int64, count=len(words)
        )
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
        return self._units[start:end].tobytes().decode(_UNITS)

    def __iter__(self) -> Iterator[str]:
        units = self._units.tobytes()
        for start, end in pairwise((2 * self._ends).tolist()):
            yield units[start:end].decode(_UNITS)

    def firsts(self, numbers: NDArray[np.integer] | None = None) -> NDArray[np.uint16]:
        """The first character of each word, or of some by their numbers; half of one beyond the Basic Multilingual Plane."""
        return self._units[self._ends[:-1] if numbers is None else self._ends[numbers]]

    def sizes(self) -> NDArray[np.int64]:
        """How many characters each word has; one beyond the Basic Multilingual Plane counts twice."""
        return np.diff(self._ends)

    def starts(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first two characters of some words as one number each (see `character_pairs`), and how long they are."""
        at, end = self._ends[numbers], self._ends[numbers + 1]
        second = self._units[np.minimum(at + 1, end - 1)]
        return _paired(self._units[at], second), end - at


def character_pairs(text: str) -> NDArray[np.int64]:
    """The pairs of neighbouring characters of a text, as numbers."""
    units = np.frombuffer(text.encode(_UNITS), dtype=np.uint16)
    return _paired(units[:-1], units[1:])


def _paired(one: NDArray[np.uint16], other: NDArray[np.uint16]) -> NDArray[np.int64]:
    return one.astype(np.int64) << 16 | other


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
