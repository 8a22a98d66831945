"""Where attached files lie: `INSTANCE_DIR/attachments`, as received in `incoming`, made anew in `kept`.

Paths are made of ids alone, never of a name that a client sent. Nothing in `incoming` is ever served.
"""

import shutil
from pathlib import Path
from typing import IO

from portal.core.files import replacing, sync

_INCOMING, _KEPT = "incoming", "kept"


def incoming_path(instance_dir: Path, file_id: str) -> Path:
    """Where the file lies as it was received."""
    return instance_dir / "attachments" / _INCOMING / file_id


def kept_path(instance_dir: Path, file_id: str) -> Path:
    """Where the file lies once it was made anew."""
    return instance_dir / "attachments" / _KEPT / file_id[:2] / file_id


def receive(stream: IO[bytes], instance_dir: Path, file_id: str) -> None:
    """Write `stream` to disk, whole or not at all, before the database says that it is there."""
    path = incoming_path(instance_dir, file_id)
    make_folder(path.parent)
    stream.seek(0)
    with replacing(path) as temporary, temporary.open("wb") as target:
        shutil.copyfileobj(stream, target)


def make_folder(path: Path) -> None:
    """Make a folder that only the portal's own account can read, and wait until it is on the disk."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync(path.parent)


def remove(instance_dir: Path, file_id: str) -> None:
    """Remove all that is there of a file."""
    incoming_path(instance_dir, file_id).unlink(missing_ok=True)
    kept_path(instance_dir, file_id).unlink(missing_ok=True)


def incoming_ids(instance_dir: Path, older_than: float) -> list[str]:
    """The ids of files received before the moment `older_than` (seconds since 1970) that still lie unread."""
    folder = incoming_path(instance_dir, "")
    found = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return [path.name for path in found if path.stat().st_mtime < older_than]
