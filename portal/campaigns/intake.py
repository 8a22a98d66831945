"""The switch for floods: whether opinions are taken in at all now, and whether each waits for a moderator first."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit.operations import record
from portal.campaigns.models import INTAKE_ID, Board, Intake
from portal.campaigns.states import IntakeMode, ModerationMode
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Closed, NotAllowed, PortalError
from portal.core.rights import SYSTEM, Actor, Permission

REASON_LENGTH = 200
_intake = Intake.__table__.c
_ROW = select(_intake.mode, _intake.reason, _intake.until).where(_intake.id == INTAKE_ID)


class IntakeNow(NamedTuple):
    """How the switch stands; `reason` is for citizens, `until` when it goes back by itself (None: by hand)."""

    mode: IntakeMode
    reason: str = ""
    until: datetime | None = None

    @property
    def words(self) -> str:
        """What citizens are told while nothing is taken in: why, until when."""
        parts = [_("现在暂停接收意见。")]
        if self.reason:
            parts.append(_("原因：%(reason)s。", reason=self.reason.rstrip("。.")))
        if self.until is not None:
            parts.append(_("预计%(time)s恢复。", time=format_datetime(self.until, _("M月d日 HH:mm"))))
        return "".join(parts)


def intake_now(moment: datetime) -> IntakeNow:
    """How the switch stands at `moment`: one row by its key, read anew each time, so that it holds at once."""
    row = db.session.execute(_ROW).first()
    if row is None or (row.until is not None and moment >= row.until):
        return IntakeNow(IntakeMode.NORMAL)
    return IntakeNow(IntakeMode(row.mode), row.reason, row.until)


def publishes_at_once(board: Board, moment: datetime) -> bool:
    """Whether what is handed in on the board is public before a moderator has read it, as long as nothing else holds it."""
    return board.moderation == ModerationMode.AFTER and intake_now(moment).mode is not IntakeMode.REVIEW


def require_intake(moment: datetime) -> IntakeNow:
    """How the switch stands. Raises `Closed`, in words for citizens, while nothing is taken in."""
    state = intake_now(moment)
    if state.mode is IntakeMode.PAUSED:
        kept = _("写好的内容没有提交，还在这台设备上，恢复后请再提交一次；查进度和看答复不受影响。")
        raise Closed(state.words + kept)
    return state


def _make_row(moment: datetime) -> None:
    if db.session.execute(_ROW).first() is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(Intake(id=INTAKE_ID, at=moment))
    except IntegrityError:
        return  # another administrator was first, with the very same row


def set_intake(
    mode: IntakeMode, actor: Actor, *, reason: str = "", until: datetime | None = None
) -> IntakeNow:
    """Turn the switch. Raises `NotAllowed` to who does not hold the right for the whole site, `PortalError` for a past `until`."""
    if actor is not SYSTEM and (
        not actor.may(Permission.INTAKE_SWITCH) or actor.scopes(Permission.INTAKE_SWITCH) is not None
    ):
        raise NotAllowed(_("只有整个网站的管理员可以这样做。"))
    moment = now()
    if until is not None and until <= moment:
        raise PortalError(_("恢复时间要在现在以后"))
    if len(reason) > REASON_LENGTH:
        raise PortalError(_("原因最多%(max)d个字", max=REASON_LENGTH))
    if mode is IntakeMode.NORMAL:
        reason, until = "", None
    _make_row(moment)
    # Whoever comes second waits for the first.
    row = db.session.get_one(Intake, INTAKE_ID, with_for_update=True, populate_existing=True)
    before = row.mode
    row.mode, row.reason, row.until, row.actor_id, row.at = mode, reason, until, actor.user_id, moment
    db.session.flush()
    record(
        actor, "intake_switched", "intake", INTAKE_ID, before=before, mode=mode,
        until=until.isoformat() if until else None,
    )  # fmt: skip
    return IntakeNow(mode, reason, until)
