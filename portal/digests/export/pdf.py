"""digest.pdf: the report to read and to print, where there is no Word."""

import contextlib
import hashlib
import logging
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from portal.core.files import replacing
from portal.digests.document import Document
from portal.digests.export.pdf_paper import PdfPaper
from portal.digests.export.report import title_of, write_report

MOST_OPINIONS, MOST_CHARACTERS = 300, 100_000
"""In the annex: up to some hundred pages, which with the report before them are a few seconds of work."""


@cache
def can_write_pdf() -> bool:
    """Whether this machine has what it takes: the library Pango, which pip does not bring, and a Chinese font."""
    fonts = shutil.which("fc-list")
    if fonts is None:
        return False
    try:
        asked = [fonts, ":lang=zh-cn", "family"]
        found = subprocess.run(asked, capture_output=True, check=True, timeout=60).stdout.strip()
        # Where a library is missing it prints how to install it, which must not get into what a command answers.
        with contextlib.redirect_stdout(sys.stderr):
            import weasyprint  # noqa: F401
    except (OSError, ImportError, subprocess.SubprocessError):
        return False
    return bool(found)


def write_pdf(document: Document, path: Path) -> None:
    """Write the report; the same document gives the same bytes on the same machine. Needs `can_write_pdf`."""
    paper = PdfPaper(title_of(document), document["generated_at"])
    write_report(paper, document, MOST_OPINIONS, MOST_CHARACTERS)
    print_html(paper.html, path)


def print_html(html: str, path: Path) -> None:
    """Write a page of HTML as PDF; nothing that it names is fetched, for a report has no pictures (CVE-2023-28459)."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # It warns of each character that no font has, such as the pictures of control characters.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    with replacing(path) as target:
        HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf(
            str(target), pdf_identifier=hashlib.sha256(html.encode()).digest()[:16], pdf_tags=True
        )
