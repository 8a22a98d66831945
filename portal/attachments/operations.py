"""What happens to an attached file: it is taken in, made anew, released or withheld, removed."""

import logging
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
from portal.core.files import has_room
from portal.core.ids import unguessable_id
from portal.core.rights import Actor
from portal.jobs.operations import enqueue

log = logging.getLogger(__name__)

CLEANING, REMOVAL = "attachment_cleaning", "attachment_removal"


class NotStored(PortalError):
    """The disk takes no more bytes."""

    status = 503


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: its type by its first bytes, its size in bytes, and the bytes."""

    kind: FileType
    size: int
    stream: IO[bytes]


@dataclass(frozen=True)
class Received:
    """A file whose bytes are on the disk."""

    id: str
    kind: FileType
    size: int


@dataclass(frozen=True)
class Subject:
    """What a file belongs to, such as `Subject("opinion", 7)`."""

    kind: str
    id: int


def receive_uploads(uploads: Sequence[Upload], instance_dir: Path, min_free_mb: int = 0) -> list[Received]:
    """Write the bytes to disk, outside any transaction: nobody else has to wait while a phone's pictures are written.

    What is received and never attached is swept after a day. Raises `NotStored` where the disk takes no more, or would
    have less than `min_free_mb` left: that is for words, which need far less.
    """
    if uploads and not has_room(instance_dir, min_free_mb, sum(upload.size for upload in uploads)):
        log.error("files are refused: less than %s MB would be free", min_free_mb)
        raise NotStored(_("存储空间快满了，暂时不能收照片和文件。请不加文件，直接提交文字。"))
    received = []
    for upload in uploads:
        file_id = unguessable_id()
        try:
            receive(upload.stream, instance_dir, file_id)
        except OSError as error:
            log.error("a file cannot be stored: %s", error)
            raise NotStored(_("照片或文件没有存下来，请过一会儿再试，或先不加文件直接提交。")) from error
        received.append(Received(file_id, upload.kind, upload.size))
    return received


def attach(received: Sequence[Received], subject: Subject, actor: Actor) -> list[Attachment]:
    """Make received files the subject's; a job makes each anew after the commit.

    Raises `PortalError` where the subject would have more than `MOST_FILES`.
    """
    if not received:
        return []
    there = [one for one in attachments_of(subject.kind, subject.id) if one.state != FileState.REFUSED]
    if len(there) + len(received) > MOST_FILES:
        raise PortalError(_("一条意见最多加%(max)d个文件，没有收下。", max=MOST_FILES))
    return [_attach_one(one, subject, actor) for one in received]


def _attach_one(received: Received, subject: Subject, actor: Actor) -> Attachment:
    attachment = Attachment(
        id=received.id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        media_type=received.kind,
        size=received.size,
        received_at=now(),
    )
    db.session.add(attachment)
    enqueue(CLEANING, {"attachment_id": attachment.id}, actor)
    record(
        actor, "attachment_received", subject.kind, subject.id, attachment=attachment.id, bytes=received.size
    )
    return attachment


def accept(
    attachment: Attachment, size: int, picture: tuple[int | None, int | None], found: dict[str, int] | None
) -> None:
    """The file was made anew and waits for a moderator.

    `size` in bytes, `picture` its width and height in pixels; `found` as in `Attachment`.
    """
    attachment.state, attachment.size = FileState.PRIVATE, size
    attachment.width, attachment.height = picture
    attachment.found = found
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
