"""Work spread over processes comes back in order, as it would from one."""

import pytest

from portal.analysis import spread
from portal.analysis.engine import analyse
from tests.analysis.texts import written


def times(factor: int, part: list[int]) -> list[int]:
    return [factor * number for number in part]


@pytest.mark.parametrize("count", [0, spread.FEWEST])
def test_parts_come_back_in_their_order(count: int) -> None:
    parts = [[start, start + 1] for start in range(0, 40, 2)]
    found = [number for part in spread.spread(times, 3, iter(parts), count) for number in part]
    assert found == list(range(0, 120, 3))


def test_several_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = analyse(written())
    monkeypatch.setattr(spread, "FEWEST", 1)
    monkeypatch.setattr(spread, "cores", lambda: 2)
    assert analyse(written()) == expected
