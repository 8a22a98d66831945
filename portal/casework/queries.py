"""Reading replies and the work of units."""

from typing import Any, NamedTuple

from sqlalchemy import func, select

from portal.casework.models import Reply
from portal.casework.states import ReplyState
from portal.core.db import db
from portal.core.rights import Actor, Permission
from portal.opinions.models import Opinion
from portal.opinions.queries import readable_by
from portal.opinions.states import COUNTED
from portal.taxonomy.models import Unit


def published_replies(opinion_id: int) -> list[Any]:
    """The published replies to an opinion, oldest first: `unit_name`, `published_at`, `body_html`."""
    query = (
        select(Unit.name.label("unit_name"), Reply.published_at, Reply.body_html)
        .join(Unit, Unit.id == Reply.unit_id)
        .where(Reply.opinion_id == opinion_id, Reply.state == ReplyState.PUBLISHED)
        .order_by(Reply.published_at, Reply.id)
    )
    return list(db.session.execute(query))


class WorkCounts(NamedTuple):
    """How many opinions at a person's desks wait for an answer, and how many have one."""

    unanswered: int
    answered: int


def work_counts(actor: Actor) -> WorkCounts:
    """The counts of the opinions that `actor` may read at the desks of units."""
    answered = Opinion.answered_at.is_not(None)
    query = (
        select(answered, func.count())
        .where(Opinion.state.in_(COUNTED), Opinion.unit_id.is_not(None))
        .where(readable_by(actor, Permission.CASEWORK_READ))
        .group_by(answered)
    )
    numbers = {bool(was_answered): count for was_answered, count in db.session.execute(query)}
    return WorkCounts(numbers.get(False, 0), numbers.get(True, 0))
