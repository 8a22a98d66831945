"""What can be attached, and the life of a file: checked and made anew by a job, read by a moderator, released or not."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
# A picture of more pixels is refused unread: 50 million take 150 MB of memory.
MOST_PIXELS = 50_000_000


class FileType(StrEnum):
    """The kinds of file that are taken, by their media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"

    @property
    def label(self) -> str:
        """The kind as people read it."""
        return _l("PDF文件") if self is FileType.PDF else _l("照片")

    @property
    def suffix(self) -> str:
        """How the name of a downloaded file ends."""
        return {
            FileType.JPEG: ".jpg",
            FileType.PNG: ".png",
            FileType.WEBP: ".webp",
            FileType.PDF: ".pdf",
        }[self]

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self is not FileType.PDF


class FileState(StrEnum):
    """Where a file is."""

    CHECKING = "checking"
    PRIVATE = "private"
    RELEASED = "released"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The state as author and moderator read it."""
        return {
            FileState.CHECKING: _l("正在检查"),
            FileState.PRIVATE: _l("没有公开"),
            FileState.RELEASED: _l("可以公开"),
            FileState.REFUSED: _l("没有收下"),
        }[self]


class Fault(StrEnum):
    """Why the job could not make a file anew."""

    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    ENCRYPTED = "encrypted"

    @property
    def label(self) -> str:
        """The reason as the author reads it."""
        return {
            Fault.BROKEN: _l("文件打不开，可能已经损坏"),
            Fault.TOO_MANY_PIXELS: _l("照片的尺寸太大"),
            Fault.ENCRYPTED: _l("文件有密码，我们打不开"),
        }[self]


# What a moderator may do with a file, and where that leads.
DECISIONS = {
    (FileState.PRIVATE, "release"): FileState.RELEASED,
    (FileState.RELEASED, "withhold"): FileState.PRIVATE,
}

_BEGINNINGS = (
    (FileType.JPEG, b"\xff\xd8\xff"),
    (FileType.PNG, b"\x89PNG\r\n\x1a\n"),
    (FileType.PDF, b"%PDF-"),
)


def sniffed(beginning: bytes) -> FileType | None:
    """The type of a file by its first bytes, whatever its name and the browser say; None for all that is not taken.

    A first sieve only: what passes is read and written anew by its own library before anybody can open it.
    """
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return FileType.WEBP
    return next((kind for kind, start in _BEGINNINGS if beginning.startswith(start)), None)
