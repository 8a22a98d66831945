"""Making campaigns and boards, and the rules of who may post on a board and when."""

import re
from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.audit.operations import record
from portal.campaigns.models import Board, Campaign
from portal.campaigns.queries import board_by_slug, campaign_by_slug
from portal.campaigns.states import BoardKind, ModerationMode, Openness, WhoMayPost, openness
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Closed, PortalError
from portal.core.rights import Actor

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH = 60


def create_campaign(
    slug: str, title: str, actor: Actor, *, purpose: str = "", opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Campaign:  # fmt: skip
    """A new campaign. Raises PortalError where the slug is malformed or taken, or it ends before it opens."""
    _check_slug(slug, taken=campaign_by_slug(slug) is not None)
    _check_window(opens_at, closes_at)
    campaign = Campaign(
        slug=slug, title=title, purpose=purpose, opens_at=opens_at, closes_at=closes_at, created_at=now()
    )
    db.session.add(campaign)
    db.session.flush()
    record(actor, "campaign_created", "campaign", campaign.id, slug=slug)
    return campaign


def create_board(
    campaign: Campaign, slug: str, title: str, kind: BoardKind, actor: Actor, *, description: str = "",
    who_may_post: WhoMayPost = WhoMayPost.ANYONE, moderation: ModerationMode = ModerationMode.BEFORE,
    opens_at: datetime | None = None, closes_at: datetime | None = None,
) -> Board:  # fmt: skip
    """A new board, placed last in its campaign. Raises PortalError as `create_campaign` does."""
    _check_slug(slug, taken=board_by_slug(slug) is not None)
    _check_window(opens_at, closes_at)
    last = db.session.scalar(select(func.max(Board.position)).where(Board.campaign_id == campaign.id))
    board = Board(
        campaign=campaign, slug=slug, title=title, kind=kind, description=description,
        who_may_post=who_may_post, moderation=moderation, opens_at=opens_at, closes_at=closes_at,
        position=0 if last is None else last + 1,
    )  # fmt: skip
    db.session.add(board)
    db.session.flush()
    record(actor, "board_created", "board", board.id, slug=slug, campaign_id=campaign.id)
    return board


def _check_slug(slug: str, taken: bool) -> None:
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        raise PortalError(_("网址名称只能用小写字母、数字和连字符，最多%(limit)s个字符", limit=SLUG_LENGTH))
    if taken:
        raise PortalError(_("网址名称“%(slug)s”已经用过了", slug=slug))


def _check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at and closes_at and closes_at <= opens_at:
        raise PortalError(_("结束时间要在开始时间之后"))


def require_open(board: Board, moment: datetime) -> None:
    """Raise `Closed`, in words for citizens, unless both the board and its campaign are open at `moment`."""
    state = openness(moment, board.campaign, board)
    if state is Openness.CLOSED:
        raise Closed(_("本次征集已结束，您可以看看结果"))
    if state is Openness.NOT_YET:
        opening = max(each.opens_at for each in (board.campaign, board) if each.opens_at is not None)
        date = format_datetime(opening, _("y年M月d日 HH:mm"))
        raise Closed(_("本次征集%(date)s开始，欢迎到时再来", date=date))


def may_post(board: Board, actor: Actor) -> bool:
    """Whether the board's setting lets `actor` post: everybody, or only those with an account."""
    return board.who_may_post == WhoMayPost.ANYONE or actor.user_id is not None
