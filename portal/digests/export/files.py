"""All files of a digest at once."""

import json
from collections.abc import Iterator
from pathlib import Path

from portal.analysis.spread import beside
from portal.digests.document import Document
from portal.digests.export.csv_table import write_csv
from portal.digests.export.docx import write_docx
from portal.digests.export.json_file import write_json
from portal.digests.export.pdf import write_pdf
from portal.digests.export.xlsx import write_xlsx
from portal.digests.store import CHECK_INPUT, PRINT, REPORT, TABLE, WORKBOOK

NAMES = (CHECK_INPUT, WORKBOOK, REPORT, TABLE)
"""The files that every digest has, the whole document first."""


def write_files(document: Document, folder: Path, *, pdf: bool = False) -> list[Path]:
    """Write the document in every format into `folder`, which is made if absent; return the paths.

    Each file is whole or absent, and the same document gives the same bytes. `pdf` needs `pdf.can_write_pdf`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for _name in written(document, folder):
        pass
    if not pdf:
        # One that an earlier run left would say what the other files no longer say.
        (folder / PRINT).unlink(missing_ok=True)
        return [folder / name for name in NAMES]
    write_pdf(document, folder / PRINT)
    return [folder / name for name in (*NAMES, PRINT)]


def written(document: Document, folder: Path) -> Iterator[str]:
    """Write the files of `NAMES`, one after the other; yields the name of each that is whole.

    A workbook of many opinions takes most of the time: another process makes it of the document's own file.
    """
    write_json(document, folder / CHECK_INPUT)
    yield CHECK_INPUT
    count = len(document["opinions"])
    with beside(_write_workbook, folder, count) as workbook:
        write_docx(document, folder / REPORT)
        yield REPORT
        write_csv(document, folder / TABLE)
        yield TABLE
        workbook()
        yield WORKBOOK


def _write_workbook(folder: Path) -> None:
    write_xlsx(json.loads((folder / CHECK_INPUT).read_bytes()), folder / WORKBOOK)
