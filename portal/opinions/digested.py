"""That an opinion stands in a digest: written into timelines by thousands, read where the author withdraws."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, literal, null, or_, select
from sqlalchemy.orm import contains_eager

from portal.core.db import db
from portal.notices.models import MailWish
from portal.opinions.models import Case, Opinion, OpinionEvent
from portal.opinions.signals import timeline_grew
from portal.opinions.states import EventKind
from portal.opinions.telling import CASE

_NUMBER = "number"


def note_digested(public_ids: Sequence[str], number: int, at: datetime) -> None:
    """Write into the timelines of these opinions that digest no. `number` of their campaign holds them, once.

    One statement writes all, so hand in a few hundred at a time. News of it goes to those who listen: authors with an
    account, and who asked for mail.
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
    written = insert(OpinionEvent).from_select(["opinion_id", "kind", "at", "unit_id", "details"], rows)
    numbers = list(db.session.scalars(written.returning(OpinionEvent.id)))
    wished = exists().where(MailWish.about == CASE, MailWish.about_id == Case.id)
    listened = (
        select(OpinionEvent)
        .join(OpinionEvent.opinion)
        .join(Opinion.case)
        .where(OpinionEvent.id.in_(numbers), or_(Case.author_id.is_not(None), wished))
        .options(contains_eager(OpinionEvent.opinion).contains_eager(Opinion.case))
    )
    for event in db.session.scalars(listened):
        timeline_grew.send(event)


def digests_of(opinion_id: int) -> list[int]:
    """The numbers of the digests that hold the opinion: withdrawing it only marks it there."""
    query = select(_number()).where(
        OpinionEvent.opinion_id == opinion_id, OpinionEvent.kind == EventKind.DIGESTED
    )
    return sorted(db.session.scalars(query))


def _number() -> ColumnElement[int]:
    return OpinionEvent.details[_NUMBER].as_integer()
