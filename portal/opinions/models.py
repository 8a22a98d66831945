"""Cases (件) as handed in, the opinions (条) in them, and what has happened to each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.campaigns.models import Board
from portal.core.db import Model
from portal.opinions.channels import Channel
from portal.opinions.receipt_states import AdditionState
from portal.opinions.states import OpinionState, PublicState, Visibility
from portal.taxonomy.models import Topic, Unit

TITLE_LENGTH = 80
BODY_LENGTH = 20_000
PLACE_LENGTH = 100


def written_words(title: str, body: str, place: str = "") -> str:
    """Title, body and, where there is one, place, each on lines of its own: the text that masks are put on."""
    return f"{title}\n{body}\n{place}" if place else f"{title}\n{body}"


class Case(Model):
    """One message as it was handed in. Its words are never changed: a trigger refuses it on both databases.

    But once, when the account of its author is erased: then the personal data in them is masked for good.
    """

    __tablename__ = "opinion_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    channel: Mapped[str] = mapped_column(String(20), default=Channel.ONLINE)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH * 4))
    body: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="", server_default="")
    submitted_at: Mapped[datetime]
    visibility: Mapped[str] = mapped_column(String(10), default=Visibility.PUBLIC)
    # 我反映的就是这个单位: the unit complained of, from which (and from those below it) the text is kept.
    complained_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    proposed_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    proposed_topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    participant_group: Mapped[str | None] = mapped_column(String(30))
    author_id: Mapped[int | None] = mapped_column(Integer, index=True)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"personal": True})
    consent_at: Mapped[datetime | None]
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    form_key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    external_id: Mapped[str | None] = mapped_column(String(100))
    # The same for texts of the same letters; by it a text that is sent again and again is noticed.
    text_key: Mapped[str | None] = mapped_column(String(64))
    # Where the board publishes at once: by it a text is noticed that is an earlier one with a few words changed.
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary)
    erased_at: Mapped[datetime | None]

    opinions: Mapped[list["Opinion"]] = relationship(back_populates="case")

    @property
    def words(self) -> str:
        """All that the author wrote for others to read; ranges of masks count its characters."""
        return written_words(self.title, self.body, self.place)

    __table_args__ = (
        UniqueConstraint("board_id", "external_id"),
        CheckConstraint("visibility IN ('public', 'private')", name="visibility_known"),
        CheckConstraint(
            "complained_unit_id IS NULL OR visibility = 'private'", name="complained_unit_means_private"
        ),
        Index(
            "ix_opinion_case_text",
            "text_key",
            "submitted_at",
            sqlite_where=text("text_key IS NOT NULL"),
            postgresql_where=text("text_key IS NOT NULL"),
        ),
        Index(
            "ix_opinion_case_sketch",
            "board_id",
            "id",
            sqlite_where=text("sketch IS NOT NULL"),
            postgresql_where=text("sketch IS NOT NULL"),
        ),
    )


_WAITING = text("state = 'waiting'")
_HELD = text("state = 'held'")
_REJECTED = text("state = 'rejected'")
_PUBLISHED = text("state = 'published'")
_COUNTED = text("state IN ('published', 'accepted')")


class Opinion(Model):
    """One opinion. `title` and `body` are the published layer: what others than moderators may read of it.

    Columns that could be derived (`excerpt`, `body_html`, counts, `public_state`) are written when they change,
    because lists are read a thousand times as often.
    """

    __tablename__ = "opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("opinion_case.id"), index=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    complained_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH * 4))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="", server_default="")
    visibility: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12), default=OpinionState.WAITING)
    public_state: Mapped[str] = mapped_column(String(12), default=PublicState.WAITING)
    needs_review: Mapped[bool] = mapped_column(default=True)
    # Why it waited whatever its board says; told to moderators alone.
    held_for: Mapped[str | None] = mapped_column(String(10))
    # Whose it is, for counting distinct authors (requirement B12): account, else contact, else imported name.
    author_key: Mapped[str | None] = mapped_column(String(66))
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    support_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # 请您补充：what the author is asked, while the opinion is held.
    question: Mapped[str | None] = mapped_column(Text)
    # Until when the unit is to answer; it may put that off once.
    due_on: Mapped[date | None]
    put_off_at: Mapped[datetime | None]
    # What the author says of the last answer; a bad word reopens the opinion once (requirement D4).
    rating: Mapped[str | None] = mapped_column(String(10))
    reopened_at: Mapped[datetime | None]
    # An author may appeal against a rejection once (requirement B3).
    appealed_at: Mapped[datetime | None]
    addition_count: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)

    case: Mapped[Case] = relationship(back_populates="opinions")
    board: Mapped[Board] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    topic: Mapped[Topic | None] = relationship()
    events: Mapped[list["OpinionEvent"]] = relationship(back_populates="opinion", order_by="OpinionEvent.id")
    layers: Mapped[list["TextLayer"]] = relationship(back_populates="opinion", order_by="TextLayer.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy reads it off the class)
    __table_args__ = (
        CheckConstraint("(published_at IS NOT NULL) = (state = 'published')", name="published_with_state"),
        CheckConstraint("state <> 'published' OR visibility = 'public'", name="private_never_published"),
        CheckConstraint("state NOT IN ('waiting', 'appealed') OR needs_review", name="waiting_needs_review"),
        CheckConstraint("state IN ('waiting', 'held', 'withdrawn') OR decided_at IS NOT NULL",
                        name="decided_with_state"),
        CheckConstraint("(question IS NOT NULL) = (state = 'held')", name="question_with_state"),
        CheckConstraint("state <> 'held' OR NOT needs_review", name="held_is_the_authors_turn"),
        CheckConstraint("state <> 'appealed' OR appealed_at IS NOT NULL", name="appealed_with_state"),
        CheckConstraint(
            "(public_state = 'waiting') = (state IN ('waiting', 'appealed'))"
            " AND (public_state = 'held') = (state = 'held')"
            " AND (public_state = 'rejected') = (state = 'rejected')"
            " AND (public_state = 'withdrawn') = (state = 'withdrawn')"
            " AND (public_state = 'answered') = (state IN ('published', 'accepted') AND answered_at IS NOT NULL)",
            name="public_state_of_state"),
        CheckConstraint("rating IN ('solved', 'partly', 'unsolved')", name="rating_known"),
        CheckConstraint("rating IS NULL OR answered_at IS NOT NULL OR reopened_at IS NOT NULL",
                        name="rating_of_an_answer"),
        CheckConstraint("reopened_at IS NULL OR answered_at IS NOT NULL"
                        " OR (rating IS NOT NULL AND rating = 'unsolved')", name="reopened_by_a_rating"),
        CheckConstraint("put_off_at IS NULL OR due_on IS NOT NULL", name="put_off_to_a_day"),
        CheckConstraint("support_count >= 0", name="support_count_positive"),
        CheckConstraint("comment_count >= 0", name="comment_count_positive"),
        CheckConstraint("addition_count >= 0", name="addition_count_positive"),
        CheckConstraint("held_for IN ('links', 'repeated', 'busy', 'intake')", name="held_for_known"),
        Index("ix_opinion_queue", "submitted_at", "id", sqlite_where=text("needs_review"),
              postgresql_where=text("needs_review")),
        Index("ix_opinion_held", "submitted_at", "id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_opinion_newest", "published_at", "id", sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_campaign_newest", "campaign_id", "published_at", "id",
              sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_state_newest", "public_state", "published_at", "id",
              sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_board_newest", "board_id", "published_at", "id",
              sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_board_supported", "board_id", "support_count", "id",
              sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_unit_newest", "unit_id", "published_at", "id",
              sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_topic_newest", "topic_id", "published_at", "id",
              sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
        Index("ix_opinion_unit_work", "unit_id", "decided_at", "id",
              sqlite_where=_COUNTED, postgresql_where=_COUNTED),
        Index("ix_opinion_work", "decided_at", "id", sqlite_where=_COUNTED, postgresql_where=_COUNTED),
        Index("ix_opinion_rejected", "decided_at", "id", sqlite_where=_REJECTED, postgresql_where=_REJECTED),
        Index("ix_opinion_ledger", "campaign_id", "state", "unit_id"),
    )  # fmt: skip


class TextLayer(Model):
    """A layer over the original: ranges of the `words` of the case that the published text masks."""

    __tablename__ = "text_layer"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), index=True)
    # [[start, end, kind], …]; kind as the text engine names kinds of personal data.
    ranges: Mapped[list[Any]] = mapped_column(JSON)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40))

    opinion: Mapped[Opinion] = relationship(back_populates="layers")


class OpinionEvent(Model):
    """An entry of an opinion's timeline, as its author and (where public) everybody reads it; never a person's name."""

    __tablename__ = "opinion_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    opinion: Mapped[Opinion] = relationship(back_populates="events")
    unit: Mapped[Unit | None] = relationship(lazy="joined")


class Addition(Model):
    """What an author adds later with the query code. `words` are never changed, but as those of a `Case`.

    `body` is the layer that others than moderators may read, and only as `state` says.
    """

    __tablename__ = "opinion_addition"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text, info={"personal": True})
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=AdditionState.WAITING)
    decided_at: Mapped[datetime | None]
    form_key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    erased_at: Mapped[datetime | None]

    opinion: Mapped[Opinion] = relationship()

    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (state = 'waiting')", name="decided_with_state"),
        Index("ix_opinion_addition_waiting", "opinion_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )


class AnswerRating(Model):
    """What an author said of an answer: of the first (round 1), and of the one after reopening (round 2), once each."""

    __tablename__ = "opinion_rating"

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    rating: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("rating IN ('solved', 'partly', 'unsolved')", name="rating_known"),
        CheckConstraint("round IN (1, 2)", name="round_known"),
    )


class Support(Model):
    """One person's support 附议 of an opinion: an account or a visitor's keyed cookie, once."""

    __tablename__ = "opinion_support"

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(66), primary_key=True)
    at: Mapped[datetime]
    # The opinion that the person supported before it was merged into this one: parted again, the support goes back.
    merged_from: Mapped[int | None] = mapped_column(Integer)
