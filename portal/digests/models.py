"""Digests (意见汇总) that were asked for, and the files made of each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.campaigns.models import Campaign
from portal.core.db import Model
from portal.jobs.models import Job
from portal.taxonomy.models import Topic, Unit


class Digest(Model):
    """A digest of what was counted in a scope when it was built. Its id is unguessable, its files never change."""

    __tablename__ = "digest"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    # 第N期 of its campaign, given when somebody publishes it; until then it is a trial that no timeline names.
    number: Mapped[int | None] = mapped_column(Integer)
    published_at: Mapped[datetime | None]
    # None is the whole site: only a grant without unit reaches it.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    from_day: Mapped[date | None]
    to_day: Mapped[date | None]
    # The unit whose desk asked for it (None: an office for the whole site). What is kept from that desk is not in
    # it, so it may be read there and above, never below.
    desk_path: Mapped[str | None] = mapped_column(ForeignKey("unit.path"))
    created_by: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime]
    # Filled in by the job: {name: {"sha256": …, "bytes": …}} and the counters shown in the list.
    files: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    job: Mapped[Job] = relationship(lazy="joined")
    campaign: Mapped[Campaign] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(lazy="joined", foreign_keys=[unit_id])
    topic: Mapped[Topic | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("(number IS NOT NULL) = (published_at IS NOT NULL)", name="number_when_published"),
        Index("ix_digest_newest", "created_at", "id"),
        Index("ix_digest_campaign_id_number", "campaign_id", "number", unique=True),
    )
