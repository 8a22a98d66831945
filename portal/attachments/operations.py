"""What happens to an attached file: it is taken in, made anew, released or withheld, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask_babel import gettext as _

from portal.attachments.models import Attachment
from portal.attachments.queries import attachments_of
from portal.attachments.states import DECISIONS, MOST_FILES, Fault, FileState, FileType
from portal.attachments.store import receive
from portal.audit.operations import record
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import IllegalMove, PortalError
from portal.core.ids import unguessable_id
from portal.core.rights import Actor
from portal.jobs.operations import enqueue

CLEANING, REMOVAL = "attachment_cleaning", "attachment_removal"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: its type by its first bytes, its size in bytes, and the bytes."""

    kind: FileType
    size: int
    stream: IO[bytes]


@dataclass(frozen=True)
class Subject:
    """What a file belongs to, such as `Subject("opinion", 7)`."""

    kind: str
    id: int


def attach(uploads: Sequence[Upload], subject: Subject, instance_dir: Path, actor: Actor) -> list[Attachment]:
    """Take files in. The bytes are on the disk when this returns; a job makes each anew after the commit.

    Raises `PortalError` where the subject would have more than `MOST_FILES`.
    """
    if not uploads:
        return []
    there = [one for one in attachments_of(subject.kind, subject.id) if one.state != FileState.REFUSED]
    if len(there) + len(uploads) > MOST_FILES:
        raise PortalError(_("一条意见最多加%(max)d个文件，没有收下。", max=MOST_FILES))
    return [_take_in(upload, subject, instance_dir, actor) for upload in uploads]


def _take_in(upload: Upload, subject: Subject, instance_dir: Path, actor: Actor) -> Attachment:
    attachment = Attachment(
        id=unguessable_id(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        media_type=upload.kind,
        size=upload.size,
        received_at=now(),
    )
    receive(upload.stream, instance_dir, attachment.id)
    db.session.add(attachment)
    enqueue(CLEANING, {"attachment_id": attachment.id}, actor)
    record(
        actor, "attachment_received", subject.kind, subject.id, attachment=attachment.id, bytes=upload.size
    )
    return attachment


def accept(attachment: Attachment, size: int, width: int | None, height: int | None) -> None:
    """The file was made anew and waits for a moderator; sizes in bytes and pixels."""
    attachment.state, attachment.size = FileState.PRIVATE, size
    attachment.width, attachment.height = width, height
    db.session.flush()


def refuse(attachment: Attachment, fault: Fault) -> None:
    """The file cannot be made anew, and is not kept."""
    attachment.state, attachment.fault = FileState.REFUSED, fault
    db.session.flush()


def decide_on_file(attachment: Attachment, decision: str, actor: Actor) -> None:
    """Release a file with what it belongs to, or withhold it again (`release`, `withhold`).

    Raises `IllegalMove` where its state does not allow that.
    """
    following = DECISIONS.get((FileState(attachment.state), decision))
    if following is None:
        raise IllegalMove(_("这个文件现在不能这样处理，请刷新后再看。"))
    attachment.state = following
    db.session.flush()
    record(
        actor,
        f"attachment_{decision}",
        attachment.subject_kind,
        attachment.subject_id,
        attachment=attachment.id,
    )


def remove_all(subject: Subject, actor: Actor) -> None:
    """Have every file of the subject removed, rows and bytes, soon after the commit; from now on none is shown."""
    found = attachments_of(subject.kind, subject.id)
    for attachment in found:
        if attachment.state == FileState.RELEASED:
            attachment.state = FileState.PRIVATE
    if found:
        enqueue(REMOVAL, {"ids": [attachment.id for attachment in found]}, actor)
        record(actor, "attachments_removed", subject.kind, subject.id, files=len(found))
    db.session.flush()
