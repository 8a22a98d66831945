"""Where messages that enumerate points may be split."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.points import propose_points


def split(text: str) -> list[str]:
    proposed = propose_points(text)
    return [text[start:end] for start, end in proposed.points] if proposed else []


A, B, C = "小区东门的路灯坏了三个月", "垃圾站的异味让人开不了窗", "希望增加两班早上的公交车"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (f"尊敬的领导：您好！反映三件事：一、{A}。二、{B}。三、{C}。谢谢！", [f"{A}。", f"{B}。", f"{C}。"]),
        (f"几点建议1、 {A}；2、{B}；3．{C}", [f"{A}；", f"{B}；", C]),
        (f"1.{A}\n2.{B}\n以上请重视，我们全体业主感谢。", [A, B]),
        (f"（一）{A}。（二）{B}。", [f"{A}。", f"{B}。"]),
        (f"(1){A} (2) {B}", [A, B]),
        (f"①{A}②{B}③{C}", [A, B, C]),
        (f"第一，{A}。第二，{B}。", [f"{A}。", f"{B}。"]),
        (f"第一个问题：{A}。第二个问题：{B}。", [f"{A}。", f"{B}。"]),
        (f"首先，{A}。其次，{B}。最后，{C}。", [f"{A}。", f"{B}。", f"{C}。"]),
        (f"一是{A}；二是{B}。", [f"{A}；", f"{B}。"]),
        (f"一、{A}。1、{B}。2、{C}。二、{C}。", [f"{A}。1、{B}。2、{C}。", f"{C}。"]),
        (f"其一{A}，其二{B}。", [f"{A}，", f"{B}。"]),
        (f"一、{A}。\n二、{B}。\n1.5米高的围墙", [f"{A}。", f"{B}。"]),
    ],
)
def test_points_that_are_enumerated(text: str, points: list[str]) -> None:
    assert split(text) == points


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{A}。{B}。",
        f"1、2、3栋的电梯坏了，{A}",
        f"一期、二期、三期的业主都说{A}",
        f"第一次去没人，{A}，第二次去还没人，{B}",
        f"2019.1.2停水，2019.1.3停电，{A}",
        f"一、{A}",
        f"二、{A}。三、{B}",
        f"首先感谢领导，{A}。",
        f"坐1路、2路公交车，{A}",
    ],
)
def test_texts_that_enumerate_nothing(text: str) -> None:
    assert split(text) == []


_MARKS = [
    "一、",
    "二、",
    "1.",
    "2.",
    "3、",
    "（一）",
    "(2)",
    "①",
    "②",
    "首先，",
    "其次",
    "最后",
    "第一，",
    "第二，",
    "其一",
    "一是",
    "二是",
    "\n",
    "。",
    "谢谢！",
]
PIECES = st.lists(st.one_of(st.sampled_from([*_MARKS, A, B, C]), st.text(max_size=4)), max_size=14).map(
    "".join
)


@given(PIECES)
def test_points_are_ranges_in_order_that_say_something(text: str) -> None:
    proposed = propose_points(text)
    if proposed is None:
        return
    ranges = [proposed.lead, *proposed.points]
    assert len(proposed.points) >= 2
    assert all(0 <= start <= end <= len(text) for start, end in ranges)
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in proposed.points)
