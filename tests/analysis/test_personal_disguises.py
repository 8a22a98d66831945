"""Numbers that are written so that no machine should find them, and texts made of characters that disturb machines."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.analysis.normal_form import normal_form
from portal.analysis.personal_data import SURE, find_personal_data, mask

DIGITS = "0123456789"
# One way a line to write each digit: full-width, mathematical, circled, raised, lowered, keycaps, Chinese numerals.
SCRIPTS = (
    "0123456789",
    "０１２３４５６７８９",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "₀₁₂₃₄₅₆₇₈₉",
    "零一二三四五六七八九",
    "〇壹贰叁肆伍陆柒捌玖",
)
UNSEEN = (
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\xad",
    "\u202e",
    "\u2066",
    "\ufe0f",
    "\u034f",
    "\u3164",
    "\x07",
)
MOBILE, IDENTITY, CARD = "13874125690", "430102198703142510", "6217001450009876541"


def keycaps(number: str) -> str:
    """1️⃣3️⃣8️⃣…"""
    return "".join(f"{digit}\ufe0f\u20e3" for digit in number)


def unseen_between(number: str, unseen: str) -> str:
    """The number with a character that nobody sees behind each digit."""
    return "".join(digit + unseen for digit in number)


def hidden(text: str) -> str:
    """The text with all that is found in it starred out."""
    return mask(text, [one for one in find_personal_data(text) if one.confidence >= SURE])


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("number", [MOBILE, IDENTITY, CARD])
def test_a_number_in_any_script_is_found(script: str, number: str) -> None:
    written = number.translate(str.maketrans(DIGITS, script))
    found = [one for one in find_personal_data(f"号码{written}。") if one.confidence >= SURE]
    assert [(one.start, one.end) for one in found] == [(2, 2 + len(number))]


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("number", [MOBILE, IDENTITY, CARD, "湘A7K832"])
def test_what_nobody_sees_hides_no_number(unseen: str, number: str) -> None:
    text = f"车主{unseen_between(number, unseen)}。"
    (found,) = find_personal_data(text)
    assert text[found.start : found.end].replace(unseen, "") == number
    assert found.confidence >= SURE


@given(
    st.lists(st.sampled_from([*SCRIPTS[:7], keycaps(DIGITS)]), min_size=11, max_size=11),
    st.sampled_from(["", *UNSEEN]),
)
def test_a_number_of_mixed_scripts_is_found(scripts: list[str], unseen: str) -> None:
    written = unseen.join(
        script[3 * int(digit) : 3 * int(digit) + 3] if len(script) == 30 else script[int(digit)]
        for digit, script in zip(MOBILE, scripts, strict=True)
    )
    text = f"电话{written}，谢谢"
    assert [one.kind for one in find_personal_data(text) if one.confidence >= SURE] == ["mobile"]


# Characters that disturb: of two code units, lone surrogates, marks of direction, joiners, controls, heaps of accents,
# what grows or shrinks in other forms, all scripts of digits; and pieces of personal data between them.
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [*UNSEEN, "\ud800", "\udfff", "\x00", "\x85", "\u2028", "\r\n", "\n", "\t", "\u0301", "\u0323\u0301", "ﬁ", "㎡", "…", "½", "İ", "ß", "각", "😀", "👨‍👩‍👧",
             "1️⃣", "①", "⑬", "𝟏", "¹", "１", "一", "幺", "*", "-", " ", "　", ".", "@", "＠", "#", "(", "）", "：", "·", "號", "國",
             MOBILE, MOBILE[:7], MOBILE[7:], "0731-", "84417723", IDENTITY, IDENTITY[:6], CARD, "湘A", "7K832", "a_b@", "x.cn", "微信", "qq", "加v", "abc_123",
             "家住", "路", "9号", "3栋", "2单元", "501室", "8组", "我叫", "姓名：", "父亲", "王建国", "阿依古丽", "·买买提", "敬礼！", "电话", "卡号"]
        ),
        st.sampled_from([char for script in SCRIPTS for char in script]),
        st.characters(),
    ),
    max_size=24,
).map("".join)  # fmt: skip


@settings(max_examples=400)
@given(HOSTILE)
@example(f"电话㎡①③⑧{MOBILE}")
def test_masking_hostile_text_leaves_nothing_to_find_and_every_character_in_its_place(text: str) -> None:
    found = find_personal_data(text)
    masked = mask(text, found)
    assert len(masked) == len(text)
    assert find_personal_data(masked) == []
    assert mask(masked, find_personal_data(masked)) == masked
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(HOSTILE)
@example("湘A1\ufe0f\u20e3A430102198703142510")  # a mask behind what is no plate makes none of it
def test_hiding_what_is_sure_twice_is_hiding_it_once(text: str) -> None:
    once = hidden(text)
    assert len(once) == len(text)
    assert hidden(once) == once


@given(HOSTILE)
def test_the_normal_form_of_hostile_text_is_its_own_and_points_back(text: str) -> None:
    form = normal_form(text)
    assert normal_form(form.text).text == form.text
    assert len(form.text) == len(form.starts) == len(form.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(form.starts, form.ends, strict=True))
