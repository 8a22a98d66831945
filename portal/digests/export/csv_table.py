"""digest.csv: all opinions, for programs that read nothing else."""

from datetime import date
from pathlib import Path

from portal.core.csv_file import write_csv as write_table
from portal.digests.document import Document
from portal.digests.export.opinion_table import OPINIONS, Cell, opinion_rows
from portal.digests.export.wording import visible


def write_csv(document: Document, path: Path) -> None:
    """Write the table. What is not known is empty; days are written 2026-11-02."""
    head = [name for name, _width in OPINIONS]
    write_table(path, head, ([_text(cell) for cell in row] for row in opinion_rows(document)))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else visible(str(cell))
