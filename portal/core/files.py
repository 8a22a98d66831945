"""Files that are whole or absent, whatever happens while they are written."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SHOWN = 60  # characters of a name that the name of its temporary file begins with: names have a limit


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on leaving, sync it to disk and rename it to `path`.

    When the body raises, `path` is left as it was and the temporary file is removed. The new file is readable
    by its owner only. Where `path` is a link, what it points to is replaced. Raises OSError that names `path`; for a device, a
    pipe and whatever else would be lost by a file in its place, FileExistsError.
    """
    require_file(path)
    real = Path(os.path.realpath(path))
    with _naming(path):
        descriptor, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name[:_SHOWN]}.")
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        with _naming(path):
            sync(temporary)
            os.replace(temporary, real)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(real.parent)


def require_file(path: Path) -> None:
    """Raise OSError, which names the path, where something stands there that is no file: to open a pipe would wait for its
    other end, and a file in its place would end it."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Have errors name the path that was asked for, not that of the temporary file."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def has_room(folder: Path, megabytes: int, more: int = 0) -> bool:
    """Whether the disk of `folder` has so many megabytes free, after `more` bytes were written to it too."""
    return shutil.disk_usage(folder).free - more >= megabytes * 1024 * 1024


def sync(path: Path) -> None:
    """Wait until the file or folder at `path` is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
