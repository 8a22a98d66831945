"""Work on many messages spread over processes: Python computes on one core only.

Workers are started anew (spawned), so that a thread of the job runner may ask for them. To start them takes a second or
two of a core, so one run keeps those that its first work has asked for (`kept_processes`).
"""

import mmap
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import current_process, get_context, parent_process
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import IO, Any, TypeVar

FEWEST = 20_000  # messages from which it is worth starting processes, each of which loads the engine anew
_MOST_PROCESSES = 4
_AHEAD = 2  # parts for each process or thread that are on their way at once: bounds memory
_SHORT = 40  # characters of a text that is packed as it is
_ALIGNED = 64  # bytes: where an array may begin

Part = TypeVar("Part")
Result = TypeVar("Result")
Common = TypeVar("Common")
Item = TypeVar("Item")

_common: dict[
    str, Any
] = {}  # in a worker: what all parts of the present work need, by the file that it came in


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Processes:
    """Processes that are started when the first work asks for them."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "_Processes":
        return self

    def __exit__(self, *_raised: object) -> None:
        self._held.close()

    def pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            pool = ProcessPoolExecutor(_number(), get_context("spawn"), _end_with_parent)
            self._pool = self._held.enter_context(pool)
        return self._pool


def _end_with_parent() -> None:
    """Have this worker end when the process that started it was killed: no work comes any more, and nothing else says so."""
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        try:
            # A copy: the work that is being done may change it meanwhile.
            for left in tuple(_common):
                Path(left).unlink(missing_ok=True)
        finally:
            os._exit(1)

    Thread(target=watch, daemon=True).start()


_kept: ContextVar[_Processes | None] = ContextVar("kept", default=None)


@contextmanager
def kept_processes() -> Iterator[None]:
    """Let all that this thread spreads within the block be done by the same processes."""
    if _kept.get() is not None:
        yield
        return
    with _Processes() as processes:
        token = _kept.set(processes)
        try:
            yield
        finally:
            _kept.reset(token)


@contextmanager
def _pool() -> Iterator[ProcessPoolExecutor]:
    kept = _kept.get()
    if kept is not None:
        yield kept.pool()
        return
    with _Processes() as own:
        yield own.pool()


def spread(
    work: Callable[[Common, Part], Result], common: Common, parts: Iterable[Part], count: int
) -> Iterator[Result]:
    """`work(common, part)` for each part, in their order; by several processes where `count` messages are worth it.

    `work` is a function on the top level of a module; what goes in and comes out can be pickled. Arrays in `common`
    are held once for all processes, which must not change them.
    """
    if not _is_worth_processes(count):
        yield from (work(common, part) for part in parts)
        return
    with _pool() as pool, _stored(common) as stored:
        yield from _in_order(lambda part: pool.submit(_worked, work, stored, _packed(part)), parts, _number())


def threaded(work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """`work(part)` for each part, in their order, by threads: for work of numpy and scipy, which let others compute meanwhile."""
    with ThreadPoolExecutor(cores()) as pool:
        yield from _in_order(lambda part: pool.submit(work, part), parts, cores())


def _in_order(
    submit: Callable[[Part], Future[Result]], parts: Iterable[Part], workers: int
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    for part in parts:
        waiting.append(submit(part))
        if len(waiting) > _AHEAD * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def together(items: Iterable[Item], size: Callable[[Item], int], enough: int) -> Iterator[list[Item]]:
    """Several items at once, until their sizes make up `enough`, so that it is worth giving them to a process."""
    held: list[Item] = []
    sizes = 0
    for item in items:
        held.append(item)
        sizes += size(item)
        if sizes >= enough:
            yield held
            held, sizes = [], 0
    if held:
        yield held


@contextmanager
def beside(work: Callable[[Part], Result], part: Part, count: int) -> Iterator[Callable[[], Result]]:
    """Have `work(part)` done by another process meanwhile, where `count` messages are worth it.

    Gives a function that waits for the result; where it is not worth a process, that does the work itself.
    """
    if not _is_worth_processes(count):
        yield lambda: work(part)
        return
    with _pool() as pool:
        yield pool.submit(_worked_alone, work, _packed(part)).result


def _is_worth_processes(count: int) -> bool:
    return count >= FEWEST and not current_process().daemon and _number() > 1


def _number() -> int:
    return min(_MOST_PROCESSES, cores())


@dataclass(frozen=True, slots=True)
class _Stored:
    """A pickled object in a file, and where in it stand the pickle and the arrays that belong to it."""

    path: str
    places: Sequence[tuple[int, int]]

    def read(self) -> Any:
        """The object, its arrays in memory that all who read it share."""
        with Path(self.path).open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        pickled, *arrays = (whole[start:end] for start, end in self.places)
        return pickle.loads(pickled, buffers=arrays)


@contextmanager
def _stored(common: Any) -> Iterator[_Stored]:
    arrays: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(common, protocol=5, buffer_callback=arrays.append)
    parts: list[bytes | memoryview] = [pickled, *(array.raw() for array in arrays)]
    with NamedTemporaryFile(prefix="analysis-") as file:
        places = [_written(file, part) for part in parts]
        file.flush()
        yield _Stored(file.name, places)


def _written(file: IO[bytes], part: bytes | memoryview) -> tuple[int, int]:
    start = file.tell()
    file.write(part)
    end = file.tell()
    file.write(bytes(-end % _ALIGNED))
    return start, end


class _Packing(pickle.Pickler):
    """Packs texts as bytes.

    Pickled as it is, a text keeps its form in UTF-8 as long as it lives, and messages would take twice their memory.
    """

    def persistent_id(self, item: object) -> bytes | None:
        if isinstance(item, str) and len(item) > _SHORT:
            return item.encode("utf-8", "surrogatepass")
        return None


class _Unpacking(pickle.Unpickler):
    def persistent_load(self, text: bytes) -> str:
        return text.decode("utf-8", "surrogatepass")


def _packed(part: object) -> bytes:
    packed = BytesIO()
    _Packing(packed, protocol=pickle.HIGHEST_PROTOCOL).dump(part)
    return packed.getvalue()


def _unpacked(packed: bytes) -> Any:
    return _Unpacking(BytesIO(packed)).load()


def _worked(work: Callable[[Any, Part], Result], stored: _Stored, packed: bytes) -> Result:
    if stored.path not in _common:
        _common.clear()
        _common[stored.path] = stored.read()
    return work(_common[stored.path], _unpacked(packed))


def _worked_alone(work: Callable[[Part], Result], packed: bytes) -> Result:
    return work(_unpacked(packed))
