"""analysis-check-input.json."""

from pathlib import Path

from portal.core.files import write_bytes
from portal.digests.document import Document, json_bytes


def write_json(document: Document, path: Path) -> None:
    """Write the document itself."""
    write_bytes(path, json_bytes(document))
