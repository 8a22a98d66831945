"""The text of a PDF document, well enough to look for telephone numbers and names in it.

Not a layout: words are taken in the order in which they are drawn, with a line break where the pen moves to another
line. Fonts tell their characters by a ToUnicode map (as word processors write it), by an encoding of Unicode or GB
18030, or by the usual Latin one; what no font explains is left out. Source: ISO 32000-1, 9.4 and 9.10.
"""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

MOST_PAGES = 60
MOST_CHARACTERS = 200_000
MOST_SECONDS = 20.0
"""Of the processor, after which what was read so far has to do."""
_LARGEST_STREAM = 4 * 1024 * 1024  # bytes, packed
_ANOTHER_LINE = 1.5  # units between two heights that are not one line
_DEEPEST = 3  # forms within forms
_OPERATORS = "BT ET Tf Td TD Tm T* Tj TJ ' \" Do"
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_SPACES = re.compile(rb"begincodespacerange\s*<([0-9A-Fa-f]+)>")
_PAIR = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_MOST_CODES = 70_000

Decoder = Callable[[bytes], str]


def text_of(document: pikepdf.Pdf) -> str:
    """What is written in the document, at most `MOST_CHARACTERS` of `MOST_PAGES`; pages that cannot be read are passed over."""
    reader = _Reader()
    for page in document.pages[:MOST_PAGES]:
        try:
            reader.read(page.obj, page.obj.get("/Resources"), 0)
        except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # the page stays unread, and nobody is told that it held nothing: see `found_in`
        if reader.is_full:
            break
    return "".join(reader.pieces)


class _Reader:
    """Collects the text of one page after another."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._length = 0
        self._height: float | None = None  # of the text that was drawn last
        self._decoders: dict[tuple[int, int] | int, Decoder] = {}
        self._ends = time.process_time() + MOST_SECONDS

    @property
    def is_full(self) -> bool:
        """Whether enough was read, in characters or in time."""
        return self._length >= MOST_CHARACTERS or time.process_time() > self._ends

    def read(self, drawn: pikepdf.Object, resources: Any, depth: int) -> None:
        """Read a page or a form that is drawn on one."""
        if not all(_is_small(stream) for stream in _streams(drawn)):
            return
        decode: Decoder = _latin
        height = 0.0
        for instruction in pikepdf.parse_content_stream(drawn, _OPERATORS):
            operands, name = instruction.operands, str(instruction.operator)
            if name == "BT":
                height = 0.0
            elif name == "Tf":
                decode = self._decoder(resources, str(operands[0]))
            elif name == "Tm":
                height = float(operands[5])
            elif name in ("Td", "TD"):
                height += float(operands[1])
            elif name in ("T*", "'", '"'):
                height -= _ANOTHER_LINE
            if name in ("Tj", "'", '"'):
                self._draw(decode(bytes(operands[-1])), height)
            elif name == "TJ":
                parts = [decode(bytes(part)) for part in operands[0] if isinstance(part, pikepdf.String)]
                self._draw("".join(parts), height)
            elif name == "Do" and depth < _DEEPEST:
                self._read_form(resources, str(operands[0]), depth)
            if self.is_full:
                return
        self.pieces.append("\n")

    def _read_form(self, resources: Any, name: str, depth: int) -> None:
        form = (resources or {}).get("/XObject", {}).get(name)
        if form is not None and form.get("/Subtype") == "/Form":
            self.read(form, form.get("/Resources", resources), depth + 1)

    def _draw(self, text: str, height: float) -> None:
        if self._height is not None and abs(height - self._height) >= _ANOTHER_LINE:
            self.pieces.append("\n")
        self._height = height
        self.pieces.append(text)
        self._length += len(text)

    def _decoder(self, resources: Any, name: str) -> Decoder:
        font = (resources or {}).get("/Font", {}).get(name)
        if font is None:
            return _latin
        key = font.objgen if font.is_indirect else id(font)
        if key not in self._decoders:
            self._decoders[key] = _decoder_of(font)
        return self._decoders[key]


def _streams(drawn: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(drawn, pikepdf.Stream):
        yield drawn
        return
    contents = drawn.get("/Contents")
    if isinstance(contents, pikepdf.Array):
        yield from contents.as_list()
    elif contents is not None:
        yield contents


def _is_small(stream: pikepdf.Object) -> bool:
    return int(stream.get("/Length", 0)) <= _LARGEST_STREAM


def _decoder_of(font: pikepdf.Object) -> Decoder:
    unicode_map = font.get("/ToUnicode")
    if isinstance(unicode_map, pikepdf.Stream) and _is_small(unicode_map):
        return _mapped(unicode_map.read_bytes())
    encoding = str(font.get("/Encoding", ""))
    if font.get("/Subtype") != "/Type0":
        return _latin
    if "UCS2" in encoding or "UTF16" in encoding:
        return lambda code: code.decode("utf-16-be", "ignore")
    if "GB" in encoding:
        return lambda code: code.decode("gb18030", "ignore")
    return lambda _code: ""


def _latin(code: bytes) -> str:
    return code.decode("cp1252", "ignore")


def _mapped(source: bytes) -> Decoder:
    """Reads codes by a ToUnicode map."""
    size = len(found[1]) // 2 if (found := _SPACES.search(source)) else 2
    codes: dict[int, str] = {}
    for block in _CHARS.findall(source):
        codes.update({int(code, 16): _written(text) for code, text in _PAIR.findall(block) if code.strip()})
    for block in _RANGES.findall(source):
        for first, last, text, several in _RANGE.findall(block):
            codes.update(_range(int(first, 16), int(last, 16), text, several))
            if len(codes) > _MOST_CODES:
                break

    def decode(code: bytes) -> str:
        return "".join(
            codes.get(int.from_bytes(code[at : at + size], "big"), "")
            for at in range(0, len(code), max(1, size))
        )

    return decode


def _range(first: int, last: int, text: bytes, several: bytes) -> Iterator[tuple[int, str]]:
    """The codes of one line of a map: texts one by one, or the first with the others counted on from it."""
    if several:
        yield from zip(range(first, last + 1), (_written(one) for one in _HEX.findall(several)), strict=False)
        return
    start = _written(text)
    if start:
        for code in range(first, min(last, first + _MOST_CODES) + 1):
            point = ord(start[-1]) + code - first
            if point > 0x10FFFF:
                return
            yield code, start[:-1] + chr(point)


def _written(digits: bytes) -> str:
    digits = b"".join(digits.split())
    return bytes.fromhex(digits.decode() + "0" * (len(digits) % 2)).decode("utf-16-be", "ignore")
