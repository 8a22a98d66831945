"""Another password, another address, all sessions ended."""

import pytest
from flask import Flask

from portal.accounts.models import AccountSession
from portal.accounts.queries import account_mail, user_named
from portal.core.db import db
from tests.accounts.limits import fresh_limits
from tests.factories.accounts import make_user
from tests.kit.client import PASSWORD, PageClient

NEW = "another horse entirely"


def change(client: PageClient, current: str = PASSWORD, new: str = NEW, status: int = 302) -> str:
    typed = {"current": current, "password": new, "again": new}
    return client.submit("/me/password", typed, status=status).text


def test_a_new_password_ends_the_other_sessions_and_not_this_one(app: Flask) -> None:
    make_user("zhang")
    here, there = PageClient(app).sign_in("zhang"), PageClient(app).sign_in("zhang")
    change(here)
    here.get("/me/account")
    there.get("/me/account", status=302)
    PageClient(app).submit("/sign-in", {"username": "zhang", "password": PASSWORD}, status=400)
    PageClient(app).sign_in("zhang", NEW).get("/me/account")


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [("not it at all", NEW, "现在的密码不对"), (PASSWORD, "short", "密码至少要有"), (PASSWORD, "zhang12345678", "用户名")],
)  # fmt: skip
def test_a_refused_change_changes_nothing(client: PageClient, current: str, new: str, words: str) -> None:
    make_user("zhang")
    client.sign_in("zhang")
    assert words in change(client, current, new, status=400)
    PageClient(client.app).sign_in("zhang")


def test_guessing_the_password_at_a_forgotten_phone_is_limited(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh_limits(app, monkeypatch)
    client.as_user(make_user("zhang"))
    for _attempt in range(5):
        change(client, "wrong password", status=400)
    assert "尝试次数太多" in change(client, status=400)


def test_all_sessions_end_at_once(app: Flask) -> None:
    user, other = make_user("zhang"), make_user("li")
    here, there = PageClient(app).as_user(user), PageClient(app).as_user(user)
    PageClient(app).as_user(other)
    assert "现在有2处登录着" in here.get("/me/account").main
    page = here.submit("/me/account", {}, form="main form", follow=True, status=200)
    assert "所有设备上的登录都已退出" in page.text
    there.get("/me/account", status=302)
    left = db.session.scalars(db.select(AccountSession.user_id)).all()
    assert left == [other.id]


def test_33_pages_of_an_account_are_never_stored(app: Flask, client: PageClient) -> None:
    client.as_user(make_user("zhang"))
    for path in ("/me/account", "/me/password"):
        assert client.get(path).response.headers["Cache-Control"] == "no-store"


def test_where_no_mail_is_sent_no_page_speaks_of_it(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, own = ("/registration", "/sign-in", "/password-reset"), make_user("zhang")
    assert any("邮" in client.get(path).main for path in pages)
    fresh_limits(app, monkeypatch, smtp_host="")
    for path in pages:
        assert "邮" not in client.get(path).main
    client.submit("/registration", {"mail": "a@example.cn"}, status=400)
    client.post("/password-reset", {"username": "zhang", "csrf_token": client.token()}, status=404)
    client.as_user(own)
    assert "邮" not in client.get("/me/account").main
    client.get("/me/mail", status=404)


def test_an_address_is_kept_sealed_and_removed(app: Flask, client: PageClient) -> None:
    key = app.extensions["portal_settings"].contact_key
    client.as_user(make_user("zhang"))
    for bad in ("nobody", "a@b", "a@b.cn\r\nBcc: c@d.cn", "a b@c.cn", "x" * 250 + "@b.cn"):
        assert "邮箱" in client.submit("/me/mail", {"mail": bad, "notices": "y"}, status=400).main
    client.submit("/me/mail", {"mail": " zhang@example.cn ", "notices": "y"})
    user = user_named("zhang")
    assert user is not None and user.mail_sealed is not None and user.mail_notices
    assert b"zhang" not in user.mail_sealed and account_mail(user, key) == "zhang@example.cn"
    assert "zhang@example.cn" in client.get("/me/account").main
    client.submit("/me/mail", {"mail": ""})
    db.session.expire_all()
    assert user.mail_sealed is None and not user.mail_notices
