"""A JPEG picture without what cameras and programs write into it, its pixels untouched (ITU-T T.81, annex B)."""

import re

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN = 0xDA
# Application segments and comments: EXIF with the place, XMP, thumbnails, colour profiles. The first names the format, the
# fourteenth says how colours were turned: a reader needs both.
_TOLD = frozenset({*range(0xE1, 0xF0), 0xFE}) - {0xEE}
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def bare_jpeg(data: bytes) -> bytes:
    """The picture alone, and nothing of what comes after it. Raises `ValueError` for what is no whole JPEG picture."""
    if not data.startswith(_START):
        raise ValueError("no JPEG picture")
    parts, at = [_START], len(_START)
    while data[at : at + 2] != _END:
        if data[at : at + 1] != b"\xff" or len(data) < at + 4:
            raise ValueError("a JPEG picture that breaks off")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1  # markers may be filled up
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            following = _NEXT_MARKER.search(data, end)
            if following is None:
                raise ValueError("a JPEG picture without end")
            end = following.start()
        if marker not in _TOLD:
            parts.append(data[at:end])
        at = end
    return b"".join([*parts, _END])
