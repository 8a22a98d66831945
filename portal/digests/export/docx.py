"""digest.docx: the report as a Word document."""

import tempfile
from pathlib import Path

from portal.core.files import replacing
from portal.digests.document import Document
from portal.digests.export.docx_paper import WordPaper
from portal.digests.export.package import repack
from portal.digests.export.report import title_of, write_report
from portal.digests.export.wording import made_at, visible

# 2,816 real messages make 1,111 pages (LibreOffice): past this length digest.xlsx is the better place to look.
MOST_OPINIONS, MOST_CHARACTERS = 5_000, 10_000_000


def write_docx(document: Document, path: Path) -> None:
    """Write the report with its annex of verbatim opinions."""
    paper = WordPaper()
    made = made_at(document)
    paper.properties(
        title=visible(title_of(document))[:255], author="", comments="", created=made, modified=made
    )
    write_report(paper, document, MOST_OPINIONS, MOST_CHARACTERS)
    with replacing(path) as target, tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.docx"
        paper.document.save(str(draft))
        repack(draft, target)
