"""What reports are written on: the page, fonts and paragraph styles of official documents (党政机关公文格式, GB/T 9704—2012).

A4, margins 37/35/28/26 mm; title 小标宋 2号; text 仿宋 3号 on lines of 28 pt, first line two characters in;
headings 一、黑体, （一）楷体, 1. 仿宋 bold; page numbers — 1 — 4号 outside. The annex of opinions is set smaller
(小四), since it holds hundreds of pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

A4 = (210, 297)
"""Width and height in millimetres."""
MARGINS = (37, 26, 35, 28)
"""Top, right, bottom and left, in millimetres."""
TITLE_FONT = "方正小标宋简体"
BODY_FONT = "仿宋_GB2312"
HEAD_FONT = "黑体"
SUBHEAD_FONT = "楷体_GB2312"
LATIN_FONT = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Look:
    """How one style looks: font, size in points, alignment, indent of the first line in characters, height of a line,
    space before and after in points, and whether it stays with what follows."""

    font: str
    size: float = 16
    align: str = "justify"
    indent: int = 2
    line: float = 28
    bold: bool = False
    before: float = 0
    after: float = 0
    keep: bool = False


LOOKS = {
    "Normal": Look(BODY_FONT),
    "Title": Look(TITLE_FONT, 22, "center", 0, 36, after=14),
    "Heading 1": Look(HEAD_FONT, keep=True),
    "Heading 2": Look(SUBHEAD_FONT, keep=True),
    "Heading 3": Look(BODY_FONT, bold=True, keep=True),
    "Subtitle": Look(SUBHEAD_FONT, 16, "center", 0, after=14),
    "Annex": Look(HEAD_FONT, 16, "left", 0),
    "Figures": Look(BODY_FONT, align="left"),
    "Item": Look(BODY_FONT, 14, line=24, bold=True, before=4, keep=True),
    "Facts": Look(SUBHEAD_FONT, 12, "left", line=20, keep=True),
    "Verbatim": Look(BODY_FONT, 12, line=20),
    "Date": Look(BODY_FONT, 16, "right", 0, before=28),
    "Gap": Look(BODY_FONT, 10, "left", 0, 10),
    "Cell": Look(BODY_FONT, 12, "center", 0, 20),
    "Left cell": Look(BODY_FONT, 12, "left", 0, 20),
}


class Paper(Protocol):
    """What a report is written on, from the top."""

    def add(self, text: str, style: str = "Normal", *, new_page: bool = False) -> None:
        """Append one paragraph; line feeds in it stay line breaks. `style` is a name of `LOOKS`."""

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, left: int
    ) -> None:
        """Append a table with a head that repeats on every page.

        `widths` are in millimetres; everything is centred but column `left` below the head.
        """
