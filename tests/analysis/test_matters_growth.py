"""Work and memory of finding matters grow with the number of messages, not with its square; counted, not timed."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from bench.analysis_growth import recall
from bench.growth import grown
from portal.analysis import linkage, neighbours, second_look
from portal.analysis.matters import read_groups
from portal.analysis.records import Message

FEW, FACTOR = 500, 4
MOST = 6  # times as much for FACTOR times the messages: linear is 4, quadratic 16


def collection(count: int) -> list[Message]:
    return list(grown(count))


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, cost: Callable[..., int]) -> list[int]:
    """What every call of a function costs, from now on."""
    costs: list[int] = []
    function = getattr(module, name)

    def counting(*arguments: Any, **more: Any) -> Any:
        costs.append(cost(*arguments))
        return function(*arguments, **more)

    monkeypatch.setattr(module, name, counting)
    return costs


def test_pairs_that_are_compared_grow_with_the_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    def length(_rows: object, one: Any, *_more: object) -> int:
        return len(one)

    compared = (neighbours, "_cosines"), (linkage, "pair_cosines"), (second_look, "pair_cosines")
    lists = [counted(monkeypatch, module, name, length) for module, name in compared]
    read_groups(collection(FEW))
    few = [sum(costs) for costs in lists]
    for costs in lists:
        costs.clear()
    read_groups(collection(FACTOR * FEW))
    many = [sum(costs) for costs in lists]
    assert all(few), few
    assert all(after < MOST * before for before, after in zip(few, many, strict=True)), (few, many)


def test_memory_grows_with_the_messages() -> None:
    small = FEW // 2  # to trace memory takes long
    read_groups(collection(small))  # what is read once, as the stop words, is no part of it
    few, many = (_peak(collection(count)) for count in (small, FACTOR * small))
    assert many < MOST * few, (few, many)


def _peak(messages: list[Message]) -> int:
    tracemalloc.start()
    try:
        read_groups(messages)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_nearest_neighbours_are_found() -> None:
    assert recall(collection(1500))["recall"] >= 0.95
