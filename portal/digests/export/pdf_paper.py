"""The report as a page of HTML, of which WeasyPrint makes a PDF: the same page, fonts and styles as in Word."""

import re
from collections.abc import Sequence

from markupsafe import escape

from portal.digests.export.paper import (
    A4,
    BODY_FONT,
    HEAD_FONT,
    LATIN_FONT,
    LOOKS,
    MARGINS,
    SUBHEAD_FONT,
    TITLE_FONT,
    Look,
)
from portal.digests.export.wording import visible

# What stands in for the official fonts, which few servers have; the last of each is in Debian's fonts-noto-cjk.
_INSTEAD = {
    TITLE_FONT: ("华文中宋", "STZhongsong", "Noto Serif CJK SC", "serif"),
    BODY_FONT: ("仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC", "serif"),
    SUBHEAD_FONT: ("楷体", "KaiTi", "STKaiti", "AR PL UKai CN", "Noto Serif CJK SC", "serif"),
    HEAD_FONT: ("SimHei", "Noto Sans CJK SC", "sans-serif"),
}
_RUN = re.compile(r"[!-~]{40}")
_GENERIC = {"serif", "sans-serif"}
# Headings are told as such to readers, who list them as bookmarks.
_TAGS = {"Title": "h1", "Annex": "h2", "Heading 1": "h2", "Heading 2": "h3", "Heading 3": "h4"}
_PAGE_NUMBER = (
    '"— " counter(page) " —"; font: 14pt "Noto Serif CJK SC", serif; padding-bottom: 7mm; margin: 0 14pt'
)


class PdfPaper:
    """A document in official layout, filled from the top (see `paper.Paper`)."""

    def __init__(self, title: str, made: str) -> None:
        self._parts = [
            f'<!DOCTYPE html><html lang="zh-CN"><head><title>{escape(visible(title))}</title>'
            f'<meta name="dcterms.created" content="{escape(made)}"><style>{_sheet()}</style></head><body>'
        ]

    def add(self, text: str, style: str = "Normal", *, new_page: bool = False) -> None:
        """Append one paragraph."""
        tag = _TAGS.get(style, "p")
        apart = " new-page" if new_page else ""
        words = _markup(text).replace("\n", "<br>")
        self._parts.append(f'<{tag} class="{_name(style)}{apart}">{words}</{tag}>')

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, left: int
    ) -> None:
        """Append a table."""
        columns = "".join(f'<col style="width: {width}mm">' for width in widths)
        first = "".join(f'<th class="cell">{_markup(text)}</th>' for text in head)
        self._parts.append(f"<table><colgroup>{columns}</colgroup><thead><tr>{first}</tr></thead><tbody>")
        for row in rows:
            cells = "".join(
                f'<td class="{"left-cell" if place == left else "cell"}">{_markup(text)}</td>'
                for place, text in enumerate(row)
            )
            self._parts.append(f"<tr>{cells}</tr>")
        self._parts.append("</tbody></table>")

    @property
    def html(self) -> str:
        """All that was written so far, as a whole page."""
        return "".join([*self._parts, "</body></html>"])


def _markup(text: str) -> str:
    """The text as it stands in a page, with places to break where there are no words: finding some takes long in a long run."""
    return str(escape(_RUN.sub("\\g<0>\0", visible(text)))).replace("\0", "<wbr>")


def _sheet() -> str:
    width, height = A4
    margins = " ".join(f"{margin}mm" for margin in MARGINS)
    styles = "".join(f".{_name(name)} {{ {_rules(look)} }}" for name, look in LOOKS.items())
    return (
        f"@page {{ size: {width}mm {height}mm; margin: {margins}; }}"
        f"@page :right {{ @bottom-right {{ content: {_PAGE_NUMBER}; }} }}"
        f"@page :left {{ @bottom-left {{ content: {_PAGE_NUMBER}; }} }}"
        "body { margin: 0; color: #000; overflow-wrap: anywhere; hyphens: none; orphans: 2; widows: 2; }"
        "table { width: 100%; margin: 10pt 0; border-collapse: collapse; table-layout: fixed; }"
        "tr { break-inside: avoid; } th, td { border: .5pt solid #000; padding: 2pt 4pt; vertical-align: middle; }"
        f".new-page {{ break-before: page; }}{styles}"
    )


def _rules(look: Look) -> str:
    fonts = (LATIN_FONT, look.font, *_INSTEAD[look.font])
    families = ", ".join(font if font in _GENERIC else f'"{font}"' for font in fonts)
    after = "break-after: avoid;" if look.keep else ""
    return (
        f"font: {'bold' if look.bold else 'normal'} {look.size}pt/{look.line}pt {families};"
        f" margin: {look.before}pt 0 {look.after}pt; text-align: {look.align}; text-indent: {look.indent}em; {after}"
    )


def _name(style: str) -> str:
    return style.lower().replace(" ", "-")
