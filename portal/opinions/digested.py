"""That an opinion stands in a digest: written into timelines by thousands, read where the author withdraws."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, literal, null, select

from portal.core.db import db
from portal.opinions.models import Opinion, OpinionEvent
from portal.opinions.states import EventKind

_NUMBER = "number"


def note_digested(public_ids: Sequence[str], number: int, at: datetime) -> None:
    """Write into the timelines of these opinions that digest no. `number` of their campaign holds them, once.

    One statement, so hand in a few thousand at most. It sends no news, see `telling.NO_NEWS`.
    """
    there = exists().where(
        OpinionEvent.opinion_id == Opinion.id,
        OpinionEvent.kind == EventKind.DIGESTED,
        _number() == number,
    )
    kind = OpinionEvent.__table__.c
    rows = select(
        Opinion.id,
        literal(EventKind.DIGESTED.value, kind.kind.type),
        literal(at, kind.at.type),
        null(),
        literal({_NUMBER: number}, kind.details.type),
    ).where(Opinion.public_id.in_(public_ids), ~there)
    db.session.execute(
        insert(OpinionEvent).from_select(["opinion_id", "kind", "at", "unit_id", "details"], rows),
        execution_options={"synchronize_session": False},
    )


def digests_of(opinion_id: int) -> list[int]:
    """The numbers of the digests that hold the opinion: withdrawing it only marks it there."""
    query = select(_number()).where(
        OpinionEvent.opinion_id == opinion_id, OpinionEvent.kind == EventKind.DIGESTED
    )
    return sorted(db.session.scalars(query))


def _number() -> ColumnElement[int]:
    return OpinionEvent.details[_NUMBER].as_integer()
