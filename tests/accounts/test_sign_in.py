"""Signing in and out, as a browser does it."""

from unittest.mock import Mock, patch

import pytest
from flask import Flask

from portal.accounts import passwords
from portal.accounts.models import AccountSession
from portal.accounts.passwords import hashed, matches
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.rights import Role
from tests.accounts.limits import fresh_limits
from tests.factories.accounts import make_user
from tests.kit.client import PASSWORD, PageClient
from tests.kit.races import race


def test_staff_arrive_at_the_desk_and_citizens_at_home(app: Flask) -> None:
    make_user("moderator", Role.MODERATOR)
    make_user("citizen")
    for name, target in (("moderator", "/desk/"), ("citizen", "/")):
        client = PageClient(app)
        page = client.submit("/sign-in", {"username": name, "password": PASSWORD})
        assert page.response.location == target


def test_the_user_name_is_found_in_any_case_and_with_spaces_around(client: PageClient) -> None:
    make_user("moderator", Role.MODERATOR)
    client.submit("/sign-in", {"username": "  Moderator ", "password": PASSWORD})
    client.get("/desk/")


@pytest.mark.parametrize(("username", "password"), [("moderator", "wrong password"), ("nobody", PASSWORD)])
def test_a_refusal_reads_the_same_whether_or_not_the_name_exists(
    client: PageClient, username: str, password: str
) -> None:
    make_user("moderator", Role.MODERATOR)
    page = client.submit("/sign-in", {"username": username, "password": password}, status=400)
    assert "用户名或密码不对" in page.main
    assert page.form()["username"] == username
    assert page.form()["password"] == ""


def test_39_an_unknown_name_costs_the_same_hashing(client: PageClient) -> None:
    """CVE-2026-33877: the time of the answer tells nothing, because the same work is done."""
    make_user("moderator", Role.MODERATOR)
    for name in ("moderator", "nobody"):
        with patch.object(passwords, "_hasher", Mock(wraps=passwords._hasher)) as hasher:
            client.submit("/sign-in", {"username": name, "password": "wrong password"}, status=400)
        assert hasher.verify.call_count == 1


def test_a_closed_account_cannot_sign_in(client: PageClient) -> None:
    user = make_user("moderator", Role.MODERATOR)
    user.active = False
    db.session.commit()
    page = client.submit("/sign-in", {"username": "moderator", "password": PASSWORD}, status=400)
    assert "用户名或密码不对" in page.main


@pytest.mark.parametrize("username", ["locked", "nobody-at-all"])
def test_after_five_failures_even_the_right_password_waits(
    client: PageClient, app: Flask, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("locked", Role.MODERATOR)
    fresh_limits(app, monkeypatch)
    for _attempt in range(5):
        client.submit("/sign-in", {"username": username, "password": "wrong password"}, status=400)
    page = client.submit("/sign-in", {"username": username, "password": PASSWORD}, status=400)
    assert "尝试次数太多" in page.main


def test_guesses_made_at_once_are_no_more_than_five(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is counted before the password is looked at: hashing is slow, and a hundred could wait for it together."""
    make_user("locked", Role.MODERATOR)
    fresh_limits(app, monkeypatch)
    clients = [PageClient(app) for _number in range(12)]
    sent = [
        {"csrf_token": each.token(), "username": "locked", "password": "wrong password"} for each in clients
    ]
    with patch.object(passwords, "_hasher", Mock(wraps=passwords._hasher)) as hasher:
        assert race(clients, "/sign-in", sent) == [400] * 12
    assert hasher.verify.call_count == 5


def test_who_signs_in_rightly_is_never_locked_out(
    client: PageClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("moderator", Role.MODERATOR)
    fresh_limits(app, monkeypatch)
    for _time in range(7):
        PageClient(app).sign_in("moderator")


def test_the_session_is_another_one_after_signing_in(client: PageClient) -> None:
    make_user("moderator", Role.MODERATOR)
    with client.browser.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.sign_in("moderator")
    with client.browser.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_this_session_even_for_a_kept_cookie_and_no_other(app: Flask) -> None:
    make_user("moderator", Role.MODERATOR)
    here, there = PageClient(app).sign_in("moderator"), PageClient(app).sign_in("moderator")
    stolen = here.browser.get_cookie("session")
    assert stolen is not None
    here.submit(here.get("/desk/"), {}, form="header form")
    thief = PageClient(app)
    thief.browser.set_cookie("session", stolen.value)
    assert thief.get("/desk/", status=302).response.location.startswith("/sign-in")
    there.get("/desk/")


def test_an_expired_session_is_nobody(app: Flask, client: PageClient) -> None:
    make_user("moderator", Role.MODERATOR)
    client.sign_in("moderator")
    session = db.session.scalars(db.select(AccountSession)).one()
    session.expires_at = session.created_at
    db.session.commit()
    assert client.get("/desk/", status=302).response.location.startswith("/sign-in")


def test_who_is_not_signed_in_comes_back_where_they_wanted(client: PageClient) -> None:
    make_user("moderator", Role.MODERATOR)
    away = client.get("/desk/?x=1", status=302).response.location
    assert "登录后会回到这里" in client.get(away).main
    page = client.submit(away, {"username": "moderator", "password": PASSWORD})
    assert page.response.location == "/desk/?x=1"


def test_signing_in_and_out_stand_in_the_audit_log_without_address(client: PageClient) -> None:
    make_user("moderator", Role.MODERATOR)
    client.sign_in("moderator")
    client.submit(client.get("/desk/"), {}, form="header form")
    events = db.session.scalars(db.select(AuditEvent).where(AuditEvent.target_kind == "user")).all()
    assert {"signed_in", "signed_out"} <= {event.action for event in events}
    assert all("127.0.0.1" not in str(vars(event)) for event in events)


def test_a_password_is_kept_as_argon2id() -> None:
    stored = hashed(PASSWORD)
    assert stored.startswith("$argon2id$")
    assert matches(stored, PASSWORD)
    assert not matches(stored, PASSWORD + "x")
    assert not matches("not a hash", PASSWORD)
