"""Campaigns and boards for tests. They commit, so that the pages a test opens see them."""

from typing import Any

from portal.campaigns.models import Board, Campaign
from portal.campaigns.operations import create_board, create_campaign
from portal.campaigns.queries import board_by_slug, campaign_by_slug
from portal.campaigns.states import BoardKind
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
