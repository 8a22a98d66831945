"""An appeal against a rejection goes to another moderator; where none is left, to the coordinating office."""

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.db import db
from portal.core.rights import Actor, Grant, Role
from portal.moderation.deciders import may_decide
from portal.moderation.operations import Choice, decide
from portal.moderation.reasons import RejectionReason
from portal.opinions.models import Opinion
from portal.opinions.receipts import appeal
from portal.opinions.states import OpinionAction, OpinionState
from tests.factories.accounts import make_user
from tests.factories.opinions import keys, make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient


@pytest.fixture
def rejecter(app: Flask) -> User:
    return make_user("moderator", Role.MODERATOR)


@pytest.fixture
def appealed(rejecter: User) -> Opinion:
    """An opinion whose rejection by the only moderator its author wants reviewed."""
    opinion = make_opinion(unit=make_unit("市/甲局"))
    choice = Choice(OpinionAction.REJECT, opinion.version, reason=RejectionReason.UNCLEAR, note="看不清")
    decide(opinion, choice, rejecter.actor())
    appeal(opinion, "写得很清楚", "0123456789abcdef", Actor(), keys())
    db.session.commit()
    return opinion


def test_an_appeal_goes_to_another_moderator(appealed: Opinion, rejecter: User, app: Flask) -> None:
    other = make_user("other", Role.MODERATOR)
    address, moderator = f"/desk/moderation/{appealed.public_id}", PageClient(app).as_user(rejecter)
    own = moderator.get(address)
    assert "请由别的审核员处理" in own.main and not own.soup.select("#decision")
    data = {"csrf_token": moderator.token(), "action": "publish", "version": str(appealed.version)}
    moderator.post(address, data, status=403)
    reviewer = PageClient(app).as_user(other)
    page = reviewer.get("/desk/moderation", part="appeals")
    assert appealed.title in page.main and "请求复核" in page.main
    page = reviewer.get(address)
    assert "写得很清楚" in page.main and "看不清" in page.main
    reviewer.submit(page, {"action": "accept"}, form="#decision")
    db.session.rollback()
    assert appealed.state == OpinionState.ACCEPTED


def test_where_no_moderator_is_left_the_office_decides_appeals_and_nothing_else(
    appealed: Opinion, rejecter: User, app: Flask
) -> None:
    make_user("office", Role.COORDINATOR)
    own = PageClient(app).as_user(rejecter).get(f"/desk/moderation/{appealed.public_id}")
    assert "请领导小组办公室复核" in own.main
    office = PageClient(app).as_user(make_user("office"))
    waiting = make_opinion(contact="13812345678")
    page = office.get(f"/desk/moderation/{waiting.public_id}")
    assert "不能处理" in page.main and not page.soup.select("#decision")
    data = {"csrf_token": office.token(), "action": "publish", "version": str(waiting.version)}
    office.post(f"/desk/moderation/{waiting.public_id}", data, status=403)
    page = office.get(f"/desk/moderation/{appealed.public_id}")
    assert not page.soup.select("#contact")
    office.submit(page, {"action": "publish"}, form="#decision")
    db.session.rollback()
    assert appealed.state == OpinionState.PUBLISHED


@pytest.mark.parametrize(
    ("other", "office_decides"),
    [
        (None, True),
        (Grant(Role.MODERATOR), False),
        (Grant(Role.MODERATOR, "市/乙局"), True),  # the opinion is not in that scope
    ],
)
def test_the_office_decides_only_where_no_moderator_may(
    appealed: Opinion, other: Grant | None, office_decides: bool
) -> None:
    make_unit("市/乙局")
    if other is not None:
        make_user("other", other)
    office = make_user("office", Role.COORDINATOR)
    assert may_decide(appealed, office.actor()) is office_decides
    assert not may_decide(appealed, make_user("local", Grant(Role.COORDINATOR, "市/甲局")).actor())


def test_a_closed_account_and_a_moderator_of_the_unit_are_no_moderators_left(appealed: Opinion) -> None:
    make_user("gone", Role.MODERATOR).active = False
    make_user("partial", Role.MODERATOR, Grant(Role.OFFICER, "市/甲局"))
    assert may_decide(appealed, make_user("office", Role.COORDINATOR).actor())


def test_nobody_reviews_their_own_rejection_and_what_is_missing_is_said(
    appealed: Opinion, rejecter: User, app: Flask
) -> None:
    make_user("moderator", Role.COORDINATOR)
    assert not may_decide(appealed, rejecter.actor())
    page = PageClient(app).as_user(rejecter).get(f"/desk/moderation/{appealed.public_id}")
    assert "请管理员再开一个审核员或领导小组办公室的账号" in page.main
