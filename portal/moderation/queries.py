"""Reading the queue, and what was decided on an opinion."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    TextClause,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.accounts.models import User
from portal.analysis.personal_data import find_personal_data
from portal.campaigns.models import Board
from portal.campaigns.states import BoardKind
from portal.core.db import db
from portal.core.pagination import PAGE_SIZE, Page, keyset_page
from portal.core.rights import Actor, Permission
from portal.moderation.models import Decision
from portal.opinions.finding import saying
from portal.opinions.models import Addition, Case, Opinion, TextLayer
from portal.opinions.readers import readable_by
from portal.opinions.states import OpinionAction, OpinionState
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import topics_within, trail, units_within

# Written as the index `ix_opinion_queue` has it: SQLite does not see that `needs_review = 1` means the same.
_QUEUED: TextClause = text("opinion.needs_review")
# How much of a body is looked through for personal data when a page of the queue is shown.
_LOOKED_THROUGH = 2000

# Conditions of other slices ask for units in subqueries of their own, so the lists join them under other names.
_Assigned = aliased(Unit)
_Complained = aliased(Unit)

# The reason of a layer that a moderator made; whoever caused another one is no business of the desk.
BY_MODERATOR = "moderation"


class QueuePart(StrEnum):
    """Parts of the moderators' work."""

    QUEUE = "queue"
    APPEALS = "appeals"
    HELD = "held"
    ADDITIONS = "additions"
    UNASSIGNED = "unassigned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ALL = "all"

    @property
    def waits(self) -> bool:
        """Whether something is still to be done there; the others are looked up in, the latest decision first."""
        return self not in (QueuePart.ACCEPTED, QueuePart.REJECTED, QueuePart.ALL)

    @property
    def keys(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """In which order the part is read; each has an index for it."""
        if self is QueuePart.ALL:
            return (Opinion.id,)
        decided = self in (QueuePart.UNASSIGNED, QueuePart.ACCEPTED, QueuePart.REJECTED)
        return (Opinion.decided_at if decided else Opinion.submitted_at, Opinion.id)

    @property
    def label(self) -> str:
        """The part as moderators read it."""
        return _PART_LABELS[self]

    @property
    def condition(self) -> ColumnElement[bool] | TextClause:
        """The same as a condition on `Opinion`."""
        return _PART_CONDITIONS[self]


_PART_LABELS = {
    QueuePart.QUEUE: _l("等待审核"),
    QueuePart.APPEALS: _l("请求复核"),
    QueuePart.HELD: _l("等作者补充"),
    QueuePart.ADDITIONS: _l("有新的补充"),
    QueuePart.UNASSIGNED: _l("受理了，还没交办"),
    QueuePart.ACCEPTED: _l("已经受理的"),
    QueuePart.REJECTED: _l("没有通过的"),
    QueuePart.ALL: _l("全部，包括撤回和合并的"),
}
# Written as the partial indexes of opinions that count and of those refused have it.
_COUNTED: TextClause = text("opinion.state IN ('published', 'accepted')")
# The table of a draft answers every opinion on it, also those that no unit has.
_ON_DRAFTS = select(Board.id).where(Board.kind == BoardKind.CONSULTATION)
_WITH_ADDITIONS = select(Addition.opinion_id).where(text("opinion_addition.state = 'waiting'"))
_PART_CONDITIONS: dict[QueuePart, ColumnElement[bool] | TextClause] = {
    QueuePart.QUEUE: _QUEUED,
    QueuePart.APPEALS: and_(_QUEUED, Opinion.state == OpinionState.APPEALED),
    QueuePart.HELD: text("opinion.state = 'held'"),
    QueuePart.ADDITIONS: Opinion.id.in_(_WITH_ADDITIONS),
    QueuePart.UNASSIGNED: and_(
        _COUNTED,
        Opinion.unit_id.is_(None),
        Opinion.answered_at.is_(None),
        Opinion.board_id.not_in(_ON_DRAFTS),
    ),
    QueuePart.ACCEPTED: _COUNTED,
    QueuePart.REJECTED: text("opinion.state = 'rejected'"),
    QueuePart.ALL: true(),
}


@dataclass(frozen=True)
class QueueFilter:
    """What of the work is asked for: a board, a unit and those below it (or none at all), a topic and those below, words."""

    part: QueuePart = QueuePart.QUEUE
    board: Board | None = None
    unit: Unit | None = None
    without_unit: bool = False
    topic: Topic | None = None
    words: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on `Opinion`."""
        found = saying(self.words)
        if self.board is not None:
            found.append(Opinion.board_id == self.board.id)
        if self.without_unit:
            found.append(and_(Opinion.unit_id.is_(None), Opinion.complained_unit_id.is_(None)))
        elif self.unit is not None:
            units = units_within(self.unit.path)
            found.append(or_(Opinion.unit_id.in_(units), Opinion.complained_unit_id.in_(units)))
        if self.topic is not None:
            found.append(Opinion.topic_id.in_(topics_within(self.topic.path)))
        return found


def part_counts(actor: Actor) -> dict[QueuePart, int]:
    """How many opinions that `actor` may read are in each part beside the queue itself where something is to be done."""
    counts = {
        part: db.session.scalar(
            select(func.count())
            .select_from(Opinion)
            .where(part.condition, readable_by(actor, Permission.MODERATION_READ))
        )
        for part in QueuePart
        if part is not QueuePart.QUEUE and part.waits
    }
    return {part: count for part, count in counts.items() if count}


def waiting_by_board(actor: Actor) -> list[Row[Any]]:
    """The boards on which opinions wait that `actor` may read: `slug`, `title`, `count`."""
    query = (
        select(Board.slug, Board.title, func.count().label("count"))
        .join(Opinion, Opinion.board_id == Board.id)
        .where(_QUEUED, readable_by(actor, Permission.MODERATION_READ))
        .group_by(Board.id, Board.slug, Board.title, Board.position)
        .order_by(Board.position, Board.id)
    )
    return list(db.session.execute(query))


def queue_page(actor: Actor, wanted: QueueFilter, cursor: str | None, size: int = PAGE_SIZE) -> Page:
    """A page of a part of the work with what the queue shows of each opinion. Reading claims nothing.

    What waits comes oldest first, what was decided newest first.
    """
    masked = select(TextLayer.id).where(TextLayer.opinion_id == Opinion.id).exists()
    query: Select[Any] = (
        select(
            Opinion.id, Opinion.public_id, Opinion.title, Opinion.excerpt, Opinion.submitted_at, Opinion.state,
            Opinion.visibility, Opinion.held_for, Opinion.decided_at, func.substr(Opinion.body, 1, _LOOKED_THROUGH).label("beginning"),
            Board.title.label("board_title"), _Assigned.name.label("unit_name"), Topic.path.label("topic_path"),
            _Complained.name.label("complained_name"), masked.label("has_masks"), Opinion.addition_count, Opinion.needs_review,
        )
        .join(Board, Board.id == Opinion.board_id)
        .outerjoin(_Assigned, _Assigned.id == Opinion.unit_id)
        .outerjoin(Topic, Topic.id == Opinion.topic_id)
        .outerjoin(_Complained, _Complained.id == Opinion.complained_unit_id)
        .where(wanted.part.condition, readable_by(actor, Permission.MODERATION_READ), *wanted.conditions())
    )  # fmt: skip
    descending = not wanted.part.waits
    return keyset_page(db.session(), query, wanted.part.keys, cursor=cursor, descending=descending, size=size)


def suspected(page: Page) -> set[int]:
    """Which opinions of a page of the queue seem to hold personal data, or had some masked."""
    return {
        row.id for row in page.rows if row.has_masks or find_personal_data(f"{row.title}\n{row.beginning}")
    }


def next_in_queue(actor: Actor, wanted: QueueFilter, after: Opinion) -> str | None:
    """The public id of the opinion to look at after `after`: the next that `actor` may decide on, else the oldest.

    None where nothing waits, and in a part that is only looked up in.
    """
    if not wanted.part.waits:
        return None
    query = (
        select(Opinion.public_id)
        .where(
            wanted.part.condition,
            Opinion.id != after.id,
            readable_by(actor, Permission.MODERATION_READ),
            _impartial(actor),
            *wanted.conditions(),
        )
        .order_by(*wanted.part.keys)
        .limit(1)
    )
    moment, number = wanted.part.keys
    later = tuple_(moment, number) > tuple_(
        literal(getattr(after, moment.key), moment.type), literal(after.id)
    )
    return db.session.scalar(query.where(later)) or db.session.scalar(query)


def opinion_to_moderate(actor: Actor, public_id: str) -> Opinion | None:
    """The opinion of that public id in whatever state, if `actor` may read it at the moderators' desk."""
    return db.session.scalar(
        select(Opinion).where(Opinion.public_id == public_id, readable_by(actor, Permission.MODERATION_READ))
    )


def _impartial(actor: Actor) -> ColumnElement[bool]:
    """The condition that an opinion has nothing to do with a unit in the line of one that `actor` works for, and is
    no appeal against a rejection by `actor`."""
    theirs = select(Decision.opinion_id).where(
        Decision.actor_id == actor.user_id, Decision.action == OpinionAction.REJECT
    )
    appeals = or_(Opinion.state != OpinionState.APPEALED, Opinion.id.not_in(theirs))
    if not actor.may(Permission.MODERATION_DECIDE):
        appeals = and_(appeals, Opinion.state == OpinionState.APPEALED)
    own = actor.own_units()
    if not own:
        return appeals
    line = or_(*[or_(Unit.id.in_(units_within(path)), Unit.path.in_(trail(path))) for path in sorted(own)])
    units = select(Unit.id).where(line)
    cases = select(Case.id).where(Case.proposed_unit_id.in_(units))
    return and_(
        appeals,
        or_(Opinion.unit_id.is_(None), Opinion.unit_id.not_in(units)),
        or_(Opinion.complained_unit_id.is_(None), Opinion.complained_unit_id.not_in(units)),
        Opinion.case_id.not_in(cases),
    )


def rejected_by(opinion_id: int, user_id: int | None) -> bool:
    """Whether that person ever decided to reject the opinion."""
    query = select(Decision.id).where(
        Decision.opinion_id == opinion_id,
        Decision.actor_id == user_id,
        Decision.action == OpinionAction.REJECT,
    )
    return db.session.scalar(query.limit(1)) is not None


def decisions_of(opinion_id: int) -> list[Row[Any]]:
    """The decisions on an opinion, oldest first, each with `name` of who took it and names of unit and topic."""
    query = (
        select(
            Decision.at, Decision.action, Decision.reason, Decision.note, Unit.name.label("unit_name"),
            Topic.path.label("topic_path"), func.coalesce(User.display_name, "").label("name"),
        )
        .outerjoin(User, User.id == Decision.actor_id)
        .outerjoin(Unit, Unit.id == Decision.unit_id)
        .outerjoin(Topic, Topic.id == Decision.topic_id)
        .where(Decision.opinion_id == opinion_id)
        .order_by(Decision.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def layers_of(opinion_id: int) -> list[Row[Any]]:
    """The layers of masks over an opinion, oldest first: `at`, `ranges`, `reason`, `name` (None: the system)."""
    query = (
        select(TextLayer.at, TextLayer.ranges, TextLayer.reason, User.display_name.label("name"))
        .outerjoin(User, and_(User.id == TextLayer.actor_id, TextLayer.reason == BY_MODERATOR))
        .where(TextLayer.opinion_id == opinion_id)
        .order_by(TextLayer.id)
    )
    return list(db.session.execute(query))
