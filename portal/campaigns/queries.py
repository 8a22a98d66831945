"""Looking campaigns and boards up."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from portal.campaigns.models import Board, Campaign, CampaignStage, Consultation
from portal.campaigns.states import BoardKind
from portal.core.db import db


def campaign_by_slug(slug: str) -> Campaign | None:
    """The campaign whose address ends in `slug`."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


_BOARD = select(Board).where(Board.slug == bindparam("slug"))


def board_by_slug(slug: str) -> Board | None:
    """The board at `/boards/<slug>`, its campaign loaded with it."""
    return db.session.scalar(_BOARD, {"slug": slug})


class CampaignHead(NamedTuple):
    """What the page of a board says of its campaign."""

    title: str
    slug: str
    opens_at: datetime | None
    closes_at: datetime | None


class BoardHead(NamedTuple):
    """A board as its public page and handing in need it: read far more often than anything of it is changed."""

    id: int
    campaign_id: int
    slug: str
    kind: str
    title: str
    description: str
    who_may_post: str
    moderation: str
    opens_at: datetime | None
    closes_at: datetime | None
    campaign: CampaignHead


_board, _campaign = Board.__table__.c, Campaign.__table__.c
_HEAD = (
    select(
        *[_board[name] for name in BoardHead._fields if name != "campaign"],
        *[_campaign[name] for name in CampaignHead._fields],
    )
    .join_from(Board.__table__, Campaign.__table__)
    .where(_board.slug == bindparam("slug"))
)


def board_head(slug: str) -> BoardHead | None:
    """The board at `/boards/<slug>` in one row that passes no mapper."""
    row = db.session.execute(_HEAD, {"slug": slug}).first()
    if row is None:
        return None
    own = len(BoardHead._fields) - 1
    return BoardHead._make((*row[:own], CampaignHead._make(row[own:])))


def open_campaigns(moment: datetime) -> list[Campaign]:
    """The campaigns that are open at `moment`, the one opened last first."""
    query = (
        select(Campaign)
        .where(or_(Campaign.opens_at.is_(None), Campaign.opens_at <= moment))
        .where(or_(Campaign.closes_at.is_(None), Campaign.closes_at > moment))
        .order_by(Campaign.opens_at.desc().nulls_last(), Campaign.id.desc())
    )
    return list(db.session.scalars(query))


def boards_to_write_on(campaigns: list[Campaign]) -> list[Board]:
    """All boards of `campaigns` in the order in which they are offered to somebody who chose none: by campaign as
    given, by kind (forums first), then as placed. Whether each is open is asked of `campaigns.operations`.
    """
    order = {campaign.id: number for number, campaign in enumerate(campaigns)}
    kinds = list(BoardKind)
    boards = db.session.scalars(select(Board).where(Board.campaign_id.in_(order)))
    return sorted(
        boards,
        key=lambda one: (order[one.campaign_id], kinds.index(BoardKind(one.kind)), one.position, one.id),
    )


def all_campaigns() -> list[Campaign]:
    """Every campaign, the newest first: for select fields of the desk."""
    return list(db.session.scalars(select(Campaign).order_by(Campaign.created_at.desc(), Campaign.id.desc())))


def boards_of(campaign: Campaign) -> list[Board]:
    """The campaign's boards, in their order."""
    query = select(Board).where(Board.campaign_id == campaign.id).order_by(Board.position, Board.id)
    return list(db.session.scalars(query))


def stages_of(campaign: Campaign) -> list[CampaignStage]:
    """The campaign's stages, batch by batch, in their order."""
    stage = CampaignStage
    query = select(stage).where(stage.campaign_id == campaign.id).order_by(stage.batch, stage.position)
    return list(db.session.scalars(query))


def consultation_of(board: Board | BoardHead) -> Consultation | None:
    """The draft that the board asks about; None for boards of other kinds."""
    return db.session.get(Consultation, board.id) if board.kind == BoardKind.CONSULTATION else None


def consultations() -> list[Consultation]:
    """Every consultation, the one opened last first: for the desk."""
    query = select(Consultation).join(Consultation.board).order_by(Board.id.desc())
    return list(db.session.scalars(query))


def ended_campaigns(moment: datetime, most: int) -> list[Campaign]:
    """The campaigns that are over at `moment`, at most so many, the one that ended last first."""
    query = select(Campaign).where(Campaign.closes_at <= moment)
    return list(db.session.scalars(query.order_by(Campaign.closes_at.desc(), Campaign.id.desc()).limit(most)))


def coming_campaigns(moment: datetime) -> list[Campaign]:
    """The campaigns that open after `moment`, the next one first."""
    query = select(Campaign).where(Campaign.opens_at > moment)
    return list(db.session.scalars(query.order_by(Campaign.opens_at, Campaign.id)))


def all_boards() -> list[Board]:
    """Every board, those of the newest campaign first: for filters of the desk."""
    query = select(Board).join(Campaign).order_by(Campaign.id.desc(), Board.position, Board.id)
    return list(db.session.scalars(query))
