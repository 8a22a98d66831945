"""What units answer, and what became of opinions on drafts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.casework.states import ADOPTION_REASON_LENGTH, ReplyState
from portal.core.db import Model
from portal.opinions.models import Opinion
from portal.taxonomy.models import Unit

_ONE_DRAFT = text("state = 'draft'")


class Reply(Model):
    """A unit's answer to an opinion: a draft until it is published, unchanged from then on."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    author_id: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=ReplyState.DRAFT)
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    opinion: Mapped[Opinion] = relationship()
    unit: Mapped[Unit] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it off the class)
    __table_args__ = (
        CheckConstraint("(published_at IS NOT NULL) = (state = 'published')", name="published_with_state"),
        # Two officers who write at once share one draft; the second is told.
        Index("uq_reply_one_draft", "opinion_id", unique=True,
              sqlite_where=_ONE_DRAFT, postgresql_where=_ONE_DRAFT),
    )  # fmt: skip


class Adoption(Model):
    """Whether an opinion on a draft 征求意见稿 was adopted, and why; public once its consultation's table is."""

    __tablename__ = "adoption"

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(ADOPTION_REASON_LENGTH * 4))
    actor_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    opinion: Mapped[Opinion] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it off the class)
    __table_args__ = (
        CheckConstraint("outcome IN ('adopted', 'partly', 'not_adopted')", name="outcome_known"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )
