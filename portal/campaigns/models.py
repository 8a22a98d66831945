"""Campaigns and the boards on which they listen."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.campaigns.states import BoardKind, IntakeMode, ModerationMode, WhoMayPost, WhoMaySupport
from portal.core.db import Model


class Campaign(Model):
    """A campaign 征集活动: what is asked, of whom, until when."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(Text, default="")
    # Who reads what is written, and what will be published when; empty: the page says what holds for every campaign.
    readers: Mapped[str] = mapped_column(Text, default="", server_default="")
    publishes: Mapped[str] = mapped_column(Text, default="", server_default="")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    boards: Mapped[list["Board"]] = relationship(back_populates="campaign", order_by="Board.position")

    __table_args__ = (CheckConstraint("closes_at > opens_at", name="opens_before_closing"),)


class CampaignStage(Model):
    """A stage 阶段 of a campaign with its days (requirement F2), for all units or for one batch 批次 of them."""

    __tablename__ = "campaign_stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    batch: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (
        UniqueConstraint("campaign_id", "batch", "position"),
        CheckConstraint("ends_on >= starts_on", name="starts_before_end"),
    )


class Board(Model):
    """A board 板块 of a campaign, with its own rules: who may post, whether a moderator reads first, from when to when."""

    __tablename__ = "board"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default=BoardKind.FORUM)
    title: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    who_may_post: Mapped[str] = mapped_column(String(20), default=WhoMayPost.ANYONE)
    moderation: Mapped[str] = mapped_column(String(10), default=ModerationMode.BEFORE)
    who_may_support: Mapped[str] = mapped_column(
        String(20), default=WhoMaySupport.ANYONE, server_default=WhoMaySupport.ANYONE
    )
    takes_comments: Mapped[bool] = mapped_column(default=True, server_default=true())
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)

    campaign: Mapped[Campaign] = relationship(back_populates="boards", lazy="joined")

    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="opens_before_closing"),
        CheckConstraint("moderation IN ('pre', 'post')", name="moderation_known"),
        CheckConstraint("who_may_post IN ('anonymous', 'registered')", name="who_may_post_known"),
        CheckConstraint("who_may_support IN ('anonymous', 'registered')", name="who_may_support_known"),
    )


INTAKE_ID = 1


class Intake(Model):
    """How the whole site takes opinions in: one row; without it all is as usual."""

    __tablename__ = "intake"

    id: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(10), default=IntakeMode.NORMAL)
    reason: Mapped[str] = mapped_column(String(200), default="")
    until: Mapped[datetime | None]
    actor_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(f"id = {INTAKE_ID}", name="one_row"),
        CheckConstraint("mode IN ('normal', 'review', 'pause')", name="mode_known"),
    )


class Consultation(Model):
    """The draft 征求意见稿 that a board asks about (requirement A5), and when its table of outcomes was published."""

    __tablename__ = "consultation"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    # Why it is open for fewer days than the rule asks for; public. Empty where it is open long enough.
    short_reason: Mapped[str] = mapped_column(Text, default="")
    outcome_published_at: Mapped[datetime | None]

    board: Mapped[Board] = relationship(lazy="joined")
