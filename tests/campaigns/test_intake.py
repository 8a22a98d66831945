"""The switch of intake: holds at once, says why, comes back by itself, is nobody's but the administrator's."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.audit.models import AuditEvent
from portal.campaigns.intake import intake_now, set_intake
from portal.campaigns.models import Intake
from portal.campaigns.states import IntakeMode, ModerationMode
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.errors import Closed, NotAllowed, PortalError
from portal.core.rights import SYSTEM, Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.states import HoldReason, OpinionState
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion, make_receipt
from tests.kit.client import PageClient
from tests.kit.races import race

FORM = "/boards/suggestions/new"
GOOD = {"title": "修路", "body": "村口的路坏了，希望修一修。", "consent": "y"}
DESK = "/desk/intake"


def switch(mode: IntakeMode, reason: str = "", until: datetime | None = None) -> None:
    set_intake(mode, SYSTEM, reason=reason, until=until)
    db.session.commit()


def administrator(app: Flask) -> PageClient:
    return PageClient(app).as_user(make_user("admin", Role.ADMINISTRATOR))


def test_a_form_open_while_intake_is_paused_keeps_what_was_typed(client: PageClient) -> None:
    make_board()
    page = client.get(FORM)
    switch(IntakeMode.PAUSED, "系统维护。")
    refused = client.submit(page, GOOD, status=409)
    assert "原因：系统维护。" in refused.main and "系统维护。。" not in refused.main
    assert "恢复后请再提交一次" in refused.main
    assert refused.form()["body"].strip() == GOOD["body"]
    assert db.session.scalar(sa.select(sa.func.count(Opinion.id))) == 0
    switch(IntakeMode.NORMAL)
    checked = client.submit(refused, {}, status=200)
    client.submit(checked, {}, form=f'form[action="{FORM}"]', status=200)
    assert db.session.scalar(sa.select(sa.func.count(Opinion.id))) == 1


def test_every_public_page_says_that_intake_is_paused_and_the_form_says_why(client: PageClient) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    paths = ("/", "/boards/suggestions", f"/opinions/{opinion.public_id}", "/receipts")
    switch(IntakeMode.PAUSED, "有人刷屏")
    for path in (*paths, FORM):
        assert "现在暂停接收意见。原因：有人刷屏。" in client.get(path).main
    switch(IntakeMode.REVIEW)
    for path in (*paths, FORM):
        assert "暂停接收" not in client.get(path).main


def test_who_has_typed_nothing_yet_is_not_told_of_what_was_typed(app: Flask) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    citizen = PageClient(app).as_user(make_user("citizen"))
    citizen.post(f"{FORM}/draft", {**citizen.get(FORM).form(), "body": GOOD["body"]})
    draft = next(link for link in citizen.get("/me/drafts").links() if link.startswith("/me/drafts/"))
    switch(IntakeMode.PAUSED, "有人刷屏")
    for path in (FORM, "/opinions/new", f"/opinions/{opinion.public_id}/comments/new", draft):
        shown = citizen.get(path).main
        assert "现在暂停接收意见" in shown and "写好的内容没有提交" not in shown and "再提交一次" not in shown
    assert GOOD["body"] in citizen.get(draft).main and "草稿还在您的账号里" in citizen.get(draft).main


def test_a_pause_ends_by_itself(app: Flask) -> None:
    board = make_board()
    switch(IntakeMode.PAUSED, "维护", now() + timedelta(hours=2))
    with pytest.raises(Closed, match=r"预计.*恢复"):
        make_receipt(board)
    with fixed(now() + timedelta(hours=3)):
        make_receipt(board)
        assert intake_now(now()).mode is IntakeMode.NORMAL


def test_with_review_a_board_that_publishes_at_once_does_not(app: Flask) -> None:
    board = make_board(moderation=ModerationMode.AFTER)
    switch(IntakeMode.REVIEW)
    opinion = make_receipt(board).opinion
    assert (opinion.state, opinion.held_for) == (OpinionState.WAITING, HoldReason.INTAKE)
    assert make_receipt(make_board("other")).opinion.held_for is None
    switch(IntakeMode.NORMAL)
    assert (
        make_receipt(board, body="另外一件事，和刚才那件没有关系。").opinion.state == OpinionState.PUBLISHED
    )
    assert opinion.state == OpinionState.WAITING


def test_only_an_administrator_of_the_whole_site_may_turn_it(app: Flask) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            set_intake(IntakeMode.PAUSED, actor_with(Grant(role, "市/甲局")))
    with pytest.raises(NotAllowed):
        set_intake(IntakeMode.PAUSED, actor_with(Grant(Role.ADMINISTRATOR, "市/甲局")))
    set_intake(IntakeMode.PAUSED, actor_with(Role.ADMINISTRATOR))


def test_what_cannot_be_is_refused(app: Flask) -> None:
    with pytest.raises(PortalError, match="以后"):
        set_intake(IntakeMode.PAUSED, SYSTEM, until=now() - timedelta(seconds=1))
    with pytest.raises(PortalError, match="200"):
        set_intake(IntakeMode.PAUSED, SYSTEM, reason="长" * 201)


def test_the_page_turns_it_and_the_log_says_who(app: Flask) -> None:
    client = administrator(app)
    typed = {"mode": "pause", "reason": "", "until": "2999-01-01T08:00"}
    refused = client.submit(DESK, typed, status=400)
    assert "请告诉大家原因" in refused.main and "请填写1900年到2200年之间的日期" in refused.main
    until = f"{now() + timedelta(days=2):%Y-%m-%dT08:00}"
    shown = client.submit(
        refused, {"mode": "pause", "reason": "维护", "until": until}, follow=True, status=200
    )
    assert "已改为：暂停接收" in shown.text and "08:00自动恢复" in shown.main
    assert client.get(DESK).form()["until"] == until
    entry = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "intake_switched")).one()
    assert (entry.actor_name, entry.details["before"], entry.details["mode"]) == ("admin", "normal", "pause")
    client.submit(DESK, {"mode": "normal"})
    assert client.get(DESK).form()["reason"] == ""


@pytest.mark.parametrize(
    "typed",
    [
        {"mode": "x"},
        {"mode": ""},
        {"until": "gestern"},
        {"until": "2000-01-01T00:00"},
        {"reason": "长" * 201},
    ],
)
def test_nonsense_changes_nothing(app: Flask, typed: dict[str, str]) -> None:
    administrator(app).submit(DESK, {"mode": "pause", "reason": "维护", **typed}, status=400)
    assert intake_now(now()).mode is IntakeMode.NORMAL


def test_two_administrators_at_once_leave_one_row(app: Flask) -> None:
    clients = [administrator(app) for _number in range(2)]
    sent = [
        {"csrf_token": client.token(), "mode": mode, "reason": "维护"}
        for client, mode in zip(clients, ("pause", "review"), strict=True)
    ]
    assert race(clients, DESK, sent) == [302, 302]
    assert db.session.scalar(sa.select(sa.func.count(Intake.id))) == 1


def test_the_command_turns_it_and_says_how_it_stands(app: Flask) -> None:
    runner = app.test_cli_runner()
    db.session.commit()
    assert "正常" in runner.invoke(args=["campaigns", "intake"]).output
    assert runner.invoke(args=["campaigns", "intake", "pause"]).exit_code == 2
    done = runner.invoke(
        args=["campaigns", "intake", "pause", "--reason", "维护", "--until", "2999-01-01 08:00"]
    )
    assert (done.exit_code, done.output) == (0, "接收：暂停接收，维护，到 2999-01-01 08:00\n")
    db.session.rollback()
    assert intake_now(now()).mode is IntakeMode.PAUSED
    late = runner.invoke(args=["campaigns", "intake", "review", "--until", "2020-01-01 08:00"])
    assert late.exit_code == 1 and "以后" in late.output
    assert '"mode": "pause"' in runner.invoke(args=["campaigns", "intake", "--json"]).output
