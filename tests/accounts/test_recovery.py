"""A new password by a code that staff hand over."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.models import AccountToken
from portal.accounts.recovery import CODE_HOURS
from portal.audit.models import AuditEvent
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import Role
from tests.accounts.limits import fresh_limits
from tests.factories.accounts import make_user
from tests.kit.client import PASSWORD, PageClient
from tests.kit.races import race

NEW = "another horse entirely"


@pytest.fixture(autouse=True)
def counted_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests set passwords of the same name."""
    fresh_limits(app, monkeypatch)


def handed_over(app: Flask, name: str = "zhang") -> str:
    """A code, as an administrator gets it at the desk."""
    desk = PageClient(app).as_user(make_user("admin", Role.ADMINISTRATOR))
    page = desk.submit("/desk/accounts", {"username": name}, status=200)
    return page.one(".receipt-code").get_text(strip=True)


def use(client: PageClient, code: str, name: str = "zhang", new: str = NEW, status: int = 302) -> str:
    typed = {"username": name, "code": code, "password": new, "again": new}
    return client.submit("/password-reset/code", typed, status=status).text


def test_a_code_sets_a_new_password_and_ends_all_sessions(app: Flask, client: PageClient) -> None:
    there = PageClient(app).as_user(make_user("zhang"))
    code = handed_over(app)
    use(client, f" {code.lower()} ")
    there.get("/me/account", status=302)
    PageClient(app).submit("/sign-in", {"username": "zhang", "password": PASSWORD}, status=400)
    client.sign_in("zhang", NEW).get("/me/account")
    actions = set(db.session.scalars(db.select(AuditEvent.action)))
    assert {"reset_code_made", "password_reset"} <= actions


def test_24_a_code_serves_once_and_expires(app: Flask, client: PageClient) -> None:
    make_user("zhang")
    code = handed_over(app)
    use(client, code)
    assert "用户名或重置码不对" in use(client, code, status=400)
    late = handed_over(app)
    token = db.session.scalars(db.select(AccountToken)).one()
    assert token.expires_at - token.created_at == timedelta(hours=CODE_HOURS)
    token.expires_at = now()
    db.session.commit()
    assert "用户名或重置码不对" in use(client, late, status=400)


def test_of_two_who_use_one_code_at_once_one_gets_through(app: Flask) -> None:
    make_user("zhang")
    code = handed_over(app)
    clients = [PageClient(app) for _each in range(4)]
    forms = [client.get("/password-reset/code").form() for client in clients]
    typed = {"username": "zhang", "code": code, "password": NEW, "again": NEW}
    assert race(clients, "/password-reset/code", [{**form, **typed} for form in forms]) == [
        302,
        400,
        400,
        400,
    ]


def test_a_second_code_voids_the_first_and_opens_no_other_account(app: Flask, client: PageClient) -> None:
    make_user("zhang")
    make_user("li")
    first, second = handed_over(app), handed_over(app)
    use(client, first, status=400)
    use(client, second, "li", status=400)
    use(client, second)


def test_39_a_wrong_name_and_a_wrong_code_read_the_same(app: Flask, client: PageClient) -> None:
    make_user("zhang")
    code = handed_over(app)
    answers = {
        use(client, "AAAA-BBBB-CCCC", status=400).replace("zhang", "?"),
        use(client, code, "nobody", status=400).replace("nobody", "?"),
    }
    assert len(answers) == 1
    assert not any(value == code for value in PageClient(app).get("/password-reset/code").form().values())


def test_guessing_codes_is_limited(app: Flask, client: PageClient) -> None:
    make_user("zhang")
    code = handed_over(app)
    for _attempt in range(5):
        use(client, "AAAA-BBBB-CCCC", status=400)
    assert "尝试次数太多" in use(client, code, status=400)


def test_a_weak_password_does_not_use_the_code_up(app: Flask, client: PageClient) -> None:
    make_user("zhang")
    code = handed_over(app)
    assert "密码至少要有" in use(client, code, new="short", status=400)
    use(client, code)


def test_32_a_code_is_shown_once_and_kept_as_a_hash(app: Flask) -> None:
    """SEC-01-001: what opens an account is not to be found again, neither on a page nor in the database."""
    make_user("zhang")
    desk = PageClient(app).as_user(make_user("admin", Role.ADMINISTRATOR))
    page = desk.submit("/desk/accounts", {"username": "zhang"}, status=200)
    code = page.one(".receipt-code").get_text(strip=True)
    assert page.response.headers["Cache-Control"] == "no-store"
    desk.get("/desk/accounts/reset-codes", status=405)
    assert code not in desk.get("/desk/accounts").html
    kept = db.session.scalars(db.select(AccountToken)).one()
    events = db.session.scalars(db.select(AuditEvent)).all()
    bare = code.replace("-", "")
    assert not any(form in str([vars(kept), *map(vars, events)]) for form in (code, bare, bare.lower()))


def test_an_unknown_name_at_the_desk_is_said(app: Flask) -> None:
    desk = PageClient(app).as_user(make_user("admin", Role.ADMINISTRATOR))
    assert "没有这个用户名的账号" in desk.submit("/desk/accounts", {"username": "nobody"}, status=400).main


def test_the_command_prints_a_code_that_works(app: Flask, client: PageClient) -> None:
    make_user("zhang")
    done = app.test_cli_runner().invoke(args=["users", "reset-code", "ZHANG"])
    assert done.exit_code == 0
    use(client, done.stdout.splitlines()[0])
    gone = app.test_cli_runner().invoke(args=["users", "reset-code", "nobody"])
    assert gone.exit_code == 1 and "没有账号" in gone.output
