"""Putting text on paper: paragraphs and tables, tens of thousands of them."""

from collections.abc import Sequence
from typing import Any

from docx import Document as new_docx
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from portal.digests.export.docx_layout import lay_out
from portal.digests.export.wording import visible

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class WordPaper:
    """A Word document in official layout, filled from the top (see `paper.Paper`)."""

    def __init__(self) -> None:
        self.document = new_docx()
        lay_out(self.document)
        self._end = self.document.element.body[-1]
        self._styles = {style.name: style.style_id for style in self.document.styles}

    def add(self, text: str, style: str = "Normal", *, new_page: bool = False) -> None:
        """Append one paragraph."""
        # Written as bare elements: the paragraph objects of python-docx take ten times as long.
        paragraph = etree.SubElement(self.document.element.body, qn("w:p"))
        self._end.addprevious(paragraph)
        properties = etree.SubElement(paragraph, qn("w:pPr"))
        etree.SubElement(properties, qn("w:pStyle")).set(qn("w:val"), self._styles[style])
        if new_page:
            etree.SubElement(properties, qn("w:pageBreakBefore"))
        run = etree.SubElement(paragraph, qn("w:r"))
        # Quotation marks are in Latin and Chinese fonts alike: take the Chinese ones.
        fonts = etree.SubElement(etree.SubElement(run, qn("w:rPr")), qn("w:rFonts"))
        fonts.set(qn("w:hint"), "eastAsia")
        for place, line in enumerate(visible(text).split("\n")):
            if place:
                etree.SubElement(run, qn("w:br"))
            piece = etree.SubElement(run, qn("w:t"))
            piece.set(_SPACE, "preserve")
            piece.text = line

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, left: int
    ) -> None:
        """Append a table."""
        self.add("", "Gap")
        table = self.document.add_table(rows=0, cols=len(head))
        table.style = "Table Grid"
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for cells in (head, *rows):
            row = table.add_row()
            for place, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
                cell.width = Mm(width)
                cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
                cell.paragraphs[0].style = "Cell" if cells is head or place != left else "Left cell"
                cell.paragraphs[0].add_run(visible(text))
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if cells is head:
                properties.append(OxmlElement("w:tblHeader"))
        self.add("", "Gap")

    def properties(self, **values: Any) -> None:
        """Set core properties: `title`, `author`, `created` and so on."""
        for name, value in values.items():
            setattr(self.document.core_properties, name, value)
