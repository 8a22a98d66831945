"""Heat part by part, and the trend by week."""

from datetime import datetime, timedelta
from math import log1p

import pytest

from portal.analysis.heat import heat_parts, weekly_trend
from portal.analysis.records import Message

START = datetime(2024, 3, 4, 9)  # a Monday


def sent(author: str | None, days: float, support: int = 0, comments: int = 0) -> Message:
    return Message("1", "题", "文", author, START + timedelta(days=days), support, None, comments)


def test_every_part_is_what_the_formula_says() -> None:
    parts = heat_parts(
        [sent("a", 0, 3), sent("a", 14), sent("b", 7, 0, 4), sent(None, 7)], START + timedelta(days=104)
    )
    assert parts.authors == 2.5
    assert parts.support == pytest.approx(log1p(3), abs=0.001)
    assert parts.comments == pytest.approx(log1p(4) / 2, abs=0.001)
    assert parts.span == pytest.approx(log1p(2) / 2, abs=0.001)
    assert parts.recency == 0.5
    assert parts.total == pytest.approx(2.5 + log1p(3) + log1p(4) / 2 + log1p(2) / 2 + 0.5, abs=0.003)


def test_without_times_there_is_neither_span_nor_recency_nor_trend() -> None:
    message = Message("1", "题", "文", None, None)
    parts = heat_parts([message], None)
    assert (parts.authors, parts.span, parts.recency) == (0.5, 0.0, 0.0)
    assert weekly_trend([message]) == ()


def test_weeks_begin_on_monday_and_empty_ones_are_left_out() -> None:
    assert weekly_trend([sent("a", 0), sent("b", 6.6), sent("c", 6.7), sent("d", 21)]) == (
        ("2024-03-04", 2),
        ("2024-03-11", 1),
        ("2024-03-25", 1),
    )
