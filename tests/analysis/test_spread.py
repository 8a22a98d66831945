"""Work spread over processes comes back in order, as it would from one."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from portal.analysis import spread
from portal.analysis.engine import analyse
from portal.config import ROOT
from tests.analysis.texts import written


def times(factor: int, part: list[int]) -> list[int]:
    return [factor * number for number in part]


@pytest.mark.parametrize("count", [0, spread.FEWEST])
def test_parts_come_back_in_their_order(count: int) -> None:
    parts = [[start, start + 1] for start in range(0, 40, 2)]
    found = [number for part in spread.spread(times, 3, iter(parts), count) for number in part]
    assert found == list(range(0, 120, 3))


def found_at(common: dict[str, NDArray[Any]], name: str) -> tuple[int, str, list[int]]:
    return os.getpid(), str(common[name].dtype), common[name].tolist()


def test_arrays_come_whole_to_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "cores", lambda: 2)
    # One of them empty, one of a size after which the next must be moved to where an array may begin.
    common = {"none": np.empty(0, np.float32), "odd": np.arange(5, dtype=np.uint8), "wide": np.arange(9)}
    found = list(spread.spread(found_at, common, iter(common), spread.FEWEST))
    assert [one[1:] for one in found] == [(str(each.dtype), each.tolist()) for each in common.values()]


def doubled(_common: None, texts: list[str]) -> list[str]:
    return [text * 2 for text in texts]


def test_texts_are_as_large_after_another_process_read_them_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spread, "cores", lambda: 2)
    texts = ["路灯不亮" * 50, "路灯", "", "\ud800路灯" * 50]
    before = [sys.getsizeof(text) for text in texts]
    assert list(spread.spread(doubled, None, [texts], spread.FEWEST)) == [[text * 2 for text in texts]]
    with spread.beside(len, texts, spread.FEWEST) as count:
        assert count() == len(texts)
    # Of a short one, its second form may be kept: it is small.
    assert [sys.getsizeof(text) for text in texts if len(text) > 2] == [
        size for size, text in zip(before, texts, strict=True) if len(text) > 2
    ]


def test_one_run_keeps_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "cores", lambda: 2)
    with spread.kept_processes(), spread.kept_processes():
        found = [
            one
            for number in range(3)
            for one in spread.spread(found_at, {"n": np.array([number])}, ["n"], spread.FEWEST)
        ]
    assert [one[2] for one in found] == [[0], [1], [2]]
    assert len({one[0] for one in found} - {os.getpid()}) in (1, 2)


def waits_for_ever(_common: int, _part: int) -> None:
    (path,) = spread._common
    # In one piece: the two share one pipe, and what print writes may be cut by what the other prints.
    os.write(sys.stdout.fileno(), f"{os.getpid()} {path}\n".encode())
    threading.Event().wait()


_STARTED = """
from portal.analysis import spread
from tests.analysis.test_spread import waits_for_ever
spread.cores = lambda: 2
list(spread.spread(waits_for_ever, 0, [1, 2], spread.FEWEST))
"""


def test_processes_end_with_the_one_that_started_them_and_leave_no_file() -> None:
    started = subprocess.Popen([sys.executable, "-c", _STARTED], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    told = [started.stdout.readline().split() for _process in range(2)]
    assert all(Path(path).exists() for _, path in told)
    started.kill()
    try:
        # Its output ends when the last of those that hold it has ended.
        started.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        for pid, _ in told:
            os.kill(int(pid), signal.SIGKILL)
        raise
    assert not any(Path(path).exists() for _, path in told)


def test_items_are_put_together_until_it_is_worth_a_process() -> None:
    assert list(spread.together([3, 1, 1, 9, 1], int, 5)) == [[3, 1, 1], [9], [1]]
    assert list(spread.together([], int, 5)) == []


def test_several_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = analyse(written())
    monkeypatch.setattr(spread, "FEWEST", 1)
    monkeypatch.setattr(spread, "cores", lambda: 2)
    assert analyse(written()) == expected
