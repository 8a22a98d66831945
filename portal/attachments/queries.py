"""Reading what is attached."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, exists, literal_column, select

from portal.attachments.models import Attachment
from portal.attachments.states import FileState
from portal.core.db import db
from portal.core.errors import NotThere

_OF = (
    select(Attachment)
    .where(Attachment.subject_kind == bindparam("kind"), Attachment.subject_id == bindparam("subject_id"))
    .order_by(Attachment.received_at, Attachment.id)
)


def attachments_of(kind: str, subject_id: int) -> Sequence[Attachment]:
    """All files of a thing, in the order in which they came."""
    return db.session.scalars(_OF, {"kind": kind, "subject_id": subject_id}).all()


def released_of(kind: str, subject_id: int) -> list[Attachment]:
    """Those that everybody may see who may read the thing itself."""
    return [one for one in attachments_of(kind, subject_id) if one.state == FileState.RELEASED]


def has_released(kind: str, subject_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a thing has files that everybody may see: for queries that read the thing itself."""
    of_it = (Attachment.subject_kind == kind, Attachment.subject_id == subject_id)
    return exists().where(*of_it, Attachment.state == literal_column(f"'{FileState.RELEASED}'"))


def attachment_of(kind: str, subject_id: int, file_id: str) -> Attachment:
    """That file of that thing, once it was made anew. Raises `NotThere` for every other.

    Released or not: whoever asks must look who may see it.
    """
    found = db.session.get(Attachment, file_id)
    belongs = found is not None and (found.subject_kind, found.subject_id) == (kind, subject_id)
    if found is None or not belongs or found.state not in (FileState.PRIVATE, FileState.RELEASED):
        raise NotThere()
    return found


def released_file(kind: str, subject_id: int, file_id: str) -> Attachment:
    """That file of that thing, if a moderator has released it. Raises `NotThere` otherwise."""
    found = attachment_of(kind, subject_id, file_id)
    if found.state != FileState.RELEASED:
        raise NotThere()
    return found
