"""Work on many messages spread over processes: Python computes on one core only.

Workers are started anew (spawned), so that a thread of the job runner may ask for them, and get what they need once.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process, get_context
from typing import Any, TypeVar

FEWEST = 20_000  # messages from which it is worth starting processes, each of which loads the engine anew
_MOST_PROCESSES = 4
_AHEAD = 2  # parts for each process that are on their way at once: bounds memory

Part = TypeVar("Part")
Result = TypeVar("Result")
Common = TypeVar("Common")

_common: list[Any] = []  # in a worker: what all parts need


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Callable[[Common, Part], Result], common: Common, parts: Iterable[Part], count: int
) -> Iterator[Result]:
    """`work(common, part)` for each part, in their order; by several processes where `count` messages are worth it.

    `work` is a function on the top level of a module; what goes in and comes out can be pickled.
    """
    processes = _processes_for(count)
    if processes < 2:
        yield from (work(common, part) for part in parts)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _remember, (common,)) as pool:
        waiting: deque[Future[Result]] = deque()
        for part in parts:
            waiting.append(pool.submit(_worked, work, part))
            if len(waiting) > _AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def beside(work: Callable[[Part], Result], part: Part, count: int) -> Iterator[Callable[[], Result]]:
    """Have `work(part)` done by another process meanwhile, where `count` messages are worth it.

    Gives a function that waits for the result; where it is not worth a process, that does the work itself.
    """
    if _processes_for(count) < 2:
        yield lambda: work(part)
        return
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield pool.submit(work, part).result


def _processes_for(count: int) -> int:
    if count < FEWEST or current_process().daemon:
        return 1
    return min(_MOST_PROCESSES, cores())


def _remember(common: Any) -> None:
    _common.append(common)


def _worked(work: Callable[[Any, Part], Result], part: Part) -> Result:
    return work(_common[-1], part)
