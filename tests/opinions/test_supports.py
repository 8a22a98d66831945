"""我也支持: once a person, with or without an account; limits that a changed cookie, header or field does not dodge."""

from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.campaigns.states import WhoMaySupport
from portal.core.db import db
from portal.core.errors import IllegalMove
from portal.core.rights import Actor
from portal.opinions.models import Opinion, Support
from portal.opinions.states import OpinionState
from portal.opinions.supports import support
from portal.web.visitors import VISITOR_COOKIE
from tests.conftest import settings_for
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient
from tests.kit.races import race

PRESS, AGAIN = "我也支持", "取消支持"


@pytest.fixture
def path(app: Flask) -> str:
    """The page of a published opinion."""
    return f"/opinions/{make_opinion(state=OpinionState.PUBLISHED).public_id}"


def press(client: PageClient, path: str) -> str:
    """Press the button that the opinion's page shows; what the page says then."""
    return client.submit(path, {}, form="form[action*='/support']", follow=True, status=200).text


def count() -> int:
    db.session.expire_all()
    return db.session.scalars(db.select(Opinion)).one().support_count


def test_a_visitor_supports_once_and_takes_it_back(client: PageClient, path: str) -> None:
    assert AGAIN in press(client, path)
    assert count() == 1
    client.post(f"{path}/support", {"csrf_token": client.token()})
    assert count() == 1
    assert PRESS in press(client, path)
    assert count() == 0
    assert db.session.scalars(db.select(Support)).all() == []


def test_22_a_first_visit_that_presses_twenty_times_is_one_person(app: Flask, path: str) -> None:
    """CVE-2023-47634, for visitors: the cookie comes only with the answer, the form's secret is there before."""
    client = PageClient(app)
    token = client.get(path).form("form[action$='/support']")["csrf_token"]
    session = client.browser.get_cookie("session")
    assert session is not None
    clients = [PageClient(app) for _number in range(20)]
    for each in clients:
        each.browser.set_cookie("session", session.value)
    assert race(clients, f"{path}/support", [{"csrf_token": token}] * 20) == [302] * 20
    assert count() == 1


def test_two_visitors_are_two(app: Flask, path: str) -> None:
    press(PageClient(app), path)
    press(PageClient(app), path)
    assert count() == 2


def test_a_made_up_cookie_is_nobody(client: PageClient, path: str) -> None:
    press(client, path)
    real = client.browser.get_cookie(VISITOR_COOKIE)
    assert real is not None
    for forged in ("somebody", "somebody.signature", real.value[:-1], "x" + real.value, "ü.x", "." * 300):
        client.browser.set_cookie(VISITOR_COOKIE, forged)
        client.post(f"{path}/support", {"csrf_token": client.token()})
    assert count() == 1


def test_who_signs_in_afterwards_is_still_the_same_person(client: PageClient, path: str) -> None:
    press(client, path)
    client.as_user(make_user("citizen"))
    assert AGAIN in client.get(path).main
    client.post(f"{path}/support", {"csrf_token": client.token()})
    assert count() == 1
    press(client, path)
    assert count() == 0


def test_a_board_may_ask_for_an_account(client: PageClient, path: str) -> None:
    make_board(who_may_support=WhoMaySupport.REGISTERED)
    refused = client.post(f"{path}/support", {"csrf_token": client.token()}, status=403)
    assert "登录后才能支持" in refused.main
    assert count() == 0
    page = client.get(path)
    assert PRESS not in page.main and f"/sign-in?next={path}" in page.links()
    client.as_user(make_user("citizen"))
    assert AGAIN in press(client, path)


def test_what_is_not_public_cannot_be_supported(client: PageClient) -> None:
    for state in set(OpinionState) - {OpinionState.PUBLISHED}:
        opinion = make_opinion(state=state)
        client.post(f"/opinions/{opinion.public_id}/support", {"csrf_token": client.token()}, status=404)


@pytest.fixture
def limited(tmp_path: Path) -> Flask:
    """A portal where a network may bring two new supporters of an opinion, and support eight times in all."""
    app = create_app(
        settings_for(
            tmp_path,
            f"sqlite:///{tmp_path / 'portal.sqlite'}",
            NEW_SUPPORTER_LIMIT="2/hour",
            SUPPORT_LIMIT="8/hour",
        )
    )
    with app.app_context():
        upgrade()
    return app


def test_28_visitors_made_elsewhere_count_as_much_as_new_ones(limited: Flask) -> None:
    """Cookies gathered on one opinion, two a time, must not be spent on another all at once."""
    with limited.app_context():
        others = [f"/opinions/{make_opinion(state=OpinionState.PUBLISHED).public_id}/support" for _n in "ab"]
        wanted = f"/opinions/{make_opinion(state=OpinionState.PUBLISHED).public_id}/support"
    visitors = []
    for path in others:
        for _visitor in range(2):
            visitors.append(PageClient(limited))
            visitors[-1].post(path, {"csrf_token": visitors[-1].token()})
    statuses = [
        visitor.browser.post(wanted, data={"csrf_token": visitor.token()}).status_code for visitor in visitors
    ]
    assert statuses == [302, 302, 429, 429]


def test_27_28_neither_headers_nor_fields_nor_cookies_dodge_the_limit(limited: Flask) -> None:
    with limited.app_context():
        path = f"/opinions/{make_opinion(state=OpinionState.PUBLISHED).public_id}/support"
    tricks: list[tuple[str, dict[str, str], dict[str, str]]] = [
        ("", {"X-Forwarded-For": "10.0.0.1"}, {}),
        ("?x=1", {"Forwarded": "for=10.0.0.2"}, {"x": "1"}),
        ("?", {"X-Real-IP": "10.0.0.3"}, {"public_id": "other"}),
        ("", {"X-Forwarded-For": "10.0.0.4, 10.0.0.5"}, {VISITOR_COOKIE: "new"}),
        ("", {}, {}),
    ]
    statuses = []
    for suffix, headers, fields in tricks:
        # Each time a browser that has forgotten everything.
        client = PageClient(limited)
        data = {"csrf_token": client.token(), **fields}
        statuses.append(client.browser.post(path + suffix, data=data, headers=headers).status_code)
    assert statuses == [302, 302, 429, 429, 429]
    with limited.app_context():
        assert count() == 2


def test_what_is_no_longer_public_when_it_is_counted_is_not_supported(app: Flask) -> None:
    """Withdrawn or merged by somebody else between the look at it and the count."""
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    withdrawn = {"state": "withdrawn", "public_state": "withdrawn", "published_at": None}
    gone = db.update(Opinion.__table__).values(withdrawn)
    db.session.execute(gone)
    assert opinion.state == OpinionState.PUBLISHED
    with pytest.raises(IllegalMove):
        support(opinion, ["v:somebody"], Actor())
    db.session.rollback()
    assert db.session.scalars(db.select(Support)).all() == []
