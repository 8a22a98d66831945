"""Moments in all the ways that spreadsheets show them."""

from zoneinfo import ZoneInfo

import pytest

from portal.core.moments import MomentError, parse_moment

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2019/4/25 9:32:09", "2019-04-25T09:32:09+08:00"),
        ("2019-04-25", "2019-04-25T00:00:00+08:00"),
        ("2019-04-25T09:32", "2019-04-25T09:32:00+08:00"),
        ("2019-04-25 09:32:09.125", "2019-04-25T09:32:09+08:00"),
        ("2019-04-25T01:32:09Z", "2019-04-25T01:32:09+00:00"),
        ("2019-04-25 09:32:09+08:00", "2019-04-25T09:32:09+08:00"),
        ("2019.4.5", "2019-04-05T00:00:00+08:00"),
        ("20190425", "2019-04-25T00:00:00+08:00"),
        ("2019年4月25日", "2019-04-25T00:00:00+08:00"),
        (" 2019年4月25日 9时32分 ", "2019-04-25T09:32:00+08:00"),
        ("43580", "2019-04-25T00:00:00+08:00"),
        ("43580.397326388889", "2019-04-25T09:32:09+08:00"),
    ],
)
def test_a_moment_is_read(typed: str, expected: str) -> None:
    moment = parse_moment(typed, ZONE)
    assert moment is not None
    assert moment.isoformat() == expected


def test_an_empty_cell_is_no_moment() -> None:
    assert parse_moment(" \n", ZONE) is None


@pytest.mark.parametrize(
    "typed",
    [
        "昨天",
        "2019/13/1",
        "2019/2/30",
        "25/4/2019",
        "2019-04-25T99:00Z",
        "1234",
        "999999999",
        "201904",
        "9" * 400,
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(MomentError, match="时间看不懂"):
        parse_moment(typed, ZONE)
