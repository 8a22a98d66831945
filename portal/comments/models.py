"""Comments 评论 under published opinions, one level deep."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.comments.states import CommentState
from portal.core.db import Model
from portal.opinions.models import Opinion

BODY_LENGTH = 500
NOTE_LENGTH = 300


class Comment(Model):
    """One comment. `original` is what was typed, `body` what others than moderators read of it.

    The original never changes (a trigger refuses it); it goes when its author is erased.
    """

    __tablename__ = "opinion_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    original: Mapped[str | None] = mapped_column(Text, info={"personal": True})
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    # [[start, end, kind], …]: the places of the original that `body` masks.
    masks: Mapped[list[Any]] = mapped_column(JSON)
    # Whose it is: `u:` and the account, or `v:` and a keyed hash of the visitor's cookie; None once erased.
    author_key: Mapped[str | None] = mapped_column(String(66), info={"personal": True})
    state: Mapped[str] = mapped_column(String(12), default=CommentState.WAITING)
    needs_review: Mapped[bool] = mapped_column(default=True)
    # Why it waited whatever its board says; told to moderators alone.
    held_for: Mapped[str | None] = mapped_column(String(10))
    submitted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(Integer)
    # Of a rejection: a code, and words for the author.
    reason: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    form_key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    text_key: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)

    opinion: Mapped[Opinion] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it off the class)
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'published', 'rejected', 'withdrawn')", name="state_known"),
        CheckConstraint("(published_at IS NOT NULL) = (state = 'published')", name="published_with_state"),
        CheckConstraint("(reason IS NOT NULL) = (state = 'rejected')", name="reason_with_rejection"),
        CheckConstraint("state <> 'waiting' OR needs_review", name="waiting_needs_review"),
        CheckConstraint("held_for IN ('links', 'repeated', 'busy', 'intake')", name="held_for_known"),
        Index("ix_opinion_comment_newest", "opinion_id", "published_at", "id",
              sqlite_where=text("state = 'published'"), postgresql_where=text("state = 'published'")),
        Index("ix_opinion_comment_queue", "submitted_at", "id",
              sqlite_where=text("needs_review"), postgresql_where=text("needs_review")),
        Index("ix_opinion_comment_author", "author_key", "opinion_id"),
        Index("ix_opinion_comment_text", "text_key", "submitted_at",
              sqlite_where=text("text_key IS NOT NULL"), postgresql_where=text("text_key IS NOT NULL")),
    )  # fmt: skip
