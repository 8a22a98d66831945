"""Campaigns and boards for tests. They commit, so that the pages a test opens see them."""

from datetime import timedelta
from typing import Any

from portal.campaigns.models import Board, Campaign, Consultation
from portal.campaigns.operations import create_board, create_campaign, create_consultation
from portal.campaigns.queries import board_by_slug, campaign_by_slug
from portal.campaigns.states import BoardKind
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import SYSTEM


def make_campaign(slug: str = "xianyice", title: str = "我为发展献一策", **values: Any) -> Campaign:
    """The campaign of that slug, made where it is missing, then set to `values`; always open by default."""
    campaign = campaign_by_slug(slug) or create_campaign(slug, title, SYSTEM)
    for key, value in values.items():
        setattr(campaign, key, value)
    db.session.commit()
    return campaign


def make_board(slug: str = "suggestions", campaign: Campaign | None = None, **values: Any) -> Board:
    """The board of that slug, made where it is missing, then set to `values`."""
    board = board_by_slug(slug)
    if board is None:
        board = create_board(campaign or make_campaign(), slug, "献策论坛", BoardKind.FORUM, SYSTEM)
    for key, value in values.items():
        setattr(board, key, value)
    db.session.commit()
    return board


def make_consultation(
    slug: str = "draft", text: str = "第一条 总则。\n\n第二条 附则。", **values: Any
) -> Consultation:
    """A draft that is open for forty more days, on a board of its own; the board is set to `values`."""
    board = create_board(
        make_campaign(),
        slug,
        "征求意见稿",
        BoardKind.CONSULTATION,
        SYSTEM,
        closes_at=now() + timedelta(days=40),
    )
    consultation = create_consultation(board, text, SYSTEM, least_days=30)
    for key, value in values.items():
        setattr(board, key, value)
    db.session.commit()
    return consultation
