"""Supporting an opinion 附议, once a person, and taking the support back."""

from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, insert, update
from sqlalchemy.exc import IntegrityError

from portal.audit.operations import record
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import IllegalMove
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


def support(opinion: Opinion, person_key: str, actor: Actor) -> bool:
    """Count one person's support, once however often it is sent. Whether it counted now.

    Raises `IllegalMove` for an opinion that is not public.
    """
    if opinion.state != OpinionState.PUBLISHED:
        raise IllegalMove(_("这条意见现在不公开，不能支持。"))
    try:
        with db.session.begin_nested():
            row = {"opinion_id": opinion.id, "person_key": person_key, "at": now()}
            db.session.execute(insert(Support), row)
    except IntegrityError:
        return False
    change_support_count(opinion.id, +1)
    record(actor, "opinion_supported", "opinion", opinion.id)
    return True


def take_support_back(opinion: Opinion, person_key: str, actor: Actor) -> bool:
    """Undo a person's support. Whether there was one."""
    gone = delete(Support).where(Support.opinion_id == opinion.id, Support.person_key == person_key)
    if not cast(CursorResult[Any], db.session.execute(gone)).rowcount:
        return False
    change_support_count(opinion.id, -1)
    record(actor, "support_taken_back", "opinion", opinion.id)
    return True
