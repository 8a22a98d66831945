"""News for accounts, who wants news by mail, and the outbox of mails. Things are named by kind and number only."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.notices.states import MailState

_UNREAD = text("read_at IS NULL")
_QUEUED = text("state = 'queued'")


class Notice(Model):
    """One piece of news for an account: which entry (`entry_id`) the story of a thing has got."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    about: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[int]
    entry_id: Mapped[int]
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("about", "entry_id", "user_id"),
        Index("ix_notice_user", "user_id", "id"),
        Index("ix_notice_unread", "user_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )


class MailWish(Model):
    """Somebody without account wants news about a thing by mail; the address is sealed."""

    __tablename__ = "mail_wish"

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[int]
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"personal": True})
    address_key: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("about", "about_id", "address_key"),)


class Mail(Model):
    """A mail in the outbox. What it needs, its address included, is sealed, and removed once it is sent or given up."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"personal": True})
    # A keyed hash of the address, for counting; of a mail that asks for a new password known only when it is sent.
    address_key: Mapped[str | None] = mapped_column(String(64))
    # News about the same thing to the same address that wait together become one mail.
    merge_key: Mapped[str | None] = mapped_column(String(130))
    state: Mapped[str] = mapped_column(String(10), default=MailState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    # Not before then; while a mail is being sent, when it is tried again should the sender have died.
    next_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(sealed IS NOT NULL) = (state = 'queued')", name="sealed_while_queued"),
        CheckConstraint("(sent_at IS NOT NULL) = (state = 'sent')", name="sent_with_state"),
        Index("ix_mail_due", "next_at", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
        Index("ix_mail_address", "address_key", "created_at"),
        Index("ix_mail_merge", "merge_key", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
    )
