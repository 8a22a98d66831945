"""The peak that a command reports is that of all its processes."""

import subprocess
import sys
import threading

import pytest

from portal.core import memory
from portal.core.memory import held_now, peak_memory

_HOLDS = "held = bytearray(range(256)) * 400_000; print(len(held), flush=True); input()"  # 98 MiB


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell of one process only")
def test_processes_below_are_counted() -> None:
    alone = held_now()
    command = [sys.executable, "-c", _HOLDS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout and child.stdout.readline().strip() == b"102400000"
        with peak_memory() as peak:
            together = held_now()
        child.communicate(b"\n")
    assert 90 < together - alone < 200
    assert peak.mib >= together - 1


def test_the_size_of_who_started_a_process_is_not_its_own() -> None:
    large = bytearray(300 * 2**20)
    code = "from portal.core.memory import peak_memory\nwith peak_memory() as peak: pass\nprint(peak.mib)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(told) < 150 < len(large) / 2**20


class _Ended(threading.Event):
    """Says when it is asked for the first time that the block has ended, and keeps for how long it was waited."""

    waited: float | None = None

    def wait(self, timeout: float | None = None) -> bool:
        self.waited = timeout
        return True


@pytest.mark.parametrize(("look", "rest"), [(0.001, 0.2), (0.01, 0.5), (0.1, 5.0)])
def test_watching_takes_a_small_part_of_the_time_however_much_is_held(
    look: float, rest: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0

    def slow_look() -> float:
        nonlocal now
        now += look
        return 1.0

    ended = _Ended()
    monkeypatch.setattr(memory, "Event", lambda: ended)
    monkeypatch.setattr(memory, "held_now", slow_look)
    monkeypatch.setattr(memory, "monotonic", lambda: now)
    with peak_memory() as peak:
        pass
    assert ended.waited == pytest.approx(rest)
    assert peak.mib >= 1.0
