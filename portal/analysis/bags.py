"""Bags: what each of many messages holds, as numbers of names, filled part by part and put together."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 1 << 20  # entries that are numbered anew at once: bounds memory

Numbers: TypeAlias = NDArray[np.int32]
Ends: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bags:
    """What one part of every message holds: message `i` has `columns[ends[i]:ends[i + 1]]`, numbers of `names`."""

    names: Sequence[str]
    columns: Numbers
    ends: Ends


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
        self._columns = array("i")
        self._ends = array("q", [0])

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


def compact(names: Sequence[str], fillings: Sequence[Filling]) -> list[Bags]:
    """Bags over those names alone that one of them uses."""
    filled = [filling.columns() for filling in fillings]
    used = np.zeros(len(names), dtype=np.bool_)
    for columns, _ in filled:
        used[columns] = True
    number = np.cumsum(used, dtype=np.int32) - 1
    own = [names[at] for at in np.flatnonzero(used).tolist()]
    return [Bags(own, number[columns], ends) for columns, ends in filled]


class Merged(dict[str, int]):
    """Numbers the names of all parts as they come; in the end their order is that of their characters."""

    def numbers(self, names: Iterable[str]) -> Numbers:
        """The numbers of the names of one part."""
        return np.array([self.setdefault(name, len(self)) for name in names], dtype=np.int32)

    def ordered(self) -> tuple[list[str], Numbers]:
        """All names in order, and where each number is among them."""
        names = sorted(self)
        ranks = np.empty(len(names), dtype=np.int32)
        ranks[[self[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        return names, ranks


class Gathered:
    """The bags of several parts, one after the other."""

    def __init__(self, names: Merged) -> None:
        self.names = names
        self._columns: list[Numbers] = [np.empty(0, dtype=np.int32)]
        self._sizes: list[Numbers] = [np.empty(0, dtype=np.int32)]

    def add(self, part: Bags, numbers: Numbers) -> None:
        """Append a part; `numbers` are those of its names."""
        self._columns.append(numbers[part.columns])
        self._sizes.append(np.diff(part.ends).astype(np.int32))

    def bags(self, rows: NDArray[np.bool_]) -> Bags:
        """Some rows of all that was added, in numbers of all names in order. To be called once."""
        names, ranks = self.names.ordered()
        sizes = np.concatenate(self._sizes)
        columns = np.concatenate(self._columns)
        self._columns.clear()
        if not rows.all():
            columns, sizes = columns[np.repeat(rows, sizes)], sizes[rows]
        for start in range(0, len(columns), _AT_ONCE):
            columns[start : start + _AT_ONCE] = ranks[columns[start : start + _AT_ONCE]]
        return Bags(
            names, columns, np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])
        )
