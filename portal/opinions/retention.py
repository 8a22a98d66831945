"""Contacts are kept no longer than they are needed: some time after an opinion has come to its end they are removed.

Requirement F5; 个人信息保护法 arts. 19 and 47: kept for the shortest time that the purpose needs, then removed unasked.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select, update

from portal.core.db import db
from portal.notices.models import MailWish
from portal.notices.operations import forget_about
from portal.opinions.models import Case, Opinion, OpinionEvent
from portal.opinions.states import EventKind, OpinionState, PublicState
from portal.opinions.telling import CASE

BATCH = 500
# Nobody will call the author about these any more; whatever happens to them later begins the time anew.
ENDED = (PublicState.ANSWERED, PublicState.REJECTED, PublicState.WITHDRAWN)


def forget_contacts(before: datetime) -> int:
    """Remove contacts and mail addresses left with opinions that have ended, and whose last news is older than `before`.

    How many cases that touched: `BATCH` at most, so that no writer waits long. The author stays a keyed hash, by which
    distinct authors are counted (requirement B12).
    """
    wished = exists().where(MailWish.about == CASE, MailWish.about_id == Case.id)
    over = select(Case.id).where(
        or_(Case.contact_sealed.is_not(None), wished), exists().where(_of_case()), ~_goes_on(before)
    )
    found = list(db.session.scalars(over.order_by(Case.id).limit(BATCH)))
    _forget(found)
    return len(found)


def forget_withdrawn(case: Case) -> None:
    """Remove the contact and the mail address left with a case, once all its opinions are withdrawn."""
    if all(opinion.state == OpinionState.WITHDRAWN for opinion in case.opinions):
        _forget([case.id])


def _forget(cases: list[int]) -> None:
    if cases:
        db.session.execute(update(Case).where(Case.id.in_(cases)).values(contact_sealed=None))
        forget_about(CASE, cases)


def _of_case() -> ColumnElement[bool]:
    return Opinion.case_id == Case.id


def _goes_on(before: datetime) -> ColumnElement[bool]:
    """Whether an opinion of the case is open, or had news since; a merged one ends with the answer to the other one."""
    mine = OpinionEvent.opinion_id == Opinion.id
    recent = exists().where(mine, OpinionEvent.at >= before)
    answered_there = and_(
        Opinion.state == OpinionState.MERGED,
        exists().where(mine, OpinionEvent.kind == EventKind.ANSWERED_THERE),
    )
    is_open = and_(Opinion.public_state.not_in(ENDED), not_(answered_there))
    return exists().where(_of_case(), or_(is_open, recent))
