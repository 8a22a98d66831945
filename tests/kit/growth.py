"""How the time of a function grows with its input: judged as a ratio, for machines differ."""

import time
from collections.abc import Callable

FACTOR = 4
_MOST = 10  # times as long for an input `FACTOR` times as long: linear takes 4, quadratic 16
_SHORT = 0.005  # seconds: what takes less than this for the long input is not judged, clocks are too coarse


def assert_linear(function: Callable[[str], object], text: str, length: int) -> None:
    """Fail where `function` takes much more than `FACTOR` times as long for `FACTOR` times the text.

    `text` is repeated to `length` characters and to `FACTOR` times as many. Three tries: another process may disturb one.
    """
    short = (text * (length // len(text) + 1))[:length]
    long = (text * (FACTOR * length // len(text) + 1))[: FACTOR * length]
    ratios = []
    for _try in range(3):
        few, many = _seconds(function, short), _seconds(function, long)
        if many < _SHORT or many < _MOST * few:
            return
        ratios.append(round(many / few, 1))
    raise AssertionError(f"{text[:20]!r} × {FACTOR}: {ratios} times as long")


def _seconds(function: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    function(text)
    return time.process_time() - started
