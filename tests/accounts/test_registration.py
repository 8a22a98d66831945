"""Registering: a name and a password, limits, and no more told than must be."""

from typing import Any
from unittest.mock import Mock, patch

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import passwords
from portal.accounts.models import User
from portal.accounts.passwords import MINIMUM_LENGTH, password_fault
from portal.accounts.queries import user_named
from portal.audit.models import AuditEvent
from portal.core.db import db
from tests.accounts.limits import fresh_limits
from tests.factories.accounts import make_user
from tests.kit.client import PASSWORD, PageClient

TYPED = {"username": "李大爷63", "password": PASSWORD, "again": PASSWORD, "consent": "y"}


def register(client: PageClient, changes: dict[str, Any] | None = None, **arguments: Any) -> Any:
    return client.submit("/registration", {**TYPED, **(changes or {})}, **arguments)


def test_who_registers_is_signed_in_and_can_sign_in_again(app: Flask, client: PageClient) -> None:
    page = register(client, follow=True, status=200)
    assert "账号已注册好" in page.main and "李大爷63" in page.main
    PageClient(app).sign_in("李大爷63").get("/me/account")
    user = user_named("李大爷63")
    assert user is not None and user.consent_at is not None and not user.roles


@pytest.mark.parametrize("name", ["ＣＩＴＩＺＥＮ", " citizen　", "ℂitizen", "ⓒitizen"])
def test_a_name_in_other_letters_of_the_same_shape_is_the_same_name(app: Flask, name: str) -> None:
    """So somebody with a Chinese keyboard signs in as ever, and nobody is somebody else's double."""
    make_user("citizen")
    assert "已经有人用了" in register(PageClient(app), {"username": name}, status=400).main
    PageClient(app).sign_in(name).get("/me/account")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"consent": None}, "请先勾选同意"),
        ({"username": "a"}, "用户名要有2到40个字符"),
        ({"username": "has space"}, "用户名要有2到40个字符"),
        ({"username": "x\r\nSubject: y"}, "用户名要有2到40个字符"),
        ({"again": "something else 9"}, "两次输入的密码不一样"),
        ({"password": "short", "again": "short"}, "密码至少要有10个字符"),
        ({"password": "Password123", "again": "Password123"}, "密码太常见"),
        ({"password": "aabbaabbaabb", "again": "aabbaabbaabb"}, "密码太常见"),
        ({"username": "wangxiaoming", "password": "WangXiaoming88", "again": "WangXiaoming88"}, "密码不能就是用户名"),
        ({"password": "x" * 201, "again": "x" * 201}, "200"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_what_was_typed_stays(
    client: PageClient, changes: dict[str, str | None], words: str
) -> None:
    page = register(client, changes, status=400)
    assert words in page.main
    assert page.form()["username"] == " ".join((changes.get("username") or TYPED["username"]).split())
    assert page.form()["password"] == ""
    assert db.session.query(User).count() == 0


def test_a_taken_name_is_refused_in_whatever_case(client: PageClient) -> None:
    make_user("zhang")
    assert "已经有人用了" in register(client, {"username": " ZHANG "}, status=400).main


def test_39_a_taken_name_costs_the_same_hashing(client: PageClient) -> None:
    make_user("zhang")
    for name, status in (("zhang", 400), ("free", 302)):
        with patch.object(passwords, "_hasher", Mock(wraps=passwords._hasher)) as hasher:
            register(client, {"username": name}, status=status)
        assert hasher.hash.call_count == 1


def test_31_a_role_or_a_state_cannot_be_sent_along(client: PageClient) -> None:
    values = client.get("/registration").form()
    extra = {"role": "administrator", "roles": "administrator", "active": "0", "id": "1", "mail_sealed": "x"}
    client.post("/registration", {**values, **TYPED, **extra})
    user = user_named("李大爷63")
    assert user is not None and not user.roles and user.active and user.mail_sealed is None
    refused = client.get("/desk/", status=403)
    assert "先登录" not in refused.main and not refused.soup.select('main a[href="/sign-in"]')


def test_many_registrations_from_one_network_are_refused_before_a_name_is_looked_up(
    client: PageClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh_limits(app, monkeypatch, registration_limit="2/hour")
    make_user("zhang")
    for _attempt in range(2):
        register(client, {"username": "zhang"}, status=400)
    page = register(client, {"username": "zhang"}, status=429)
    assert "操作太频繁" in page.main and "已经有人用了" not in page.main
    assert page.form()["username"] == "zhang"


def test_a_citizens_name_is_not_in_the_audit_log(client: PageClient) -> None:
    register(client)
    client.submit(client.get("/"), {}, form="header .site-account form")
    events = db.session.scalars(db.select(AuditEvent)).all()
    assert {"account_created", "signed_in", "signed_out"} <= {event.action for event in events}
    assert "李大爷63" not in str([vars(event) for event in events])


@given(st.text(max_size=40), st.text(min_size=2, max_size=40))
def test_no_password_is_both_accepted_and_short_or_the_name(password: str, name: str) -> None:
    with patch.object(passwords, "_", lambda text, **values: text % values):
        fault = password_fault(password, name)
    if fault is None:
        assert len(password) >= MINIMUM_LENGTH
        assert password.casefold() != name.casefold()
