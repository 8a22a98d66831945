"""Drafts that are consulted on: open long enough or with a reason; and the stages of a campaign."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.campaigns import operations, queries
from portal.campaigns.models import Board
from portal.campaigns.operations import Stage
from portal.campaigns.states import BoardKind, days_left, last_day
from portal.config import Settings
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import SYSTEM
from tests.campaigns.test_cli import run
from tests.factories.campaigns import make_campaign
from tests.kit.client import PageClient

NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
DAY = timedelta(days=1)
DRAFT = "第一条 为了方便。\n\n第二条 摊点摆在哪里。\n"


def new_board(closes_at: datetime | None, opens_at: datetime | None = None) -> Board:
    return operations.create_board(
        make_campaign(), "stalls", "摊点办法", BoardKind.CONSULTATION, SYSTEM, opens_at=opens_at, closes_at=closes_at
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "reason", "fits"), [(30, "", True), (29, "", False), (29, "汛期在前", True)]
)
def test_a_draft_is_open_long_enough_or_says_why(app: Flask, days: int, reason: str, fits: bool) -> None:
    with fixed(NOON):
        board = new_board(NOON + days * DAY)
        if fits:
            made = operations.create_consultation(board, DRAFT, SYSTEM, least_days=30, short_reason=reason)
            assert queries.consultation_of(board) is made and made.short_reason == reason
        else:
            with pytest.raises(PortalError, match="少于30天"):
                operations.create_consultation(board, DRAFT, SYSTEM, least_days=30, short_reason=" ")


def test_days_before_the_board_was_made_do_not_count(app: Flask) -> None:
    campaign = make_campaign(opens_at=NOON - 20 * DAY, closes_at=NOON + 20 * DAY)
    with fixed(NOON):
        board = new_board(None)
        assert operations.consultation_window(board) == (NOON, campaign.closes_at)
        with pytest.raises(PortalError, match="少于30天"):
            operations.create_consultation(board, DRAFT, SYSTEM, least_days=30)


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00"])
def test_an_empty_draft_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(PortalError, match="空的"):
        operations.create_consultation(new_board(NOON), text, SYSTEM, least_days=30)


def test_a_draft_without_a_last_day_is_refused(app: Flask) -> None:
    with pytest.raises(PortalError, match="最后一天"):
        operations.create_consultation(new_board(None), DRAFT, SYSTEM, least_days=30)


def test_the_command_reads_the_draft_from_a_file(app: Flask, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("\ufeff" + DRAFT, encoding="utf-8")
    run(app, "create", "spring", "春季征集")
    asked = ("add-board", "spring", "stalls", "摊点办法", "--kind", "consultation", "--to", "2999-12-31")
    assert run(app, *asked)[0] == 1
    assert run(app, "add-board", "spring", "stalls", "x", "--text", str(draft))[0] == 1
    code, printed = run(app, *asked, "--text", str(draft))
    assert code == 0, printed
    page = PageClient(app).get("/boards/stalls")
    clauses = [tag.get_text(strip=True) for tag in page.soup.select(".clauses__item")]
    assert clauses == ["第一条 为了方便。", "第二条 摊点摆在哪里。"]
    assert page.one("#p2").get_text(strip=True).startswith("第二条")


def test_a_short_one_shows_its_reason_and_markup_in_the_draft_is_text(app: Flask, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("<script>alert(1)</script> 第一条", encoding="utf-8")
    run(app, "create", "spring", "春季征集")
    settings: Settings = app.extensions["portal_settings"]
    with fixed(NOON):
        asked = ("add-board", "spring", "stalls", "摊点办法", "--kind", "consultation", "--to", "2026-05-10")
        code, printed = run(app, *asked, "--text", str(draft))
        assert code == 1 and f"少于{settings.consultation_days}天" in printed
        assert queries.board_by_slug("stalls") is None
        assert run(app, *asked, "--text", str(draft), "--short-reason", "汛期在前")[0] == 0
        page = PageClient(app).get("/boards/stalls")
    assert "理由：汛期在前" in page.main
    assert "&lt;script&gt;" in page.html and "<script>alert" not in page.html


def stages(*spans: tuple[int, int]) -> list[Stage]:
    start = date(2026, 5, 1)
    return [
        Stage(f"第{number}步", start + timedelta(days=first), start + timedelta(days=last))
        for number, (first, last) in enumerate(spans, 1)
    ]


def test_stages_are_set_anew_and_kept_by_batch(app: Flask) -> None:
    campaign = make_campaign()
    operations.set_stages(campaign, stages((0, 5), (6, 9), (10, 11)), SYSTEM)
    operations.set_stages(campaign, stages((0, 1), (2, 3), (4, 5), (6, 7)), SYSTEM, batch="第二批")
    operations.set_stages(campaign, stages((0, 9), (10, 19), (20, 29)), SYSTEM)
    db.session.commit()
    found = [(stage.batch, stage.title, stage.ends_on.day) for stage in queries.stages_of(campaign)]
    assert found[:3] == [("", "第1步", 10), ("", "第2步", 20), ("", "第3步", 30)]
    assert len(found) == 7


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 1), (2, 3)],
        [(0, 1)] * 6,
        [(0, 5), (5, 6), (7, 8)],
        [(0, 1), (4, 3), (5, 6)],
        [(3, 4), (0, 1), (5, 6)],
    ],
)
def test_stages_that_do_not_follow_one_another_are_refused(app: Flask, spans: list[tuple[int, int]]) -> None:
    with pytest.raises(PortalError, match="阶段"):
        operations.set_stages(make_campaign(), stages(*spans), SYSTEM)


def test_the_command_sets_stages_that_the_campaign_shows(app: Flask) -> None:
    run(app, "create", "spring", "春季征集")
    asked = ["set-stages", "spring"]
    today = now().date()
    for name, first, last in (("学习调研", -30, -9), ("分析检查", -8, 8), ("整改落实", 9, 30)):
        asked += ["--stage", name, *[str(today + timedelta(days=days)) for days in (first, last)]]
    assert run(app, *asked)[0] == 0
    page = PageClient(app).get("/campaigns/spring")
    current = [tag.get_text() for tag in page.soup.select("[aria-current=step] .stages__title")]
    assert current == ["分析检查现在"]
    assert run(app, *asked[:-4])[0] == 1
    assert run(app, "set-stages", "autumn", *asked[2:])[0] == 1


def test_days_left_are_those_of_the_wall_clock(app: Flask) -> None:
    zone = app.extensions["portal_settings"].timezone
    midnight = datetime(2026, 5, 31, 16, 0, tzinfo=UTC)  # the end of 31 May in Shanghai
    assert last_day(midnight, zone) == date(2026, 5, 31)
    assert days_left(NOON, midnight, zone) == 30
    assert days_left(midnight - timedelta(seconds=1), midnight, zone) == 0
    assert days_left(midnight, midnight, zone) == -1
