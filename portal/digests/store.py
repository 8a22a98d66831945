"""Where the files of digests lie: one folder each below `INSTANCE_DIR/digests`, whole or absent.

Paths are made of the id that the database holds and of names that the job wrote, never of what a client sent.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from portal.core.errors import NotThere
from portal.core.files import sync
from portal.digests.groups import Group, read_group
from portal.digests.models import Digest

# Lie beside the files that people download, for the digest's pages.
SUMMARY_NAME = "summary.json"
GROUPS_NAME = "groups.jsonl"
# The whole digest as one document; as a workbook, a report, a table of all opinions, a report to print.
CHECK_INPUT = "analysis-check-input.json"
WORKBOOK, REPORT, TABLE, PRINT = "digest.xlsx", "digest.docx", "digest.csv", "digest.pdf"


def digest_folder(instance_dir: Path, digest_id: str) -> Path:
    """The folder of the digest's files."""
    return instance_dir / "digests" / digest_id


def stored_file(instance_dir: Path, digest: Digest, name: str) -> Path:
    """The file `name` of the digest. Raises `NotThere` unless the job that built the digest wrote it."""
    path = digest_folder(instance_dir, digest.id) / name if name in digest.files else None
    if path is None or not path.is_file():
        raise NotThere(_("没有这个文件。"))
    return path


def has_groups(instance_dir: Path, digest: Digest) -> bool:
    """Whether it is known which opinions stand behind each number: older digests only say it in their files."""
    return (digest_folder(instance_dir, digest.id) / GROUPS_NAME).is_file()


def stored_group(instance_dir: Path, digest: Digest, key: str) -> Group:
    """The group `key` of the digest (see `groups`). Raises `NotThere` where it has none of that name."""
    try:
        group = read_group(digest_folder(instance_dir, digest.id) / GROUPS_NAME, key)
    except FileNotFoundError:
        group = None
    if group is None:
        raise NotThere(_("这份汇总里没有这一组意见。"))
    return group


def stored_summary(instance_dir: Path, digest: Digest) -> dict[str, Any] | None:
    """The digest's summary (see `summary.summary_of`); None where it is not there."""
    try:
        content = (digest_folder(instance_dir, digest.id) / SUMMARY_NAME).read_bytes()
    except FileNotFoundError:
        return None
    found: dict[str, Any] = json.loads(content)
    return found


@contextmanager
def draft_folder(instance_dir: Path, digest_id: str) -> Iterator[Path]:
    """A new folder to build the digest in, gone at the end unless it was put in place.

    What a run that was killed left behind is removed first.
    """
    parent = digest_folder(instance_dir, digest_id).parent
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    prefix = f".{digest_id}."
    for left in parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def put_in_place(draft: Path, instance_dir: Path, digest_id: str) -> None:
    """Make `draft`, whose files are on the disk already, the digest's folder."""
    target = digest_folder(instance_dir, digest_id)
    if target.exists():
        # A run was killed between this step and the commit that would have made its files known.
        shutil.rmtree(target)
    sync(draft)
    os.rename(draft, target)
    sync(target.parent)


def fingerprint(path: Path) -> dict[str, Any]:
    """What is kept of a file: its SHA-256 and its size in bytes."""
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}
