"""Real messages beside the repository, for tests that skip where they are absent."""

import csv
import os
from datetime import datetime
from pathlib import Path

import pytest

from portal.analysis.records import Message

_ROOT = Path(__file__).resolve().parents[2]


def shared(name: str) -> Path:
    """The path of a file of the shared data; skips the test where it is not there."""
    folder = Path(os.environ.get("SHARED_DATA") or _ROOT.parent / "shared" / "data")
    if not (folder / name).is_file():
        pytest.skip(f"{name} is not in SHARED_DATA or ../shared/data")
    return folder / name


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a shared CSV file."""
    with shared(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answered_messages() -> list[Message]:
    """The messages of `messages_answered.csv`."""
    return [
        Message(
            row["id"],
            row["title"].strip(),
            row["body"].strip(),
            row["author"] or None,
            _moment(row["created_at"]),
        )
        for row in rows("messages_answered.csv")
    ]


def _moment(text: str) -> datetime:
    """2019/4/15 10:06:24 and 2019-04-15 10:06:24 stand in the same column."""
    return datetime.strptime(text.replace("-", "/"), "%Y/%m/%d %H:%M:%S")
