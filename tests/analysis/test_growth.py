"""What reads a text that a stranger typed takes time in proportion to its length, whatever stands there."""

from collections.abc import Callable

import pytest

from portal.analysis.alike import written_text
from portal.analysis.normal_form import normal_form
from portal.analysis.points import propose_points
from tests.kit.growth import assert_linear

NAUGHTY = ("3-2-1", "\u0301\u0323", "①", "\u1100\u1161", "第一，", "1、")


def _written(text: str) -> str:
    return written_text("", text)


@pytest.mark.parametrize("function", [normal_form, propose_points, _written])
@pytest.mark.parametrize("text", NAUGHTY)
def test_time_grows_with_the_length_alone(function: Callable[[str], object], text: str) -> None:
    assert_linear(function, text, 5_000)
