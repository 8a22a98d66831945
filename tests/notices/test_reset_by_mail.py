"""A new password by a mailed link: the same for every name, links from the configured address, serving once."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from portal.accounts.models import AccountToken
from portal.accounts.operations import set_mail
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.notices.models import Mail
from tests.factories.accounts import make_user
from tests.kit.client import PASSWORD, Page, PageClient
from tests.kit.mail_server import text_of
from tests.notices.conftest import Post

NEW = "another horse entirely"
TYPED = {"password": NEW, "again": NEW}


@pytest.fixture
def owner(app: Flask, post: Post) -> None:
    """An account with a mail address."""
    set_mail(make_user("zhang"), "zhang@example.org", False, post.settings.contact_key, SYSTEM)
    db.session.commit()


def ask(app: Flask, name: str = "zhang", **environ: str) -> str:
    client = PageClient(app)
    # The form, too, under the host that is claimed: cookies belong to it.
    opened = client._open("/password-reset", environ_overrides=environ)
    values = {**Page(opened).form(), "username": name}
    response = client._open("/password-reset", method="POST", data=values, environ_overrides=environ)
    assert response.status_code == 200
    return str(response.get_data(as_text=True))


def mailed_path(post: Post) -> str:
    link = next(line for line in text_of(post.server.letters[-1][1]).splitlines() if "://" in line)
    assert link.startswith("https://xianyice.example.cn/password-reset/links/")
    return urlsplit(link).path


def test_a_mailed_link_sets_a_new_password_once(app: Flask, post: Post, owner: None) -> None:
    ask(app, " ZHANG ")
    assert post.deliver() == 1
    assert post.server.letters[0][0] == "zhang@example.org"
    client, path = PageClient(app), mailed_path(post)
    client.submit(path, TYPED)
    client.sign_in("zhang", NEW).get("/me")
    assert "链接已失效" in PageClient(app).get(path, status=404).main
    PageClient(app).post(path, {**TYPED, "csrf_token": client.token()}, status=400)


def test_25_a_mail_scanner_that_opens_the_link_does_not_use_it_up(
    app: Flask, post: Post, owner: None
) -> None:
    """CVE-2019-1020018."""
    ask(app)
    post.deliver()
    path = mailed_path(post)
    for _visit in range(3):
        response = PageClient(app).get(path).response
        assert response.headers["Cache-Control"] == "no-store"
        PageClient(app).browser.head(path)
    PageClient(app).submit(path, TYPED)


def test_24_a_link_expires(app: Flask, post: Post, owner: None) -> None:
    ask(app)
    post.deliver()
    token = db.session.scalars(db.select(AccountToken)).one()
    assert token.expires_at - token.created_at == timedelta(hours=1)
    page = PageClient(app).get(mailed_path(post))
    token.expires_at = now()
    db.session.commit()
    PageClient(app).get(mailed_path(post), status=404)
    client = PageClient(app)
    client.post(mailed_path(post), {**TYPED, "csrf_token": client.token()}, status=404)
    assert page.status == 200
    PageClient(app).sign_in("zhang", PASSWORD)


def test_26_a_forged_host_header_gets_into_no_mail(app: Flask, post: Post, owner: None) -> None:
    """CVE-2021-30185."""
    ask(app, HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example")
    post.deliver()
    assert "evil.example" not in text_of(post.server.letters[0][1])
    assert mailed_path(post)


def test_39_asking_does_the_same_for_every_name(app: Flask, post: Post, owner: None) -> None:
    """CVE-2026-33877: the answer, and what the database is asked, do not depend on whether the account exists."""
    make_user("li")
    answers, statements = set(), []
    for name in ("zhang", "li", "nobody"):
        seen = _statements(lambda name=name: answers.add(_without_secrets(ask(app, name))))
        statements.append(seen)
    assert len(answers) == 1
    assert statements[0] == statements[1] == statements[2]
    sizes = {
        len(mail.sealed or b"") - len(name)
        for mail, name in zip(_mails(), ("zhang", "li", "nobody"), strict=True)
    }
    assert len(sizes) == 1
    assert post.deliver() == 1
    assert [address for address, _letter in post.server.letters] == ["zhang@example.org"]
    assert [mail.state for mail in _mails()] == ["sent", "dropped", "dropped"]


def _mails() -> list[Mail]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Mail).order_by(Mail.id)))


def _statements(step: Any) -> list[str]:
    """What the database was asked during `step`."""
    seen: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    try:
        step()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", hear)
    return seen


def _without_secrets(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


def test_29_one_address_gets_five_links_a_day(app: Flask, post: Post, owner: None) -> None:
    for _time in range(7):
        ask(app)
        post.deliver()
    assert len(post.server.letters) == 5


def test_only_the_last_link_serves(app: Flask, post: Post, owner: None) -> None:
    for _time in range(2):
        ask(app)
        post.deliver()
    first, last = post.server.letters[0][1], mailed_path(post)
    link = next(line for line in text_of(first).splitlines() if "://" in line)
    PageClient(app).get(urlsplit(link).path, status=404)
    PageClient(app).get(last)


def test_a_token_is_kept_only_as_a_hash(app: Flask, post: Post, owner: None) -> None:
    ask(app)
    post.deliver()
    token = mailed_path(post).rsplit("/", 1)[-1]
    kept = db.session.scalars(db.select(AccountToken)).one()
    assert token not in repr(vars(kept)) + repr([vars(mail) for mail in _mails()])
