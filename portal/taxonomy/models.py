"""The unit tree and the topic tree, both keyed by path, because leaf names repeat across parents."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model


class Unit(Model):
    """A unit 单位 that answers opinions; `path` is the slash-joined names from the root."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(400), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    depth: Mapped[int]
    aliases: Mapped[str] = mapped_column(String(400), default="")
    batch: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_unit_position", "position", "id"),)


class Topic(Model):
    """A topic 类别 of at most three levels; `path` is the slash-joined names."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(300), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    level: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_topic_position", "position", "id"),)
