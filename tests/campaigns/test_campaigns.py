"""Making campaigns and boards; when and by whom a board may be posted on."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.campaigns import operations, queries
from portal.campaigns.states import BoardKind, WhoMayPost
from portal.core.db import db
from portal.core.errors import Closed, PortalError
from portal.core.rights import SYSTEM, Actor
from tests.factories.campaigns import make_board, make_campaign

NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
DAY = timedelta(days=1)


def test_a_campaign_with_two_boards_is_found_by_slug_and_audited(app: Flask) -> None:
    campaign = operations.create_campaign("plan-2026", "我为发展献一策", SYSTEM, purpose="听意见")
    one = operations.create_board(campaign, "ideas", "献策论坛", BoardKind.FORUM, SYSTEM)
    two = operations.create_board(campaign, "notes", "留言板", BoardKind.MESSAGE_BOARD, SYSTEM)
    db.session.commit()
    assert queries.campaign_by_slug("plan-2026") is campaign
    assert queries.board_by_slug("notes") is two
    assert queries.boards_of(campaign) == [one, two] and campaign.boards == [one, two]
    actions = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions == ["campaign_created", "board_created", "board_created"]


@pytest.mark.parametrize(
    ("opening", "said"),
    [
        (datetime(2026, 5, 1, 16, tzinfo=UTC), "2026年5月2日开始"),
        (datetime(2026, 5, 2, 1, 30, tzinfo=UTC), "2026年5月2日 09:30开始"),
    ],
)
def test_a_board_that_has_not_begun_names_the_day_and_an_hour_only_where_it_matters(
    app: Flask, opening: datetime, said: str
) -> None:
    with pytest.raises(Closed, match=said):
        operations.require_open(make_board(opens_at=opening), NOON)


def test_unknown_slugs_find_nothing(app: Flask) -> None:
    assert queries.campaign_by_slug("none") is None and queries.board_by_slug("none") is None


@pytest.mark.parametrize("slug", ["", "A", "a b", "a/b", "-a", "a--b", "献策", "a" * 61, "a\n"])
def test_a_malformed_slug_is_refused(app: Flask, slug: str) -> None:
    with pytest.raises(PortalError, match="网址名称"):
        operations.create_campaign(slug, "题", SYSTEM)


def test_a_slug_serves_once(app: Flask) -> None:
    campaign = make_campaign("one")
    make_board("ideas", campaign)
    with pytest.raises(PortalError, match="用过"):
        operations.create_campaign("one", "又一次", SYSTEM)
    with pytest.raises(PortalError, match="用过"):
        operations.create_board(campaign, "ideas", "又一个", BoardKind.FORUM, SYSTEM)


def test_it_cannot_close_before_it_opens(app: Flask) -> None:
    with pytest.raises(PortalError, match="结束时间"):
        operations.create_campaign("one", "题", SYSTEM, opens_at=NOON, closes_at=NOON)


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [(None, None, True), (0, None, True), (1, None, False), (None, 0, False), (-1, 1, True), (-2, -1, False)],
)
def test_open_campaigns_and_require_open_agree(
    app: Flask, opens: int | None, closes: int | None, is_open: bool
) -> None:
    campaign = make_campaign(
        opens_at=None if opens is None else NOON + opens * DAY,
        closes_at=None if closes is None else NOON + closes * DAY,
    )
    board = make_board(campaign=campaign)
    assert (campaign in queries.open_campaigns(NOON)) is is_open
    if is_open:
        operations.require_open(board, NOON)
    else:
        with pytest.raises(Closed):
            operations.require_open(board, NOON)


def test_the_campaign_opened_last_comes_first(app: Flask) -> None:
    always, old, new = make_campaign("always"), make_campaign("old"), make_campaign("new")
    old.opens_at, new.opens_at = NOON - 2 * DAY, NOON - DAY
    db.session.commit()
    assert queries.open_campaigns(NOON) == [new, old, always]
    assert set(queries.all_campaigns()) == {always, old, new}


def test_a_closed_board_says_so_in_the_agreed_words(app: Flask) -> None:
    board = make_board(closes_at=NOON)
    with pytest.raises(Closed) as refusal:
        operations.require_open(board, NOON)
    assert refusal.value.message == "本次征集已结束，您可以看看结果"


def test_what_is_not_yet_open_names_the_later_of_both_openings(app: Flask) -> None:
    board = make_board(campaign=make_campaign(opens_at=NOON + DAY), opens_at=NOON + 2 * DAY)
    with pytest.raises(Closed) as refusal:
        operations.require_open(board, NOON)
    assert "2026年5月3日 12:00" in refusal.value.message


def test_who_may_post(app: Flask) -> None:
    everybody = make_board("open")
    members = make_board("members", who_may_post=WhoMayPost.REGISTERED)
    visitor, citizen = Actor(visitor_key="v"), Actor(user_id=7)
    assert operations.may_post(everybody, visitor) and operations.may_post(everybody, citizen)
    assert operations.may_post(members, citizen) and not operations.may_post(members, visitor)
