"""The demo: a campaign that every page has something to show of, made once however often it is asked for."""

import json
import stat
from pathlib import Path

from flask import Flask

from portal.accounts.queries import user_named
from portal.campaigns.queries import board_by_slug
from portal.campaigns.states import BoardKind
from portal.casework.models import Reply
from portal.core.clock import local, now
from portal.core.db import db
from portal.demo.loading import content
from portal.opinions.models import Opinion
from portal.opinions.queries import ledger
from portal.opinions.states import OpinionState
from tests.kit.client import PageClient


def load(app: Flask, *arguments: str) -> str:
    db.session.rollback()
    accounts = Path(app.extensions["portal_settings"].instance_dir) / "demo-accounts.json"
    if "--again" not in arguments:
        accounts.unlink(missing_ok=True)
    result = app.test_cli_runner().invoke(
        args=["demo", "load", *[each for each in arguments if each != "--again"]]
    )
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result.output


def test_loading_twice_makes_everything_once(app: Flask) -> None:
    load(app)
    first = ledger()
    entries = [*content("opinions.json"), *content("drafts.json")]
    assert first["received"] == len(entries)
    assert first["rejected"] == sum(entry["outcome"] == "rejected" for entry in entries)
    assert first["waiting"] == sum(entry["outcome"] == "waiting" for entry in entries)
    replies = db.session.scalar(db.select(db.func.count(Reply.id)))
    assert replies == sum(entry["reply"] is not None for entry in entries)
    load(app, "--again")
    assert ledger() == first
    assert db.session.scalar(db.select(db.func.count(Reply.id))) == replies


def test_some_answers_are_due_soon_and_one_or_two_are_late(app: Flask) -> None:
    load(app)
    today = local(now(), app.extensions["portal_settings"].timezone).date()
    waiting = db.select(Opinion).where(Opinion.due_on.is_not(None), Opinion.answered_at.is_(None))
    days = sorted((opinion.due_on - today).days for opinion in db.session.scalars(waiting) if opinion.due_on)
    assert 2 <= sum(day < 0 for day in days) <= 7 and sum(0 <= day <= 7 for day in days) >= 10
    officer = PageClient(app).as_user(user_named("officer"))
    late = officer.get("/desk/casework?answered=overdue").soup.select(".opinion-card")
    assert 1 <= len(late) <= 2 and all("已过期限" in card.get_text() for card in late)
    for opinion in db.session.scalars(db.select(Opinion).where(Opinion.due_on.is_not(None))):
        assert opinion.board.kind != BoardKind.CONSULTATION


def test_no_personal_data_of_the_demo_is_public(app: Flask) -> None:
    load(app)
    for body in db.session.scalars(db.select(Opinion.body).where(Opinion.state == OpinionState.PUBLISHED)):
        assert "1380000" not in body


def test_bare_makes_all_but_opinions(app: Flask) -> None:
    load(app, "--bare")
    assert ledger()["received"] == 0
    assert board_by_slug("suggestions") and board_by_slug("messages")
    client = PageClient(app)
    for path in ("/", "/boards/suggestions", "/boards/messages/new", "/campaigns/xianyice"):
        client.get(path)


def test_if_empty_leaves_a_used_site_alone(app: Flask) -> None:
    load(app, "--bare")
    before = (Path(app.extensions["portal_settings"].instance_dir) / "demo-accounts.json").read_text()
    assert load(app, "--again", "--if-empty") == ""
    assert ledger()["received"] == 0
    assert (Path(app.extensions["portal_settings"].instance_dir) / "demo-accounts.json").read_text() == before


def test_the_accounts_work_and_their_file_is_private(app: Flask) -> None:
    printed = json.loads(load(app, "--bare", "--json"))
    path = Path(app.extensions["portal_settings"].instance_dir) / "demo-accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    accounts = json.loads(path.read_text())
    assert sorted(accounts) == printed["accounts"]
    assert sorted(accounts) == [
        "admin",
        "citizen",
        "coordinator",
        "editor",
        "inspector",
        "moderator",
        "officer",
    ]
    for name, password in accounts.items():
        assert user_named(name)
        PageClient(app).sign_in(name, password)
