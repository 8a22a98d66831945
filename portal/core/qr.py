"""Codes for a phone's camera (QR), as pictures that stand in the page itself."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Iterable

import segno

_MODULE_PIXELS = 6
_QUIET_MODULES = 3
_MASK = 3


def qr_picture(text: str) -> str:
    """A black and white PNG of `text` as a data address: no request names what is in it."""
    # Any mask can be read; to try all eight for the finest costs as much as storing an opinion.
    code = segno.make(text, error="m", micro=False, mask=_MASK)
    return "data:image/png;base64," + b64encode(_png(code.matrix)).decode("ascii")


def _png(rows: Iterable[Iterable[int]]) -> bytes:
    """The modules (1 is black) as a picture of one bit a pixel, the quiet zone around it.

    A row of modules is drawn once and stands for all its lines of pixels, which segno draws pixel by pixel: that took
    as long as all the rest of a receipt.
    """
    dark, light, quiet = "0" * _MODULE_PIXELS, "1" * _MODULE_PIXELS, "1" * _MODULE_PIXELS * _QUIET_MODULES
    lines = [quiet + "".join(dark if module else light for module in row) + quiet for row in rows]
    width = len(lines[0])
    margin = ["1" * width] * _QUIET_MODULES
    pad = -width % 8
    pixels = b"".join(
        (b"\0" + int(line + "0" * pad, 2).to_bytes((width + pad) // 8, "big")) * _MODULE_PIXELS
        for line in [*margin, *lines, *margin]
    )
    header = struct.pack(">IIBBBBB", width, (len(lines) + 2 * _QUIET_MODULES) * _MODULE_PIXELS, 1, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(pixels, 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
