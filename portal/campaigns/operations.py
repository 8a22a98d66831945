"""Making campaigns and boards, and the rules of who may post on a board and when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from portal.audit.operations import record
from portal.campaigns.intake import IntakeNow, require_intake
from portal.campaigns.models import Board, Campaign, CampaignStage, Consultation
from portal.campaigns.queries import BoardHead, board_by_slug, campaign_by_slug
from portal.campaigns.states import BoardKind, ModerationMode, Openness, WhoMayPost, WhoMaySupport, openness
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Closed, PortalError
from portal.core.rights import Actor
from portal.core.text import clean_block

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH = 60
# Requirement F2.
FEWEST_STAGES, MOST_STAGES, STAGE_LENGTH = 3, 5, 40


@dataclass(frozen=True)
class Stage:
    """A stage as it is set: its name, its first and its last day."""

    title: str
    first: date
    last: date


def create_campaign(
    slug: str, title: str, actor: Actor, *, purpose: str = "", readers: str = "", publishes: str = "",
    opens_at: datetime | None = None, closes_at: datetime | None = None,
) -> Campaign:  # fmt: skip
    """A new campaign. Raises PortalError where the slug is malformed or taken, or it ends before it opens."""
    _check_slug(slug, taken=campaign_by_slug(slug) is not None)
    _check_window(opens_at, closes_at)
    campaign = Campaign(
        slug=slug, title=title, purpose=purpose, readers=readers, publishes=publishes, opens_at=opens_at,
        closes_at=closes_at, created_at=now(),
    )  # fmt: skip
    db.session.add(campaign)
    db.session.flush()
    record(actor, "campaign_created", "campaign", campaign.id, slug=slug)
    return campaign


def create_board(
    campaign: Campaign, slug: str, title: str, kind: BoardKind, actor: Actor, *, description: str = "",
    who_may_post: WhoMayPost = WhoMayPost.ANYONE, moderation: ModerationMode = ModerationMode.BEFORE,
    who_may_support: WhoMaySupport = WhoMaySupport.ANYONE, takes_comments: bool = True,
    opens_at: datetime | None = None, closes_at: datetime | None = None,
) -> Board:  # fmt: skip
    """A new board, placed last in its campaign. Raises PortalError as `create_campaign` does.

    One that asks about a draft comes into being with it: see `create_consultation`.
    """
    _check_slug(slug, taken=board_by_slug(slug) is not None)
    _check_window(opens_at, closes_at)
    last = db.session.scalar(select(func.max(Board.position)).where(Board.campaign_id == campaign.id))
    board = Board(
        campaign=campaign, slug=slug, title=title, kind=kind, description=description,
        who_may_post=who_may_post, moderation=moderation, who_may_support=who_may_support, takes_comments=takes_comments, opens_at=opens_at, closes_at=closes_at,
        position=0 if last is None else last + 1,
    )  # fmt: skip
    db.session.add(board)
    db.session.flush()
    record(actor, "board_created", "board", board.id, slug=slug, campaign_id=campaign.id)
    return board


def create_consultation(
    board: Board, text: str, actor: Actor, *, least_days: int, short_reason: str = ""
) -> Consultation:
    """Give a new board of that kind the draft it asks about.

    It must be open for `least_days` or say why it is not (requirement A5). Raises PortalError where it is open for
    less without a reason, has no last day, or the draft is empty.
    """
    assert board.kind == BoardKind.CONSULTATION
    text = clean_block(text)
    if not text:
        raise PortalError(_("征求意见稿是空的。"))
    opens, closes = consultation_window(board)
    if closes is None:
        raise PortalError(_("公开征求意见要写明最后一天。"))
    if closes - opens < timedelta(days=least_days) and not short_reason.strip():
        raise PortalError(_("公开征求意见少于%(days)s天的，要写明理由。", days=least_days))
    consultation = Consultation(board=board, text=text, short_reason=short_reason.strip())
    db.session.add(consultation)
    db.session.flush()
    record(actor, "consultation_opened", "board", board.id, short=bool(short_reason.strip()))
    return consultation


def consultation_window(board: Board) -> tuple[datetime, datetime | None]:
    """From when to when opinions on the board's draft are taken: the campaign's window and the board's own together.

    A board without a first day opens when it is made.
    """
    windows = (board.campaign, board)
    opens = [window.opens_at for window in windows if window.opens_at is not None]
    closes = [window.closes_at for window in windows if window.closes_at is not None]
    first = max(opens) if board.opens_at is not None else max([*opens, now()])
    return first, min(closes) if closes else None


def set_stages(campaign: Campaign, stages: Sequence[Stage], actor: Actor, batch: str = "") -> None:
    """Set the stages of a campaign, for all units or for a batch of them, instead of those set before.

    Raises PortalError unless there are three to five, each named and after the one before it.
    """
    if not FEWEST_STAGES <= len(stages) <= MOST_STAGES:
        raise PortalError(_("阶段要有%(few)s到%(many)s个。", few=FEWEST_STAGES, many=MOST_STAGES))
    before: Stage | None = None
    for stage in stages:
        if not stage.title.strip() or len(stage.title) > STAGE_LENGTH:
            raise PortalError(_("阶段名称不能空，最多%(limit)s个字。", limit=STAGE_LENGTH))
        if stage.last < stage.first or (before is not None and stage.first <= before.last):
            raise PortalError(_("阶段“%(title)s”的日期和前面的冲突。", title=stage.title))
        before = stage
    own = CampaignStage.campaign_id == campaign.id, CampaignStage.batch == batch
    db.session.execute(delete(CampaignStage).where(*own))
    db.session.add_all(
        CampaignStage(
            campaign_id=campaign.id, batch=batch, position=number, title=stage.title.strip(),
            starts_on=stage.first, ends_on=stage.last,
        )
        for number, stage in enumerate(stages)
    )  # fmt: skip
    db.session.flush()
    record(actor, "stages_set", "campaign", campaign.id, batch=batch, stages=len(stages))


def _check_slug(slug: str, taken: bool) -> None:
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        raise PortalError(_("网址名称只能用小写字母、数字和连字符，最多%(limit)s个字符", limit=SLUG_LENGTH))
    if taken:
        raise PortalError(_("网址名称“%(slug)s”已经用过了", slug=slug))


def _check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at and closes_at and closes_at <= opens_at:
        raise PortalError(_("结束时间要在开始时间之后"))


def require_open(board: Board | BoardHead, moment: datetime) -> IntakeNow:
    """How the switch of intake stands at `moment`.

    Raises `Closed`, in words for citizens, unless board, campaign and the whole site take opinions in then.
    """
    state = openness(moment, board.campaign, board)
    if state is Openness.CLOSED:
        raise Closed(_("本次征集已结束，您可以看看结果"))
    if state is Openness.NOT_YET:
        opening = max(each.opens_at for each in (board.campaign, board) if each.opens_at is not None)
        # Most begin with a day: then the day says it all.
        date = format_datetime(opening, _("y年M月d日 HH:mm")).removesuffix(" 00:00")
        raise Closed(_("本次征集%(date)s开始，欢迎到时再来", date=date))
    return require_intake(moment)


def may_post(board: Board | BoardHead, actor: Actor) -> bool:
    """Whether the board's setting lets `actor` post: everybody, or only those with an account."""
    return board.who_may_post == WhoMayPost.ANYONE or actor.user_id is not None
