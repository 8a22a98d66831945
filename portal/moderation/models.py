"""Decisions of moderators, each kept with what was proposed and what was decided; merges; suggestions of topics."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model


class Decision(Model):
    """One decision on one opinion. Rows are added, never changed: the last one is in force."""

    __tablename__ = "moderation_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(12))
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(500), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))

    __table_args__ = (
        CheckConstraint("(reason IS NOT NULL) = (action = 'reject')", name="reason_with_rejection"),
    )


class TopicModelRecord(Model):
    """A topic model of this site. The newest that is not retired suggests topics; where there is none, the lexicon.

    The model itself lies in the instance folder under the SHA-256 that is recorded here; no other file is loaded.
    """

    __tablename__ = "topic_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(10))
    training_hash: Mapped[str] = mapped_column(String(64))
    labels: Mapped[int]
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("labels > 0", name="labels_positive"),
        CheckConstraint("source IN ('decisions', 'file')", name="source_known"),
    )


class TopicSuggestion(Model):
    """What the machine took an opinion to be about when it came in; kept beside the decision, which it never is.

    Without topics: it had no idea. Chances are of the first-level topic, as the model (none: the lexicon) gave them.
    """

    __tablename__ = "topic_suggestion"

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("topic_model.id"))
    at: Mapped[datetime]
    first_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    first_chance: Mapped[float | None]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    second_chance: Mapped[float | None]

    __table_args__ = (
        CheckConstraint("(first_id IS NULL) = (first_chance IS NULL)", name="first_with_chance"),
        CheckConstraint("(second_id IS NULL) = (second_chance IS NULL)", name="second_with_chance"),
        CheckConstraint("second_id IS NULL OR first_id IS NOT NULL", name="second_after_first"),
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="second_is_another"),
        CheckConstraint(
            "(first_chance IS NULL OR first_chance BETWEEN 0 AND 1)"
            " AND (second_chance IS NULL OR second_chance BETWEEN 0 AND 1)",
            name="chance_range",
        ),
    )


REASON_LENGTH = 200
_IN_FORCE = text("undone_at IS NULL")


class Merge(Model):
    """One opinion merged into another. Undone it stays on record; one at most is in force for each opinion."""

    __tablename__ = "opinion_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    # When the merged one had been published: it comes back to the same place of the lists.
    published_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("opinion_id <> into_id", name="into_another"),
        CheckConstraint("reason <> ''", name="reason_given"),
        Index("ix_opinion_merge_in_force", "opinion_id", unique=True, sqlite_where=_IN_FORCE,
              postgresql_where=_IN_FORCE),
        Index("ix_opinion_merge_into", "into_id", sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )  # fmt: skip
