"""Supporting an opinion 附议, once a person, and taking the support back."""

from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.audit.operations import record
from portal.campaigns.models import Board
from portal.campaigns.states import WhoMaySupport
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import IllegalMove, NotAllowed
from portal.core.rights import Actor
from portal.opinions.models import Opinion, Support
from portal.opinions.states import OpinionState


def change_support_count(opinion_id: int, by: int) -> int:
    """Change the stored number of supports in the database itself, so that parallel ones all count."""
    statement = (
        update(Opinion.__table__)  # type: ignore[arg-type]
        .where(Opinion.id == opinion_id)
        .values(support_count=Opinion.support_count + by)
        .returning(Opinion.support_count)
    )
    return int(db.session.execute(statement).scalar_one())


def _count_while_public(opinion_id: int) -> bool:
    """Count one support more, unless the opinion is no longer public; whether it was counted."""
    statement = (
        update(Opinion.__table__)  # type: ignore[arg-type]
        .where(Opinion.id == opinion_id, Opinion.state == OpinionState.PUBLISHED)
        .values(support_count=Opinion.support_count + 1)
    )
    return bool(cast(CursorResult[Any], db.session.execute(statement)).rowcount)


def require_supporter(board: Board, actor: Actor) -> None:
    """Raise `NotAllowed` where the board takes supports only from accounts and `actor` has none."""
    if board.who_may_support == WhoMaySupport.REGISTERED and actor.user_id is None:
        raise NotAllowed(_("这个板块需要登录后才能支持，请先登录。"))


def support(opinion: Opinion, person: Sequence[str], actor: Actor) -> bool:
    """Count one person's support, once however often it is sent. Whether it counted now.

    `person` are the keys by which the person is known, the one to store first. Raises `IllegalMove` for an opinion
    that is not public, `NotAllowed` where the board wants an account.
    """
    if opinion.state != OpinionState.PUBLISHED:
        raise IllegalMove(_("这条意见现在不公开，不能支持。"))
    require_supporter(opinion.board, actor)
    if supported_by(opinion.id, person):
        return False
    try:
        with db.session.begin_nested():
            row = {"opinion_id": opinion.id, "person_key": person[0], "at": now()}
            db.session.execute(insert(Support), row)
    except IntegrityError:
        return False
    if not _count_while_public(opinion.id):
        # Withdrawn or merged in this very moment: what was inserted goes with the transaction.
        raise IllegalMove(_("这条意见现在不公开，不能支持。"))
    record(actor, "opinion_supported", "opinion", opinion.id)
    return True


def supported_by(opinion_id: int, person: Sequence[str]) -> bool:
    """Whether the person known by one of these keys supports the opinion."""
    if not person:
        return False
    found = select(Support.opinion_id).where(Support.opinion_id == opinion_id, Support.person_key.in_(person))
    return db.session.scalar(found.limit(1)) is not None


def take_support_back(opinion: Opinion, person: Sequence[str], actor: Actor) -> bool:
    """Undo a person's support. Whether there was one."""
    gone = delete(Support).where(Support.opinion_id == opinion.id, Support.person_key.in_(person))
    number = cast(CursorResult[Any], db.session.execute(gone)).rowcount if person else 0
    if not number:
        return False
    change_support_count(opinion.id, -number)
    record(actor, "support_taken_back", "opinion", opinion.id)
    return True
