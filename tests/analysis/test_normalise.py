"""Folding keeps every offset; letter formulas are told apart from the matter; sentences tile the text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.analysis.normalise import fold, letter_parts, matter_range
from portal.analysis.sentences import sentence_ranges

FORMULAS = st.sampled_from(
    ["尊敬的领导：", "您好！", "谢谢！", "盼复。", "此致", "敬礼！", "\n", "，", "路灯坏了", "2019年3月2日"]
)
TEXTS = st.one_of(st.text(), st.lists(FORMULAS, max_size=12).map("".join))


@given(st.text())
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text(), st.text())
def test_folding_looks_at_one_character_at_a_time(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("遊覽車開往臺北", "游览车开往台北"),
        ("ＡＢＣ１２３", "abc123"),
        ("全角　空格，逗号", "全角 空格,逗号"),
        ("İstanbul ΟΔΟΣ", "istanbul οδοσ"),
        ("①路公交", "①路公交"),
    ],
)
def test_what_folding_makes_equal(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(TEXTS)
def test_letter_parts_cover_the_text(text: str) -> None:
    parts = letter_parts(text)
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert sum(part.kind == "matter" for part in parts) == (1 if text else 0)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("尊敬的领导您好！路灯坏了三天。谢谢！", "路灯坏了三天。"),
        ("尊敬的李书记：\n您好！我想反映路灯坏了，盼复。此致敬礼", "我想反映路灯坏了，"),
        ("张县长你好，请问学区怎么划分？", "请问学区怎么划分？"),
        ("领导，你们好：村里缺水。万分感谢！2019年5月6日", "村里缺水。"),
        ("路灯坏了。", "路灯坏了。"),
        ("感谢政府修好了路灯。", "感谢政府修好了路灯。"),
        ("省政府、区政府、医院这一带没有公交。", "省政府、区政府、医院这一带没有公交。"),
        ("尊敬的領導：您好！路燈壞了。謝謝", "路燈壞了。"),
        ("谢谢！", "谢谢！"),
    ],
)
def test_the_matter_of_a_letter(text: str, matter: str) -> None:
    start, end = matter_range(text)
    assert text[start:end] == matter


@given(st.text(alphabet="路灯。！？；\n …”）a.1 "))
def test_sentences_are_in_order_and_leave_only_white_space(text: str) -> None:
    ranges = sentence_ranges(text)
    covered = "".join(text[start:end] for start, end in ranges)
    assert covered.replace(" ", "") == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in ranges)


def test_where_sentences_end() -> None:
    text = "路灯坏了！“谁来修？”他问。版本1.2没有变\n最后一行"
    assert [text[start:end] for start, end in sentence_ranges(text)] == [
        "路灯坏了！",
        "“谁来修？”",
        "他问。",
        "版本1.2没有变",
        "最后一行",
    ]
