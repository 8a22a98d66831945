"""analysis-check-input.json."""

from pathlib import Path

from portal.core.files import replacing
from portal.digests.document import Document, json_lines


def write_json(document: Document, path: Path) -> None:
    """Write the document itself."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        stream.writelines(json_lines(document))
