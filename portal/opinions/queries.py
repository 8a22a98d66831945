"""Reading opinions. Lists take only the columns that they show."""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import joinedload

from portal.attachments.queries import has_released
from portal.campaigns.models import Board
from portal.core.db import UTCDateTime, db
from portal.core.pagination import Keyset, Page
from portal.opinions.models import Addition, Case, Opinion, OpinionEvent
from portal.opinions.receipt_states import AdditionState
from portal.opinions.states import COUNTED, UNDECIDED, EventKind, OpinionState
from portal.opinions.submission import receipt_hash
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import topic_words


class Sort(StrEnum):
    """The orders of a public list."""

    NEWEST = "newest"
    SUPPORTED = "supported"

    @property
    def label(self) -> str:
        """The order as people read it."""
        return {Sort.NEWEST: _l("最新"), Sort.SUPPORTED: _l("支持最多")}[self]


# Tables and not models: rows of a hot list pass no mapper.
_opinion, _unit, _topic = Opinion.__table__.c, Unit.__table__.c, Topic.__table__.c
CARD_COLUMNS = (
    _opinion.id, _opinion.public_id, _opinion.title, _opinion.excerpt, _opinion.public_state, _opinion.published_at,
    _opinion.support_count, _opinion.answered_at, _unit.name.label("unit_name"), _topic.path.label("topic_path"),
)  # fmt: skip


# Written out, as in the condition of the indexes, so that every planner sees that they fit.
PUBLISHED = _opinion.state == literal_column(f"'{OpinionState.PUBLISHED}'")


def cards() -> Select[Any]:
    """Published opinions with what a card shows of each: `CARD_COLUMNS`, with the name of the unit and the path of the topic."""
    return (
        select(*CARD_COLUMNS)
        .outerjoin(Unit.__table__, _unit.id == _opinion.unit_id)
        .outerjoin(Topic.__table__, _topic.id == _opinion.topic_id)
        .where(PUBLISHED)
    )


# What a list can be restricted by, each with the value of its own name.
_CONDITIONS = {
    "campaign_id": _opinion.campaign_id == bindparam("campaign_id"),
    "board_id": _opinion.board_id == bindparam("board_id"),
    "unit_ids": _opinion.unit_id.in_(bindparam("unit_ids", expanding=True)),
    "topic_ids": _opinion.topic_id.in_(bindparam("topic_ids", expanding=True)),
    "public_state": _opinion.public_state == bindparam("public_state"),
    "since": _opinion.published_at >= bindparam("since", type_=UTCDateTime()),
    "until": _opinion.published_at < bindparam("until", type_=UTCDateTime()),
}


@cache
def _published(sort: Sort, *given: str) -> Keyset:
    """The list in that order, restricted by those of `_CONDITIONS` that are given."""
    key = _opinion.published_at if sort is Sort.NEWEST else _opinion.support_count
    return Keyset(cards().where(*[_CONDITIONS[name] for name in given]), (key, _opinion.id))


def published_page(
    cursor: str | None,
    sort: Sort = Sort.NEWEST,
    *,
    size: int = 25,
    **wanted: Any,
) -> Page:
    """A page of published opinions, restricted by those of these that are given and not None: `campaign_id`,
    `board_id`, `unit_ids`, `topic_ids`, `public_state`, and the moments `since` (included) and `until` (not)."""
    given = _given(wanted)
    return _published(sort, *given).page(db.session(), cursor=cursor, size=size, **given)


def published_ids(**wanted: Any) -> Select[Any]:
    """The ids of all published opinions under the restrictions of `published_page`: for the full-text search."""
    given = _given(wanted)
    conditions = [_CONDITIONS[name] for name in given]
    return select(_opinion.id).where(PUBLISHED, *conditions).params(given)


def _given(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if value is not None}


_CARDS_OF = cards().add_columns(_opinion.body).where(_opinion.id.in_(bindparam("ids", expanding=True)))


def cards_of(opinion_ids: list[int]) -> list[Any]:
    """The published ones among `opinion_ids`, as cards with their whole `body`, in the order given."""
    rows = {row.id: row for row in db.session.execute(_CARDS_OF, {"ids": opinion_ids})}
    return [rows[number] for number in opinion_ids if number in rows]


_PUBLISHED_OPINION = (
    select(Opinion)
    .options(joinedload(Opinion.unit), joinedload(Opinion.topic), joinedload(Opinion.board))
    .where(Opinion.public_id == bindparam("public_id"), Opinion.state == OpinionState.PUBLISHED)
)


def published_opinion(public_id: str) -> Opinion | None:
    """The opinion of that public id, if everybody may read it."""
    return db.session.scalar(_PUBLISHED_OPINION, {"public_id": public_id})


class Named(NamedTuple):
    """A unit, topic or board as a page names and links it: by its path or slug."""

    name: str
    path: str


class EventLine(NamedTuple):
    """One entry of a timeline."""

    kind: str
    at: datetime
    unit: Named | None
    details: dict[str, Any]


class AdditionLine(NamedTuple):
    """What an author added later, as others read it."""

    at: datetime
    body_html: str


class OpinionPage(NamedTuple):
    """What everybody reads of one published opinion, its replies apart."""

    id: int
    public_id: str
    title: str
    body_html: str
    excerpt: str
    place: str
    public_state: str
    published_at: datetime
    support_count: int
    who_may_support: str
    takes_comments: bool
    comment_count: int
    has_files: bool
    board: Named
    unit: Named | None
    topic: Named | None
    events: list[EventLine]
    additions: list[AdditionLine]


_board, _event, _addition = Board.__table__.c, OpinionEvent.__table__.c, Addition.__table__.c
_PAGE = (
    select(
        _opinion.id, _opinion.public_id, _opinion.title, _opinion.body_html, _opinion.excerpt,
        _opinion.place, _opinion.public_state, _opinion.published_at, _opinion.support_count, _board.who_may_support,
        _board.takes_comments, _opinion.comment_count, has_released("opinion", _opinion.id),
        _board.title, _board.slug,
        _unit.name, _unit.path, _topic.path,
    )
    .join(Board.__table__, _board.id == _opinion.board_id)
    .outerjoin(Unit.__table__, _unit.id == _opinion.unit_id)
    .outerjoin(Topic.__table__, _topic.id == _opinion.topic_id)
    .where(_opinion.public_id == bindparam("public_id"), _opinion.state == OpinionState.PUBLISHED)
)  # fmt: skip
_EVENTS = (
    select(_event.kind, _event.at, _unit.name, _unit.path, _event.details)
    .outerjoin(Unit.__table__, _unit.id == _event.unit_id)
    .where(_event.opinion_id == bindparam("opinion_id"))
    .order_by(_event.id)
)


def opinion_page(public_id: str) -> OpinionPage | None:
    """The opinion of that public id with its timeline, if everybody may read it."""
    row = db.session.execute(_PAGE, {"public_id": public_id}).first()
    if row is None:
        return None
    *own, board_title, board_slug, unit_name, unit_path, topic_path = row
    events = [
        EventLine(kind, at, _named(name, path), details)
        for kind, at, name, path, details in db.session.execute(_EVENTS, {"opinion_id": row.id})
    ]
    board, unit, topic = (
        Named(board_title, board_slug),
        _named(unit_name, unit_path),
        _named(topic_words(topic_path), topic_path) if topic_path else None,
    )
    # Few opinions have any: only those whose timeline says so are asked for them.
    with_words = {EventKind.SUPPLEMENTED, EventKind.RATED}.intersection(event.kind for event in events)
    additions = public_additions(row.id) if with_words else []
    return OpinionPage._make((*own, board, unit, topic, events, additions))


_ADDITIONS = (
    select(_addition.at, _addition.body_html)
    .where(_addition.opinion_id == bindparam("opinion_id"), _addition.state == AdditionState.PUBLIC)
    .order_by(_addition.id)
)


def public_additions(opinion_id: int) -> list[AdditionLine]:
    """What the author added and a moderator released, oldest first."""
    return [AdditionLine._make(row) for row in db.session.execute(_ADDITIONS, {"opinion_id": opinion_id})]


def _named(name: str | None, path: str | None) -> Named | None:
    return None if name is None or path is None else Named(name, path)


def opinion_with_id(public_id: str) -> Opinion | None:
    """The opinion of that public id in whatever state, for those who may see it by other rights."""
    return db.session.scalar(select(Opinion).where(Opinion.public_id == public_id))


def opinion_of_code(lookup_key: str, code: str) -> Opinion | None:
    """The opinion whose author holds this query code (its 12 characters)."""
    found = select(Opinion).join(Case).where(Case.receipt_hash == receipt_hash(lookup_key, code))
    return db.session.scalar(found)


def opinions_of_codes(lookup_key: str, codes: list[str]) -> dict[str, Opinion]:
    """The opinions that these query codes open, by code; codes that open nothing are left out."""
    hashes = {receipt_hash(lookup_key, code): code for code in codes}
    query = select(Case.receipt_hash, Opinion).join(Opinion.case).where(Case.receipt_hash.in_(hashes))
    return {hashes[str(found)]: opinion for found, opinion in db.session.execute(query)} if codes else {}


def ledger(*conditions: ColumnElement[bool]) -> dict[str, int]:
    """How the opinions under `conditions` stand: received = waiting + rejected + withdrawn + merged + counted.

    What waits for its author's answer, or for the review of its rejection, is waiting (requirement B9).
    """
    query = select(Opinion.state, func.count()).where(*conditions).group_by(Opinion.state)
    numbers = {state: count for state, count in db.session.execute(query)}
    counts = {
        "waiting": sum(numbers.get(state, 0) for state in UNDECIDED),
        "rejected": numbers.get(OpinionState.REJECTED, 0),
        "withdrawn": numbers.get(OpinionState.WITHDRAWN, 0),
        "merged": numbers.get(OpinionState.MERGED, 0),
        "counted": sum(numbers.get(state, 0) for state in COUNTED),
    }
    return {"received": sum(counts.values()), **counts}


def submitted_between(start: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
    """The conditions that an opinion came in at `start` or later and before `end`."""
    conditions: list[ColumnElement[bool]] = []
    if start is not None:
        conditions.append(Opinion.submitted_at >= start)
    if end is not None:
        conditions.append(Opinion.submitted_at < end)
    return conditions
