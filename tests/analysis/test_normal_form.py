"""The normal form of a text is reached in one step, and every character of it knows where it comes from."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.analysis.normal_form import is_plain, normal_form
from portal.analysis.normalise import fold

ODD = st.text(alphabet="①㎡ﬁ㈱ｶﾞe\u0301\u0331Hh각\u1100\u1161\u11a8 \n\t\u3000臺İΣ½…㍿ⅷ１a")
TEXTS = st.one_of(st.text(), ODD)


@given(TEXTS)
@example("H\u0331")
@example("\u1100\u1161\u11a8")
@example("İ\u0307")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normal_form(text).text
    assert normal_form(once).text == once
    assert unicodedata.is_normalized("NFKC", once) and fold(once) == once


@given(TEXTS)
def test_every_character_leads_back_to_a_range_of_the_original(text: str) -> None:
    form = normal_form(text)
    assert len(form.starts) == len(form.ends) == len(form.text)
    assert list(form.starts) == sorted(form.starts) and list(form.ends) == sorted(form.ends)
    for at, char in enumerate(form.text):
        start, end = form.origin(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert char in normal_form(text[start:end]).text
    if form.text:
        assert form.origin(0, len(form.text)) == (0, len(text))


@given(TEXTS)
def test_what_is_plain_differs_from_its_folded_text_in_spaces_alone(text: str) -> None:
    folded = fold(text)
    if is_plain(folded):
        assert "".join(normal_form(text).text.split()) == "".join(folded.split())


def test_a_heap_of_accents_is_left_alone() -> None:
    heap = "a" + "\u0301\u0316" * 20
    assert normal_form(heap).text == heap
    assert normal_form(heap * 2).origin(0, 82) == (0, 82)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("１００㎡的臺子", "100m2的台子"),
        ("①③⑧", "138"),
        ("oﬃce", "office"),
        ("e\u0301 ", "é "),
        ("一　 二\r\n\n三", "一 二\n三"),
        ("ｶﾞ", "ガ"),
        ("½", "1⁄2"),
    ],
)
def test_what_normalising_makes_equal(written: str, normal: str) -> None:
    assert normal_form(written).text == normal
