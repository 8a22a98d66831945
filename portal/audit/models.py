"""The audit log: what was done, by whom, to what. Rows are only ever added; triggers refuse anything else."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model

BigKey = BigInteger().with_variant(Integer, "sqlite")


class AuditEvent(Model):
    """One thing done. Holds ids and keyed hashes, never the text of an opinion nor a network address.

    Actor ids carry no foreign key: an account may be erased, what it did stays on record.
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(80), info={"personal": True})
    network_key: Mapped[str | None] = mapped_column(String(64))
    target_kind: Mapped[str] = mapped_column(String(40))
    target_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_audit_event_target", "target_kind", "target_id", "id"),)


class AuditSeal(Model):
    """A link of the chain: the hash over an event and the link before it. Written by the sealer, in order."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
