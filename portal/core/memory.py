"""How much memory a command and the processes that it starts hold together."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic

_PROC = Path("/proc")
_EVERY = 0.2  # seconds between two looks
_REST = 50  # times as long as a look takes: the kernel walks through all that is held, a hundredth of a second for a gigabyte


@dataclass(slots=True)
class Peak:
    """The most memory that was held at once, in MiB."""

    mib: float = 0.0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Watch this process and those below it; what is given tells their peak when the block has ended.

    What processes share is counted once (proportional set size); the processes are started anew, not forked. Looks five times a second, where
    much is held less often, so a shorter peak of several processes may be missed; one of this process never is. Without /proc this process alone is told of.
    """
    peak = Peak()
    ended = Event()
    watcher = Thread(target=_watch, args=(peak, ended), daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()
        peak.mib = max(peak.mib, _own_peak())


def held_now() -> float:
    """What this process and those below it hold at the moment, in MiB; 0 without /proc."""
    # While a process is being started it is its parent under another number: one range of addresses, counted once.
    held = dict(_held(process) for process in _family(_PROC / "self"))
    return sum(held.values()) / 1024


def _watch(peak: Peak, ended: Event) -> None:
    while True:
        started = monotonic()
        peak.mib = max(peak.mib, held_now())
        if ended.wait(max(_EVERY, _REST * (monotonic() - started))):
            return


def _family(process: Path) -> Iterator[Path]:
    """The process and all below it, as far as they are still there."""
    yield process
    for thread in process.glob("task/*/children"):
        for child in _read(thread).split():
            yield from _family(_PROC / child)


def _held(process: Path) -> tuple[str, int]:
    """The range of addresses of a process and its proportional set size in KiB; 0 for one that has just ended."""
    lines = _read(process / "smaps_rollup").splitlines()
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Pss:")]
    return (lines[0], sizes[0]) if sizes else ("", 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended since it was listed
        return ""


def _own_peak() -> float:
    # What getrusage tells a process that a large one has started begins with the size of that one (Linux).
    for line in _read(_PROC / "self" / "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024  # bytes there, KiB elsewhere
