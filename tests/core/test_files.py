"""Files are whole or absent; csv for people holds no formula."""

import errno
import os
from pathlib import Path

import pytest

from portal.core.csv_file import write_csv
from portal.core.files import replacing, write_bytes
from portal.core.reasons import reason_of
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


def test_a_link_stays_one_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    write_bytes(tmp_path / "kept" / "a", b"old")
    (tmp_path / "link").symlink_to(tmp_path / "kept" / "a")
    write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept" / "a").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["a"]


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, fault in (("pipe", FileExistsError), ("folder", IsADirectoryError)):
        with pytest.raises(fault) as caught:
            write_bytes(tmp_path / name, b"new")
        assert caught.value.filename == str(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]


def test_a_fault_names_the_file_that_was_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "none" / "a.csv", tmp_path / "file" / "a.csv", tmp_path / ("长" * 200)):
        with pytest.raises(OSError) as caught:
            write_bytes(path, b"new")
        assert caught.value.filename == str(path)
        assert not reason_of(caught.value).isascii()


def test_a_name_as_long_as_the_system_takes_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 85)  # 255 bytes
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_reason_that_is_not_known_is_told_as_the_system_does() -> None:
    assert reason_of(OSError(errno.EBUSY, "Device or resource busy")) == "Device or resource busy"
    assert reason_of(OSError("boom")) == "OSError"
