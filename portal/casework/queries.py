"""Reading replies and the work of units."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, TextClause, and_, bindparam, func, select, text
from sqlalchemy.orm import aliased

from portal.campaigns.models import Board
from portal.casework.models import Reply
from portal.casework.states import ReplyState
from portal.core.db import db
from portal.core.pagination import PAGE_SIZE, Page, keyset_page
from portal.core.rights import Actor, Permission
from portal.opinions.finding import saying
from portal.opinions.models import Opinion
from portal.opinions.queries import submitted_between
from portal.opinions.readers import readable_by
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import Choice, topics_within, unit_choices, units_within

# Written as the partial index `ix_opinion_unit_work` has it, so that SQLite sees that it serves.
_COUNTED: TextClause = text("opinion.state IN ('published', 'accepted')")

# The condition of what an actor may read asks for units in subqueries of its own.
_Assigned = aliased(Unit)


class Answered(StrEnum):
    """Which opinions a list of work shows."""

    NO = "no"
    OVERDUE = "overdue"
    YES = "yes"
    ALL = "all"

    @property
    def label(self) -> str:
        """The choice as staff read it."""
        return _ANSWERED_LABELS[self]


_ANSWERED_LABELS = {
    Answered.NO: _l("还没答复"),
    Answered.OVERDUE: _l("已过期限"),
    Answered.YES: _l("已经答复"),
    Answered.ALL: _l("全部"),
}


@dataclass(frozen=True)
class WorkFilter:
    """What of the work is asked for; units and topics with those below them, `start` included, `end` not.

    `today` says what is overdue.
    """

    today: date
    answered: Answered = Answered.NO
    unit: Unit | None = None
    topic: Topic | None = None
    board: Board | None = None
    start: datetime | None = None
    end: datetime | None = None
    words: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on `Opinion`."""
        found = [*submitted_between(self.start, self.end), *saying(self.words)]
        if self.answered is Answered.OVERDUE:
            found.append(_overdue(self.today))
        elif self.answered is not Answered.ALL:
            unanswered = Opinion.answered_at.is_(None)
            found.append(unanswered if self.answered is Answered.NO else ~unanswered)
        if self.unit is not None:
            found.append(Opinion.unit_id.in_(units_within(self.unit.path)))
        if self.topic is not None:
            found.append(Opinion.topic_id.in_(topics_within(self.topic.path)))
        if self.board is not None:
            found.append(Opinion.board_id == self.board.id)
        return found


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(Opinion.answered_at.is_(None), Opinion.due_on < today)


def work_page(actor: Actor, wanted: WorkFilter, cursor: str | None, size: int = PAGE_SIZE) -> Page:
    """A page of the opinions at the actor's desks: what waits longest first, of the answered the newest first."""
    query = (
        select(
            Opinion.id, Opinion.public_id, Opinion.title, Opinion.excerpt, Opinion.state, Opinion.visibility,
            Opinion.decided_at, Opinion.submitted_at, Opinion.answered_at, Opinion.due_on, Opinion.reopened_at,
            Board.title.label("board_title"),
            _Assigned.name.label("unit_name"), Topic.path.label("topic_path"),
        )
        .join(Board, Board.id == Opinion.board_id)
        .join(_Assigned, _Assigned.id == Opinion.unit_id)
        .outerjoin(Topic, Topic.id == Opinion.topic_id)
        .where(_COUNTED, readable_by(actor, Permission.CASEWORK_READ), *wanted.conditions())
    )  # fmt: skip
    newest_first = wanted.answered is Answered.YES
    keys = (Opinion.decided_at, Opinion.id)
    return keyset_page(db.session(), query, keys, cursor=cursor, descending=newest_first, size=size)


def opinion_at_desk(actor: Actor, public_id: str) -> Opinion | None:
    """The accepted opinion of that public id, if it is assigned to a unit at whose desk `actor` may read it."""
    query = select(Opinion).where(
        Opinion.public_id == public_id,
        _COUNTED,
        Opinion.unit_id.is_not(None),
        readable_by(actor, Permission.CASEWORK_READ),
    )
    return db.session.scalar(query)


def units_at_desk(actor: Actor) -> list[Choice]:
    """The active units whose work `actor` may read, in the order of the tree."""
    scopes = actor.scopes(Permission.CASEWORK_READ)
    choices = unit_choices()
    if scopes is None:
        return choices
    theirs = {number for scope in scopes for number in units_within(scope)}
    return [choice for choice in choices if choice.id in theirs]


def draft_of(opinion_id: int) -> Reply | None:
    """The draft of a reply to the opinion; there is at most one."""
    found = select(Reply).where(Reply.opinion_id == opinion_id, Reply.state == ReplyState.DRAFT)
    return db.session.scalar(found.execution_options(populate_existing=True))


def times_used(body: str, unit: Unit) -> int:
    """How many published replies of the unit have the very same text: a sign of a canned answer."""
    same = (Reply.unit_id == unit.id, Reply.state == ReplyState.PUBLISHED, Reply.body == body)
    return db.session.scalar(select(func.count()).select_from(Reply).where(*same)) or 0


_reply, _unit = Reply.__table__.c, Unit.__table__.c
_PUBLISHED_REPLIES = (
    select(_unit.name.label("unit_name"), _reply.published_at, _reply.body_html)
    .join_from(Reply.__table__, Unit.__table__)
    .where(_reply.opinion_id == bindparam("opinion_id"), _reply.state == ReplyState.PUBLISHED)
    .order_by(_reply.published_at, _reply.id)
)


def published_replies(opinion_id: int) -> list[Any]:
    """The published replies to an opinion, oldest first: `unit_name`, `published_at`, `body_html`."""
    return list(db.session.execute(_PUBLISHED_REPLIES, {"opinion_id": opinion_id}))


class WorkCounts(NamedTuple):
    """How many opinions at a person's desks wait for an answer, how many of these too long, and how many have one."""

    unanswered: int
    overdue: int
    answered: int


def work_counts(actor: Actor, today: date) -> WorkCounts:
    """The counts of the opinions that `actor` may read at the desks of units."""
    answered = Opinion.answered_at.is_not(None)
    query = (
        select(answered, func.count(), func.count().filter(_overdue(today)))
        .where(_COUNTED, Opinion.unit_id.is_not(None))
        .where(readable_by(actor, Permission.CASEWORK_READ))
        .group_by(answered)
    )
    numbers = {bool(was): (count, overdue) for was, count, overdue in db.session.execute(query)}
    return WorkCounts(*numbers.get(False, (0, 0)), numbers.get(True, (0, 0))[0])
