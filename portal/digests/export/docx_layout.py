"""The page, fonts and paragraph styles of official documents (see `paper`), as a Word document has them."""

from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

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

_ALIGN = {"justify": ALIGN.JUSTIFY, "center": ALIGN.CENTER, "left": ALIGN.LEFT, "right": ALIGN.RIGHT}
# The official fonts are not on every machine; Word then takes the other name.
_OTHER_NAMES = {TITLE_FONT: "华文中宋", BODY_FONT: "仿宋", SUBHEAD_FONT: "楷体", HEAD_FONT: "SimHei"}


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
    layout.alignment = _ALIGN[look.align]
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
    section.page_width, section.page_height = map(Mm, A4)
    top, right, bottom, left = map(Mm, MARGINS)
    section.top_margin, section.bottom_margin = top, bottom
    section.left_margin, section.right_margin = left, right
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
