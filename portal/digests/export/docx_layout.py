"""The page, fonts and paragraph styles of official documents (党政机关公文格式, GB/T 9704—2012).

A4, margins 37/35/28/26 mm; title 小标宋 2号; text 仿宋 3号 on lines of 28 pt, first line two characters in;
headings 一、黑体, （一）楷体, 1. 仿宋 bold; page numbers — 1 — 4号 outside. The annex of opinions is set smaller
(小四), since it holds hundreds of pages.
"""

from dataclasses import dataclass
from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TITLE_FONT = "方正小标宋简体"
BODY_FONT = "仿宋_GB2312"
HEAD_FONT = "黑体"
SUBHEAD_FONT = "楷体_GB2312"
LATIN_FONT = "Times New Roman"

# The official fonts are not on every machine; Word then takes the other name.
_OTHER_NAMES = {TITLE_FONT: "华文中宋", BODY_FONT: "仿宋", SUBHEAD_FONT: "楷体", HEAD_FONT: "SimHei"}


@dataclass(frozen=True, slots=True)
class Look:
    """How one style looks: font, size in points, alignment, indent of the first line in characters."""

    font: str
    size: float = 16
    align: Any = ALIGN.JUSTIFY
    indent: int = 2
    line: float = 28
    bold: bool = False
    before: float = 0
    after: float = 0
    keep: bool = False


LOOKS = {
    "Normal": Look(BODY_FONT),
    "Title": Look(TITLE_FONT, 22, ALIGN.CENTER, 0, 36, after=14),
    "Heading 1": Look(HEAD_FONT, keep=True),
    "Heading 2": Look(SUBHEAD_FONT, keep=True),
    "Heading 3": Look(BODY_FONT, bold=True, keep=True),
    "Subtitle": Look(SUBHEAD_FONT, 16, ALIGN.CENTER, 0, after=14),
    "Annex": Look(HEAD_FONT, 16, ALIGN.LEFT, 0),
    "Figures": Look(BODY_FONT, align=ALIGN.LEFT),
    "Item": Look(BODY_FONT, 14, line=24, bold=True, before=4, keep=True),
    "Facts": Look(SUBHEAD_FONT, 12, ALIGN.LEFT, line=20, keep=True),
    "Verbatim": Look(BODY_FONT, 12, line=20),
    "Date": Look(BODY_FONT, 16, ALIGN.RIGHT, 0, before=28),
    "Gap": Look(BODY_FONT, 10, ALIGN.LEFT, 0, 10),
    "Cell": Look(BODY_FONT, 12, ALIGN.CENTER, 0, 20),
    "Left cell": Look(BODY_FONT, 12, ALIGN.LEFT, 0, 20),
}


def lay_out(document: DocxDocument) -> None:
    """Give a new document the page, the styles and the page numbers."""
    present = {style.name for style in document.styles}
    for name, look in LOOKS.items():
        if name not in present:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _apply(document.styles[name], look)
    _language(document)
    _page(document)
    _other_font_names(document)


def _apply(style: Any, look: Look) -> None:
    style.font.size = Pt(look.size)
    style.font.bold = look.bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    latin = dict.fromkeys(("ascii", "hAnsi", "cs"), LATIN_FONT)
    properties.insert(0, _element("w:rFonts", **latin, eastAsia=look.font))
    for tag in ("w:spacing", "w:kern"):
        for left in properties.findall(qn(tag)):
            properties.remove(left)
    paragraph = style.element.get_or_add_pPr()
    for left in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(left)
    layout = style.paragraph_format
    layout.alignment = look.align
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(look.line)
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.keep_with_next = look.keep
    layout.widow_control = False
    layout.first_line_indent = Pt(look.size * look.indent)
    # Word goes by characters where both are given, whatever the font size of the text.
    paragraph.find(qn("w:ind")).set(qn("w:firstLineChars"), str(look.indent * 100))


def _page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)
    document.settings.odd_and_even_pages_header_footer = True
    # Page numbers stand outside, one character from the edge of the text.
    _page_number(section.footer.paragraphs[0], ALIGN.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], ALIGN.LEFT)


def _page_number(paragraph: Any, align: Any) -> None:
    layout = paragraph.paragraph_format
    layout.alignment = align
    layout.first_line_indent = Pt(0)
    paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "0")
    layout.left_indent = layout.right_indent = Pt(14)
    field = _element("w:fldSimple", instr="PAGE")
    for piece in ("— ", field, " —"):
        if isinstance(piece, str):
            run = paragraph.add_run(piece)
        else:
            paragraph._p.append(piece)
            run = paragraph.add_run("1")
            piece.append(run._r)
        run.font.size = Pt(14)
        run._r.get_or_add_rPr().insert(0, _element("w:rFonts", ascii="宋体", hAnsi="宋体", eastAsia="宋体"))


def _language(document: DocxDocument) -> None:
    """Chinese rules for breaking lines, and no red underlines."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")


def _other_font_names(document: DocxDocument) -> None:
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _OTHER_NAMES.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
