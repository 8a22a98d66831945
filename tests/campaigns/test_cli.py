"""`flask campaigns …`."""

import json

from flask import Flask

from portal.campaigns.queries import board_by_slug, campaign_by_slug
from portal.campaigns.states import ModerationMode
from portal.core.db import db
from tests.kit.client import PageClient


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["campaigns", *arguments])
    db.session.rollback()
    return result.exit_code, result.output


def test_a_campaign_with_a_board_takes_opinions(app: Flask) -> None:
    code, printed = run(
        app, "create", "spring", "春季征集", "--from", "2026-01-01", "--to", "2999-12-31", "--json"
    )
    assert (code, json.loads(printed)) == (0, {"slug": "spring", "title": "春季征集"})
    code, _printed = run(app, "add-board", "spring", "ideas", "出主意", "--moderation", "post")
    assert code == 0
    board = board_by_slug("ideas")
    assert board is not None and board.moderation == ModerationMode.AFTER
    campaign = campaign_by_slug("spring")
    assert campaign is not None and campaign.opens_at is not None
    # Midnight at the site, which is eight hours ahead of Greenwich.
    assert campaign.opens_at.isoformat() == "2025-12-31T16:00:00+00:00"
    PageClient(app).get("/boards/ideas/new")


def test_what_cannot_be_made_is_one_sentence(app: Flask) -> None:
    assert run(app, "create", "Spring!", "x")[0] == 1
    run(app, "create", "spring", "x")
    code, printed = run(app, "create", "spring", "x")
    assert code == 1 and "已经用过" in printed
    code, printed = run(app, "add-board", "autumn", "ideas", "x")
    assert code == 1 and "没有征集活动" in printed
    code, printed = run(app, "create", "late", "x", "--from", "2026-02-01", "--to", "2026-01-01")
    assert code == 1 and "Traceback" not in printed
