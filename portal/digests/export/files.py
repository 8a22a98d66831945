"""All files of a digest at once."""

from pathlib import Path

from portal.digests.document import Document
from portal.digests.export.docx import write_docx
from portal.digests.export.json_file import write_json
from portal.digests.export.xlsx import write_xlsx
from portal.digests.store import CHECK_INPUT

WRITERS = {
    CHECK_INPUT: write_json,
    "digest.xlsx": write_xlsx,
    "digest.docx": write_docx,
}


def write_files(document: Document, folder: Path) -> list[Path]:
    """Write the document in every format into `folder`, which is made if absent; return the paths.

    Each file is whole or absent, and the same document gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, write in WRITERS.items():
        write(document, folder / name)
        paths.append(folder / name)
    return paths
