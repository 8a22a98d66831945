"""Every route declares who may open it."""

from pathlib import Path

from flask import Flask

from portal import create_app
from portal.core.rights import Permission
from portal.web.guards import PUBLIC, SAFE_METHODS, guarded_by
from tests.conftest import settings_for
from tests.factories.accounts import make_user
from tests.kit.client import PageClient


def test_every_view_declares_a_permission_or_that_it_is_public(shared_app: Flask) -> None:
    open_to = {
        rule.endpoint: guarded_by(shared_app, rule.endpoint) for rule in shared_app.url_map.iter_rules()
    }
    assert open_to, "no routes"
    undeclared = [name for name, needed in open_to.items() if needed is None]
    assert not undeclared, f"views without guard: {undeclared}"
    assert all(needed == PUBLIC or needed in set(Permission) for needed in open_to.values())


def test_desk_addresses_are_never_public(shared_app: Flask) -> None:
    for rule in shared_app.url_map.iter_rules():
        if rule.rule.startswith("/desk"):
            assert guarded_by(shared_app, rule.endpoint) != PUBLIC, rule.rule


def test_a_view_without_declaration_stays_closed(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite'}"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = app.test_client().get("/forgotten")
    assert response.status_code == 403
    assert "secret" not in response.get_data(as_text=True)


def test_no_rule_answers_reading_and_changing_with_one_view(shared_app: Flask) -> None:
    """A GET never changes anything: views that take POST take nothing else."""
    for rule in shared_app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"OPTIONS", "HEAD"}
        assert methods <= SAFE_METHODS or not methods & SAFE_METHODS, rule


def test_a_session_that_is_over_is_said_with_what_comes_next(app: Flask) -> None:
    client = PageClient(app).as_user(make_user("citizen"))
    page = client.get("/me/password")
    client.browser.delete_cookie("session")
    sent = {**page.form(), "csrf_token": client.token()}
    told = client.post("/me/password", sent, status=403)
    assert "登录已过期" in told.main and "去登录" in told.main
