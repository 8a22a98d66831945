"""What a digest of before tells the next analysis."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from portal.analysis.records import Known, Previous
from portal.core.errors import PortalError
from portal.digests.schema_check import read_document, validate_document


def previous_of(document: Mapping[str, Any]) -> Previous:
    """The matters, aspects and opinions of a digest document, with what people renamed, merged or pinned."""
    return Previous(
        tuple(_known(matter) for matter in document["matters"]),
        tuple(_known(aspect) for aspect in document["aspects"]),
        frozenset(opinion["id"] for opinion in document["opinions"]),
    )


def _known(part: Mapping[str, Any]) -> Known:
    return Known(
        id=part["id"],
        title=part["title"],
        opinion_ids=tuple(part["opinion_ids"]),
        renamed=part.get("renamed", False),
        merged=part.get("merged", False),
        pinned=part.get("pinned", False),
        topic_paths=tuple(part.get("topic_paths", ())),
    )


def read_previous(path: Path) -> Previous:
    """Read a digest document (`analysis-check-input.json`). Raises PortalError where it is none."""
    document = read_document(path)
    problems = validate_document(document)
    if problems:
        raise PortalError(_("上一份意见汇总不合格式：%(why)s", why=problems[0]))
    return previous_of(document)
