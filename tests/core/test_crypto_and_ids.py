"""Keyed hashes, sealed contacts, query codes."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from portal.core.crypto import code_from_key, decrypt, encrypt, keyed_hash
from portal.core.ids import CODE_ALPHABET, grouped_code, normalised_code, public_id, unguessable_id

KEY, OTHER = "k" * 32, "o" * 32


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_comes_back_under_the_same_key_and_purpose_only(plain: str) -> None:
    sealed = encrypt(KEY, "contact", plain)
    assert decrypt(KEY, "contact", sealed) == plain
    for key, purpose in ((OTHER, "contact"), (KEY, "another")):
        with pytest.raises(InvalidTag):
            decrypt(key, purpose, sealed)


def test_sealing_twice_gives_different_bytes() -> None:
    assert encrypt(KEY, "contact", "x") != encrypt(KEY, "contact", "x")


def test_a_keyed_hash_depends_on_key_purpose_and_value() -> None:
    base = keyed_hash(KEY, "a", "b")
    assert base == keyed_hash(KEY, "a", "b")
    assert len({base, keyed_hash(OTHER, "a", "b"), keyed_hash(KEY, "c", "b"), keyed_hash(KEY, "a", "c")}) == 4


@given(st.text(min_size=1))
def test_a_code_is_twelve_characters_that_cannot_be_mistaken(value: str) -> None:
    code = code_from_key(KEY, value)
    assert code == code_from_key(KEY, value)
    plain = code.replace("-", "")
    assert len(plain) == 12 and set(plain) <= set(CODE_ALPHABET)
    assert not set("0O1IL") & set(CODE_ALPHABET)
    assert [len(part) for part in code.split("-")] == [4, 4, 4]


def _styles(code: str) -> list[str]:
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char.isalnum() else char for char in code)
    return [
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f"  {code}\n",
        wide,
        code.replace("-", "—"),
    ]


@given(st.text(alphabet=CODE_ALPHABET, min_size=12, max_size=12))
def test_a_code_is_read_in_any_case_width_and_spacing(plain: str) -> None:
    for typed in _styles(grouped_code(plain)):
        assert normalised_code(typed) == plain


@given(st.text())
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    found = normalised_code(typed)
    assert found is None or (len(found) == 12 and set(found) <= set(CODE_ALPHABET))


def test_ids_differ_and_are_long_enough() -> None:
    assert len({public_id() for _time in range(1000)}) == 1000
    ids = {unguessable_id() for _time in range(1000)}
    assert len(ids) == 1000 and all(len(each) == 22 for each in ids)
