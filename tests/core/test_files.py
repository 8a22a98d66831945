"""Files are whole or absent; csv for people holds no formula."""

from pathlib import Path

import pytest

from portal.core.csv_file import write_csv
from portal.core.files import replacing, write_bytes
from portal.core.tables import read_table


def test_a_file_appears_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"old")
    write_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"old")
    with pytest.raises(OSError, match="full"), replacing(tmp_path / "a") as temporary:
        temporary.write_bytes(b"half")
        raise OSError("disk full")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_csv_for_people_opens_anywhere_and_computes_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("标题", "原因"), [("=1+1", "坏\udcff字节"), ("a\x00b", "两\n行")])
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    table = read_table(tmp_path / "a.csv", {"title": ("标题",), "why": ("原因",)}, required=("title",))
    assert [tuple(row.values.values()) for row in table] == [("'=1+1", "坏\\udcff字节"), ("a␀b", "两\n行")]
