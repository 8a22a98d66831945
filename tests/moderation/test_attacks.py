"""Past holes of this class of systems, tried on the moderators' desk; the numbers are those of the list."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.moderation.models import Decision
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from tests.factories.accounts import make_user
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.races import race

FORM = "#decision"
ROUNDS = 5


def address(opinion: Opinion) -> str:
    return f"/desk/moderation/{opinion.public_id}"


def test_two_moderators_at_once_make_one_decision(app: Flask) -> None:
    clients = []
    for name in ("first", "second"):
        make_user(name, Role.MODERATOR)
        clients.append(PageClient(app).sign_in(name))
    for _round in range(ROUNDS):
        opinion = make_opinion()
        pages = [client.get(address(opinion)) for client in clients]
        sent = [
            {**page.form(FORM), "action": action, "note": "我的说明", "reason": "other"}
            for page, action in zip(pages, ("accept", "reject"), strict=True)
        ]
        assert race(clients, address(opinion), sent) == [302, 409]
        made = select(func.count()).select_from(Decision).where(Decision.opinion_id == opinion.id)
        assert db.session.scalar(made) == 1
        db.session.commit()


@pytest.mark.parametrize(
    "role", [Role.CITIZEN, Role.OFFICER, Role.EDITOR, Role.INSPECTOR, Role.ADMINISTRATOR]
)
def test_18_no_other_role_opens_the_desk(app: Flask, role: Role) -> None:
    unit = make_unit()
    make_user("other", Grant(role, unit.path if role not in (Role.CITIZEN, Role.ADMINISTRATOR) else None))
    other = PageClient(app).sign_in("other")
    opinion = make_opinion(unit=unit)
    other.get("/desk/moderation", status=403)
    other.get(address(opinion), status=403)
    token = other.get("/sign-in", follow=True).soup.select("[name=csrf_token]")[0]["value"]
    other.post(address(opinion), {"csrf_token": token, "version": "1", "action": "publish"}, status=403)


def test_17_a_moderator_of_another_district_finds_nothing(app: Flask) -> None:
    make_unit("崆峒区")
    make_user("local", Grant(Role.MODERATOR, "崆峒区"))
    local = PageClient(app).sign_in("local")
    opinion = make_opinion(title="泾川县的事", unit=make_unit("泾川县"))
    assert "泾川县的事" not in local.get("/desk/moderation").main
    local.get(address(opinion), status=404)
    token = {"csrf_token": str(local.get("/desk/moderation").one("header [name=csrf_token]")["value"])}
    local.post(address(opinion), {**token, "version": "1", "action": "publish"}, status=404)


def test_23_a_decision_without_token_is_refused(moderator: PageClient) -> None:
    opinion = make_opinion()
    moderator.post(address(opinion), {"version": "1", "action": "publish"}, status=400)
    moderator.get(f"{address(opinion)}?action=publish&version=1")
    db.session.expire_all()
    assert opinion.state == OpinionState.WAITING


def test_31_further_fields_are_ignored(moderator: PageClient) -> None:
    opinion = make_opinion()
    extra = {
        "state": "published", "visibility": "private", "public_state": "answered", "support_count": "99",
        "decided_at": "2020-01-01", "actor_id": "77", "role": "administrator", "title": "改了", "body": "改了",
    }  # fmt: skip
    moderator.submit(address(opinion), {**extra, "action": "accept"}, form=FORM)
    db.session.expire_all()
    assert (opinion.state, opinion.visibility, opinion.support_count) == ("accepted", "public", 0)
    assert "改了" not in opinion.title + opinion.body
    decision = db.session.scalars(select(Decision)).one()
    assert decision.actor_id != 77


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "abc"},
        {"version": ""},
        {"version": "1.5"},
        {"version": "9" * 40},
        {"version": ["1", "x"], "action": ["delete", "publish"]},
        {"action": "withdraw"},
        {"action": "delete"},
        {"unit": "0x10"},
        {"unit": "²"},
        {"unit": "9" * 30},
        {"topic": "-1"},
        {"masks": "1-2-mobile"},
        {"masks": ["x", "y"]},
        {"reason": "nothing", "action": "reject", "note": "说明"},
        {"note": "长" * 501},
        {"marked": "长" * 1001},
        {"marked": "\x00\ud800" + "[" * 20_000},
    ],
    ids=str,
)
def test_40_wrong_types_are_answered_with_a_4xx(moderator: PageClient, changes: dict[str, Any]) -> None:
    opinion = make_opinion()
    values = {**moderator.get(address(opinion)).form(FORM), "action": "publish", **changes}
    encoded = {name: _sendable(value) for name, value in values.items()}
    response = moderator.browser.post(address(opinion), data=encoded)
    assert 400 <= response.status_code < 500, response.status_code
    db.session.expire_all()
    assert opinion.state == OpinionState.WAITING


def _sendable(value: Any) -> Any:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


@pytest.mark.parametrize("name", ["..%2f..%2fetc", "%00", "a" * 5000, "；drop table", "'--"])
def test_21_senseless_addresses_are_not_found(moderator: PageClient, name: str) -> None:
    response = moderator.browser.get(f"/desk/moderation/{name}")
    assert response.status_code in (400, 404)
