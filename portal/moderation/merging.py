"""Merging one published opinion into another about the same thing (requirement B7), and parting them again.

The merged one stays as it was handed in, counts as merged and leads to the other one. Whoever supported it supports the
other one, once each, and each such support is marked, so that it can go back.
"""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import and_, delete, exists, func, insert, literal, select

from portal.analysis.alike import share_hardly_a_word
from portal.analysis.differences import speak_of_different_things
from portal.audit.operations import record
from portal.campaigns.states import BoardKind
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import IllegalMove, NotAllowed, PortalError
from portal.core.rights import SYSTEM, Actor
from portal.moderation.deciders import may_decide, why_not
from portal.moderation.models import Merge
from portal.opinions.models import Opinion, OpinionEvent, Support
from portal.opinions.operations import add_event, move
from portal.opinions.states import EventKind, OpinionAction, OpinionState
from portal.opinions.supports import change_support_count


class Unconfirmed(PortalError):
    """The two seem to be about different things: a person must say that they are about the same one."""


class Target(NamedTuple):
    """What an opinion is merged into, as its author and visitors are told of it."""

    public_id: str
    title: str
    public_state: str


def merge(opinion: Opinion, into: Opinion, reason: str, actor: Actor, *, confirmed: bool = False) -> Merge:
    """Merge `opinion` into `into`; `reason` is kept for staff.

    Raises `NotAllowed` where the actor may not decide on both, `IllegalMove` where they cannot be merged,
    `Unconfirmed` where they seem to be about different things and nobody `confirmed` that they are not.
    """
    _lock(opinion, into)
    for each in (opinion, into):
        if not may_decide(each, actor):
            raise NotAllowed(why_not(each, actor))
    _require_mergeable(opinion, into)
    if not confirmed:
        _require_alike(opinion, into)
    assert opinion.published_at is not None  # the state says so
    row = Merge(
        opinion_id=opinion.id, into_id=into.id, at=now(), actor_id=actor.user_id, reason=reason,
        published_at=opinion.published_at,
    )  # fmt: skip
    move(opinion, OpinionAction.MERGE, actor)
    db.session.add(row)
    db.session.flush()
    moved = _lend_supports(opinion, into)
    add_event(opinion, EventKind.MERGED, into=into.public_id)
    add_event(into, EventKind.JOINED)
    record(actor, "opinion_merged", "opinion", opinion.id, into=into.id, supports=moved)
    return row


def _require_mergeable(opinion: Opinion, into: Opinion) -> None:
    if opinion.id == into.id:
        raise IllegalMove(_("不能并入它自己。"))
    if opinion.board_id != into.board_id:
        raise IllegalMove(_("只能并入同一个板块的意见。"))
    if BoardKind(opinion.board.kind) is BoardKind.CONSULTATION:
        raise IllegalMove(_("对征求意见稿的意见要一条一条说明采纳情况，不能合并。"))
    if {opinion.state, into.state} != {OpinionState.PUBLISHED}:
        raise IllegalMove(_("两条都要是已公开的意见，才能合并。"))
    if opinion.answered_at is not None:
        raise IllegalMove(_("这条已经答复，不能并入别的；可以把别的并入它。"))
    if merged_into(opinion.id):
        raise IllegalMove(_("有别的意见并入了这条，请先把它们分开。"))


def _require_alike(opinion: Opinion, into: Opinion) -> None:
    one, other = [(each.title, f"{each.body}\n{each.place}") for each in (opinion, into)]
    if share_hardly_a_word(one, other):
        raise Unconfirmed(_("这两条的文字几乎没有相同的，可能不是一件事。确认是同一件事，请勾选后再提交。"))
    if speak_of_different_things(one, other):
        raise Unconfirmed(_("这两条说的地点或数字好像不一样。确认是同一件事，请勾选后再提交。"))


def unmerge(opinion: Opinion, actor: Actor) -> None:
    """Make a merged opinion one of its own again. Raises `NotAllowed`, `IllegalMove` where it is not merged."""
    row = merge_of(opinion.id)
    if row is None:
        raise IllegalMove(_("这条意见没有并入别的。"))
    into = db.session.get_one(Opinion, row.into_id)
    _lock(opinion, into)
    if not may_decide(opinion, actor):
        raise NotAllowed(why_not(opinion, actor))
    _part(opinion, into, row, actor)


def _part(opinion: Opinion, into: Opinion, row: Merge, actor: Actor) -> None:
    _end(row, actor)
    opinion.published_at = row.published_at
    move(opinion, OpinionAction.UNMERGE, actor)
    add_event(opinion, EventKind.UNMERGED)
    add_event(into, EventKind.PARTED)
    record(actor, "opinion_unmerged", "opinion", opinion.id, into=into.id)


def _end(row: Merge, actor: Actor) -> None:
    row.undone_at, row.undone_by = now(), actor.user_id
    lent = and_(Support.opinion_id == row.into_id, Support.merged_from == row.opinion_id)
    number = len(db.session.execute(delete(Support).where(lent).returning(Support.person_key)).all())
    change_support_count(row.into_id, -number)
    db.session.flush()


def _lend_supports(opinion: Opinion, into: Opinion) -> int:
    """Let those who support `opinion` and not yet `into` support it as well; how many."""
    theirs = Support.__table__.alias()
    already = exists().where(theirs.c.opinion_id == into.id, theirs.c.person_key == Support.person_key)
    lent = select(literal(into.id), Support.person_key, Support.at, literal(opinion.id)).where(
        Support.opinion_id == opinion.id, ~already
    )
    before = _supports(into.id)
    columns = ["opinion_id", "person_key", "at", "merged_from"]
    db.session.execute(
        insert(Support).from_select(columns, lent), execution_options={"synchronize_session": False}
    )
    number = _supports(into.id) - before
    change_support_count(into.id, number)
    return number


def _supports(opinion_id: int) -> int:
    return db.session.scalar(select(func.count()).where(Support.opinion_id == opinion_id)) or 0


def merge_of(opinion_id: int) -> Merge | None:
    """The merge in force by which the opinion is merged into another."""
    return db.session.scalar(select(Merge).where(Merge.opinion_id == opinion_id, Merge.undone_at.is_(None)))


def merged_into(into_id: int) -> list[Opinion]:
    """The opinions that are merged into this one, in the order in which that was done."""
    query = select(Opinion).join(Merge, Merge.opinion_id == Opinion.id)
    query = query.where(Merge.into_id == into_id, Merge.undone_at.is_(None)).order_by(Merge.id)
    return list(db.session.scalars(query))


def target_of(opinion: Opinion) -> Target | None:
    """What the opinion is merged into; None for one of its own."""
    if opinion.state != OpinionState.MERGED:
        return None
    query = (
        select(Opinion.public_id, Opinion.title, Opinion.public_state)
        .join(Merge, Merge.into_id == Opinion.id)
        .where(Merge.opinion_id == opinion.id, Merge.undone_at.is_(None))
    )
    return Target._make(db.session.execute(query).one())


def part_all_from(into: Opinion) -> None:
    """Make all that were merged into an opinion that is no longer public ones of their own again."""
    for opinion in merged_into(into.id):
        row = merge_of(opinion.id)
        if row is not None:
            _part(opinion, into, row, SYSTEM)


def follow_timeline(event: OpinionEvent) -> None:
    """Pass an answer on to those merged into the opinion answered; take the supports of a withdrawn one back."""
    if event.kind == EventKind.ANSWERED:
        for opinion in merged_into(event.opinion_id):
            add_event(opinion, EventKind.ANSWERED_THERE, unit=event.unit, into=event.opinion.public_id)
    elif event.kind == EventKind.WITHDRAWN:
        row = merge_of(event.opinion_id)
        if row is not None:
            _end(row, SYSTEM)
            add_event(db.session.get_one(Opinion, row.into_id), EventKind.PARTED)


def _lock(*opinions: Opinion) -> None:
    # Always in the same order, so that two who merge the same two cannot wait for each other.
    for opinion in sorted(opinions, key=lambda each: each.id):
        db.session.refresh(opinion, with_for_update={"of": Opinion})
