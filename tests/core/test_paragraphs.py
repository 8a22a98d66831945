"""The fast way to paragraphs and the one through the parser give the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import text as module
from portal.core.text import clean_block, has_own_numbers, numbered, paragraphs

MARKUP = st.text(alphabet="a问&<>\"'/;#x39=amplt.:@\n \t\xa0\u3000\u200b-![]{}()😀")


@given(st.one_of(st.text(), MARKUP))
def test_both_ways_agree(text: str) -> None:
    assert paragraphs(text) == module._linked_paragraphs(text)


@given(st.one_of(st.text(), MARKUP))
def test_both_ways_agree_on_what_is_stored(text: str) -> None:
    assert paragraphs(clean_block(text)) == module._linked_paragraphs(clean_block(text))


def test_every_character_comes_out_the_same() -> None:
    # By blocks of 64, so that a difference shows where it is without a million calls of the parser.
    for start in range(0, 0x110000, 64):
        block = "".join(chr(code) for code in range(start, start + 64) if not 0xD800 <= code < 0xE000)
        assert paragraphs(f"x{block}y") == module._linked_paragraphs(f"x{block}y"), hex(start)


def test_plain_text_is_escaped_without_the_parser() -> None:
    assert not module._NEEDS_PARSER.search("<b>&\"'")
    assert paragraphs("<b>&amp;\n一\n\n二") == "<p>&lt;b&gt;&amp;amp;<br>一</p><p>二</p>"


def test_an_address_takes_the_way_through_the_parser() -> None:
    assert 'href="https://example.org"' in paragraphs("见 https://example.org")
    assert 'href="http://www.example.org"' in paragraphs("见 www.example.org")


@pytest.mark.parametrize(
    ("text", "own"),
    [("第一条 总则", True), ("为了\n\n第12章 附则", True), ("一、总则", True), ("（二）附则", True), ("1. 总则", True),
     ("为了方便第一条路", False), ("", False), ("总则\n\n附则", False)],
)  # fmt: skip
def test_a_text_with_numbers_of_its_own_is_told(text: str, own: bool) -> None:
    assert has_own_numbers(text) is own


def test_numbered_paragraphs_are_those_of_paragraphs() -> None:
    assert numbered("一\n二\n\n\n\n<b>") == ["<p>一<br>二</p>", "<p>&lt;b&gt;</p>"]
