"""Campaigns and boards as pages show them: with the words for when they are open, and the ways in."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from portal.campaigns.models import Board, Campaign, CampaignStage
from portal.campaigns.operations import may_post
from portal.campaigns.queries import BoardHead, boards_of
from portal.campaigns.states import BoardKind, Openness, Window, days_left, last_day, openness
from portal.core.rights import Actor


class _Both(NamedTuple):
    """A campaign's window and a board's own as the one in which the board takes opinions."""

    opens_at: datetime | None
    closes_at: datetime | None


class BoardView(NamedTuple):
    """A board as its page and its campaign's page show it; `when` is empty where it is open as its campaign is."""

    slug: str
    title: str
    description: str
    kind_label: str
    rules: tuple[str, ...]
    state: Openness
    when: str
    needs_account: bool
    url: str
    write_url: str

    @property
    def is_open(self) -> bool:
        """Whether it takes opinions now."""
        return self.state is Openness.OPEN


class CampaignView(NamedTuple):
    """A campaign in a list."""

    title: str
    url: str
    when: str
    boards: list[BoardView]


def board_view(board: Board | BoardHead, actor: Actor, moment: datetime, zone: ZoneInfo) -> BoardView:
    """The board as a page shows it to `actor` at `moment`."""
    kind = BoardKind(board.kind)
    own = board.opens_at is not None or board.closes_at is not None
    return BoardView(
        board.slug, board.title, board.description, str(kind.label), tuple(str(rule) for rule in kind.rules),
        openness(moment, board.campaign, board), when_open(moment, zone, _together(board)) if own else "",
        not may_post(board, actor), url_for("site.board", slug=board.slug),
        url_for("opinions.write", slug=board.slug),
    )  # fmt: skip


def campaign_view(campaign: Campaign, actor: Actor, moment: datetime, zone: ZoneInfo) -> CampaignView:
    """The campaign as a list shows it."""
    return CampaignView(
        campaign.title,
        url_for("site.campaign", slug=campaign.slug),
        when_open(moment, zone, campaign),
        [board_view(board, actor, moment, zone) for board in boards_of(campaign)],
    )


def _together(board: Board | BoardHead) -> _Both:
    opens = [moment for moment in (board.campaign.opens_at, board.opens_at) if moment is not None]
    closes = [moment for moment in (board.campaign.closes_at, board.closes_at) if moment is not None]
    return _Both(max(opens, default=None), min(closes, default=None))


def when_open(moment: datetime, zone: ZoneInfo, window: Window) -> str:
    """One line that says from when to when something takes opinions, and how many days are left."""
    if window.opens_at is not None and moment < window.opens_at:
        return _("%(day)s开始", day=_day(window.opens_at.astimezone(zone)))
    if window.closes_at is None:
        return _("长期开放")
    last = _day(last_day(window.closes_at, zone))
    left = days_left(moment, window.closes_at, zone)
    if moment >= window.closes_at:
        return _("已于%(day)s结束", day=last)
    if left == 0:
        return _("今天截止")
    return _("还有%(count)s天，%(day)s截止", count=left, day=last)


def batches_of(stages: list[CampaignStage]) -> list[tuple[str, list[CampaignStage]]]:
    """The stages by batch of units, those of all units first."""
    found: dict[str, list[CampaignStage]] = {}
    for stage in stages:
        found.setdefault(stage.batch, []).append(stage)
    return list(found.items())


def _day(day: object) -> str:
    year, month, number = (getattr(day, part) for part in ("year", "month", "day"))
    return _("%(year)s年%(month)s月%(day)s日", year=year, month=month, day=number)
