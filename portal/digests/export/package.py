"""Office files are zip archives; here they lose what differs from one run to the next."""

import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)


def repack(source: Path, target: Path) -> None:
    """Copy the archive `source` to `target` without dates, file modes and other traces of the machine."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as new,
    ):
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            large = part.file_size > 2**31 - 1
            with old.open(part) as read, new.open(entry, "w", force_zip64=large) as write:
                while chunk := read.read(1024 * 1024):
                    write.write(chunk)
