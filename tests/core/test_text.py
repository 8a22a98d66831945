"""Text as people type it, made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.text import clean, clean_block, clean_line, excerpt, paragraphs
from tests.kit.growth import assert_linear


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for each in (clean, clean_line, clean_block):
        once = each(text)
        assert each(once) == once
        once.encode()


@given(st.text(alphabet="aが，😀\u0301\u0323\u0344\u0f73\u3099\u034f", min_size=25, max_size=150))
def test_cleaning_heaps_of_accents_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.normalize("NFD", once.replace("\u034f", "")).count("\u0323") == text.count("\u0323")


def test_thirty_accents_in_a_row_stay_as_they_are() -> None:
    assert clean("x" + "\u0301" * 30) == "x" + "\u0301" * 30
    assert clean("x" + "\u0301" * 31) == "x" + "\u0301" * 30 + "\u034f\u0301"
    assert clean("😀" * 40) == "😀" * 40


@pytest.mark.parametrize("mark", ["\u0344", "\u0f73", "\u0f75", "\u0f81"])
def test_marks_that_are_two_count_as_two(mark: str) -> None:
    for count in range(10, 40):
        once = clean("a" + mark * count)
        assert clean(once) == once


@pytest.mark.parametrize(
    "text", ["\u0301\u0323", "\u0f73", "\u0344\u0323", "か\u3099", "a\u0301", "\r\n ", "\u1100\u1161"]
)
def test_time_grows_with_the_length_alone(text: str) -> None:
    assert_linear(clean_block, text, 20_000)


def test_what_carries_no_text_goes() -> None:
    assert clean("a\x00b\u202ec\ud800d\ufeff") == "abcd"
    assert clean_line("  a \t b\n c ") == "a b c"
    assert clean_block("a  \r\n\r\n\r\n\r\nb\r") == "a\n\nb"


def test_four_byte_characters_and_tabs_stay() -> None:
    assert clean("𠮷\t👍🏽") == "𠮷\t👍🏽"


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<svg onload=alert(1)>",
        "javascript:alert(1)",
        '"><b>',
        "[x](javascript:alert(1))",
        'http://x/"onmouseover=alert(1)//',
        "<a href='javascript:alert(1)'>x</a>",
        "http://example.com/<script>",
        "&#106;avascript:alert(1)",
    ],
)
def test_01_payloads_are_inert(payload: str) -> None:
    html = paragraphs(payload)
    lowered = html.lower()
    assert (
        "<script" not in lowered and "<img" not in lowered and "<svg" not in lowered and "<b>" not in lowered
    )
    assert 'href="javascript' not in lowered
    for tag in html.split("<")[1:]:
        assert tag.startswith(("p>", "/p>", "br>", "a href=", "/a>")), html


@given(st.text())
def test_only_three_tags_ever_come_out(text: str) -> None:
    for tag in paragraphs(clean_block(text)).split("<")[1:]:
        assert tag.startswith(("p>", "/p>", "br>", "a href=", "/a>"))


def test_addresses_become_links_and_words_do_not() -> None:
    html = paragraphs("看 https://example.com/a?b=1&c=2 。问题.建议 不是链接")
    assert 'href="https://example.com/a?b=1&amp;c=2"' in html
    assert "nofollow" in html
    assert html.count("<a ") == 1


def test_paragraphs_and_breaks() -> None:
    assert paragraphs("一\n二\n\n三") == "<p>一<br>二</p><p>三</p>"


@given(st.text(), st.integers(2, 50))
def test_an_excerpt_is_short_and_on_one_line(text: str, length: int) -> None:
    short = excerpt(text, length)
    assert len(short) <= length
    assert "\n" not in short


@pytest.mark.parametrize(
    "nothing", ["\u200b\u200b", "\u3164", "\u2060\xad", "\u2800 \u200d", "\ufe0f\n\u0301"]
)
def test_what_shows_nothing_is_nothing(nothing: str) -> None:
    assert clean_line(nothing) == clean_block(nothing) == ""


@pytest.mark.parametrize("shown", ["👨\u200d👩\u200d👧", "❤\ufe0f", "é", "路\u200b灯", "…", "①", "ㄅ"])
def test_what_shows_anything_is_kept_whole(shown: str) -> None:
    assert clean_line(shown) == clean_block(shown) == shown
