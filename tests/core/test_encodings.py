"""Which encoding a csv file is read in: that in which most of it makes sense, whatever bytes of it are damaged."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.tables import Row, read_table

COLUMNS = {"title": ("标题", "title"), "body": ("内容", "body")}
TEXT = "路灯不亮，晚上很黑"


def rows(path: Path, data: bytes) -> list[Row]:
    path.write_bytes(data)
    return list(read_table(path, COLUMNS, required=("body",)))


def told(found: list[Row]) -> list[str]:
    return [str(row.error.code) if row.error else row.values["body"] for row in found]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("bad", [b"\xff", b"\x80", b"\xe8\xb7"])
def test_a_byte_of_no_character_spoils_its_row_alone(tmp_path: Path, encoding: str, bad: bytes) -> None:
    good = f"a,{TEXT}\n".encode(encoding)
    data = "标题,内容\n".encode(encoding) + b"a," + bad + b",\n" + 20 * good
    found = told(rows(tmp_path / "a.csv", data))
    assert found[1:] == [TEXT] * 20
    assert found[0] != TEXT


def test_a_file_cut_within_its_last_character_is_what_it_was(tmp_path: Path) -> None:
    for cut in (1, 2):
        data = f"title,body\na,{TEXT}\nb,亮".encode()[:-cut]
        assert told(rows(tmp_path / "a.csv", data)) == [TEXT, "broken_bytes"]


def test_words_that_pass_for_others_in_utf_8_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert told(rows(tmp_path / "a.csv", "标题,内容\n联通,联通\n".encode("gb18030"))) == ["联通"]


def test_of_two_files_glued_together_the_larger_part_is_read(tmp_path: Path) -> None:
    few, many = f"a,{TEXT}\n", f"b,{TEXT}\n" * 9
    for one, other in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        data = "标题,内容\n".encode(other) + few.encode(one) + many.encode(other)
        assert told(rows(tmp_path / "a.csv", data))[1:] == [TEXT] * 9


def test_half_a_character_of_utf_16_spoils_its_row_alone(tmp_path: Path) -> None:
    text = f"标题,内容\na,\ud83d灯\nb,{TEXT}\n"
    for encoding in ("utf-16", "utf-16-le"):
        data = text.encode(encoding, "surrogatepass")
        assert told(rows(tmp_path / "a.csv", data)) == ["surrogate", TEXT]


LETTERS = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=40, max_size=200)


@given(LETTERS, st.sampled_from(["utf-8", "gb18030"]), st.sets(st.integers(0, 79), max_size=3))
def test_damaged_text_is_read_in_the_encoding_it_was_written_in(
    folders: pytest.TempPathFactory, letters: str, encoding: str, damaged: set[int]
) -> None:
    body = bytearray(letters.encode(encoding))
    for at in damaged:
        body[at] = 0xFF
    data = b"title,body\na," + body + f"\nb,{letters}\n".encode(encoding)
    assert told(rows(folders.mktemp("csv") / "a.csv", data))[-1] == letters


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:
    return tmp_path_factory
