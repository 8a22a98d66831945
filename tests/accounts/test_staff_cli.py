"""`flask users`: who leaves an office keeps nothing that it opens."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.queries import user_named
from portal.audit.models import AuditEvent
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import Grant, Role
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

UNIT = "市/甲局"


def users(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["users", *arguments])


def account(name: str) -> User:
    db.session.expire_all()
    found = user_named(name)
    assert found is not None
    return found


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_closed_account_is_signed_out_and_cannot_sign_in(app: Flask) -> None:
    make_user("zhang", Role.MODERATOR)
    client = PageClient(app).sign_in("zhang")
    assert client.get("/desk/moderation").status == 200
    assert users(app, "close", "ZHANG").exit_code == 0
    client.get("/desk/moderation", status=302)
    fresh = PageClient(app)
    refused = fresh.submit("/sign-in", {"username": "zhang", "password": PASSWORD}, status=400)
    assert "zhang" in refused.html and not account("zhang").active
    assert users(app, "reopen", "zhang").exit_code == 0
    assert PageClient(app).sign_in("zhang").get("/desk/moderation").status == 200
    assert [action for action in actions() if action.startswith("account_")][-2:] == [
        "account_closed",
        "account_reopened",
    ]


def test_a_role_that_is_taken_opens_nothing_from_the_next_click_on(app: Flask) -> None:
    make_unit(UNIT)
    make_user("li", Role.MODERATOR, Grant(Role.OFFICER, UNIT))
    client = PageClient(app).sign_in("li")
    assert client.get("/desk/moderation").status == 200
    assert users(app, "take-role", "li", "moderator").exit_code == 0
    client.get("/desk/moderation", status=403)
    assert client.get("/desk/casework").status == 200
    assert users(app, "take-role", "li", "officer", "--unit", UNIT).exit_code == 0
    client.get("/desk/casework", status=403)
    assert actions().count("role_taken") == 2


def test_a_role_is_given_once(app: Flask) -> None:
    make_unit(UNIT)
    make_user("wang")
    for _time in range(2):
        assert users(app, "give-role", "wang", "officer", "--unit", UNIT).exit_code == 0
    assert [(role.role, role.unit_path) for role in account("wang").roles] == [("officer", UNIT)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("close", "nobody"), "没有账号「nobody」"),
        (("take-role", "wang", "moderator"), "没有这个角色"),
        (("take-role", "wang", "officer"), "没有这个角色"),
        (("give-role", "wang", "officer"), "要指定单位"),
        (("give-role", "wang", "officer", "--unit", "没有/这个"), "没有单位"),
        (("reopen", "gone"), "已经注销"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    app: Flask, arguments: tuple[str, ...], words: str
) -> None:
    make_unit(UNIT)
    make_user("wang", Grant(Role.OFFICER, UNIT))
    make_user("gone").erased_at = now()
    db.session.commit()
    done = users(app, *arguments)
    assert done.exit_code == 1 and words in done.output and "Traceback" not in done.output


def test_the_list_tells_who_holds_what(app: Flask) -> None:
    make_unit(UNIT)
    make_user("zhang", Role.MODERATOR, Grant(Role.OFFICER, UNIT))
    make_user("li", Role.COORDINATOR)
    make_user("citizen")
    users(app, "close", "li")
    lines = users(app, "list").output.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["li", "zhang"]
    assert lines[0].endswith("coordinator、已停用") and lines[1].endswith(f"moderator、officer（{UNIT}）")
