"""Files that citizens attach to what they hand in. The bytes lie in the instance folder, see `store`."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.attachments.states import Fault, FileState, FileType
from portal.core.db import Model


class Attachment(Model):
    """One file of a thing named by `(subject_kind, subject_id)`, without a foreign key.

    The name it had on its owner's device is not kept: it often holds a person's name, and nobody needs it.
    """

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default=FileState.CHECKING)
    fault: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[int]
    # Of a picture, once it was made anew: so that a page can leave the room for it.
    width: Mapped[int | None]
    height: Mapped[int | None]
    # Of a PDF, how often each kind of personal data stands in its text; None where no text could be read.
    found: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    received_at: Mapped[datetime]

    @property
    def kind(self) -> FileType:
        """What it is."""
        return FileType(self.media_type)

    @property
    def word(self) -> str:
        """Where it is, or why it was not taken, as its author reads it."""
        return Fault(self.fault).label if self.fault else FileState(self.state).label

    @property
    def saved_name(self) -> str:
        """What a browser calls the file when it saves it."""
        return f"{self.id[:6]}{self.kind.suffix}"

    __table_args__ = (
        Index("ix_attachment_subject", "subject_kind", "subject_id", "received_at"),
        CheckConstraint("state IN ('checking', 'private', 'released', 'refused')", name="state_known"),
        CheckConstraint("(fault IS NOT NULL) = (state = 'refused')", name="fault_with_state"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="width_with_height"),
    )
