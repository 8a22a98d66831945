"""Codes for a phone's camera (QR), as pictures that stand in the page itself."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable
from functools import cache

import segno

_MODULE_PIXELS = 6
_QUIET_MODULES = 3
_MASK = 3
_PIXELS = str.maketrans({"0": "1" * _MODULE_PIXELS, "1": "0" * _MODULE_PIXELS})


def qr_drawer(start: str, length: int) -> Callable[[str], str]:
    """What draws the QR code of `start` followed by the text it is given, `length` characters of ASCII.

    The code of a text is linear: what a character changes in it, it changes whatever the others are. So each is worked
    out once at its place, and a picture only puts together what its characters change; to work out the whole code each
    time costs as much as storing an opinion.
    """
    filled = "0" * length

    @cache
    def plain() -> tuple[int, int]:
        return _modules(start + filled)

    @cache
    def changed_by(char: str, at: int) -> int:
        return _modules(start + filled[:at] + char + filled[at + 1 :])[0] ^ plain()[0]

    def draw(text: str) -> str:
        """A black and white PNG as a data address: no request names what is in it."""
        if len(text) != length or not text.isascii():
            raise ValueError(f"only {length} characters of ASCII can be drawn")
        modules, side = plain()
        for at, char in enumerate(text):
            modules ^= changed_by(char, at)
        return "data:image/png;base64," + b64encode(_png(modules, side)).decode("ascii")

    return draw


def _modules(text: str) -> tuple[int, int]:
    """The modules of a text, row by row, one bit each (1 is black), and how many a side has."""
    # Any mask can be read; the finest of the eight would be another for each text.
    code = segno.make(text, error="m", mode="byte", micro=False, mask=_MASK)
    bits = "".join("1" if module else "0" for row in code.matrix for module in row)
    return int(bits, 2), len(code.matrix)


def _png(modules: int, side: int) -> bytes:
    """The modules as a picture of one bit a pixel, the quiet zone around it.

    A row of modules is drawn once and stands for all its lines of pixels.
    """
    quiet = "1" * _MODULE_PIXELS * _QUIET_MODULES
    drawn = f"{modules:0{side * side}b}".translate(_PIXELS)
    line = side * _MODULE_PIXELS
    width = line + 2 * len(quiet)
    pad = "0" * (-width % 8)
    margin = ["1" * width + pad] * _QUIET_MODULES
    rows = [quiet + drawn[row * line : (row + 1) * line] + quiet + pad for row in range(side)]
    pixels = b"".join(
        (b"\0" + int(row, 2).to_bytes(len(row) // 8, "big")) * _MODULE_PIXELS
        for row in [*margin, *rows, *margin]
    )
    header = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(pixels, 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
