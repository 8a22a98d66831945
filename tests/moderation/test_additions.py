"""What authors add, at the moderators' desk: who gets to read it, and what of it is masked."""

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.rights import Actor, Grant, Role
from portal.opinions.models import Addition, Opinion
from portal.opinions.receipt_states import AdditionState
from portal.opinions.receipts import add_information
from portal.opinions.states import OpinionState, Visibility
from tests.factories.accounts import make_user
from tests.factories.opinions import keys, make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

WORDS = "三单元老周家门口，电话13812345678"


def added(opinion: Opinion) -> Addition:
    addition = add_information(opinion, WORDS, "0123456789abcdef", Actor(), keys())
    db.session.commit()
    return addition


def send(client: PageClient, opinion: Opinion, state: str, marked: str = "", status: int = 302) -> None:
    page = client.get(f"/desk/moderation/{opinion.public_id}")
    form = 'form[action*="/additions/"]'
    number = str(page.one(form)["action"]).rpartition("/")[2]
    values = {f"addition-{number}-state": state, f"addition-{number}-marked": marked}
    client.submit(page, values, form=form, status=status)


@pytest.mark.parametrize(
    ("state", "for_unit", "for_all"), [("public", True, True), ("unit", True, False), ("kept", False, False)]
)
def test_an_addition_reaches_whom_a_moderator_names(
    moderator: PageClient, app: Flask, state: str, for_unit: bool, for_all: bool
) -> None:
    unit = make_unit("市/甲局")
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=unit)
    added(opinion)
    make_user("officer", Grant(Role.OFFICER, unit.path))
    officer, visitor = PageClient(app).as_user(make_user("officer")), PageClient(app)
    at_desk, in_public = f"/desk/casework/{opinion.public_id}", f"/opinions/{opinion.public_id}"
    assert "门口" not in officer.get(at_desk).html + visitor.get(in_public).html
    assert opinion.title in moderator.get("/desk/moderation", part="additions").main
    send(moderator, opinion, state, marked="三单元老周家")
    for page, reads in ((officer.get(at_desk), for_unit), (visitor.get(in_public), for_all)):
        assert ("门口" in page.main) == reads
        assert "13812345678" not in page.html and "老周" not in page.html
    assert opinion.title not in moderator.get("/desk/moderation", part="additions").main


def test_what_is_to_be_masked_must_stand_in_the_words(moderator: PageClient) -> None:
    opinion = make_opinion()
    added(opinion)
    send(moderator, opinion, "unit", marked="不在里面", status=400)
    send(moderator, opinion, "", status=400)
    db.session.rollback()
    assert db.session.scalars(db.select(Addition.state)).all() == [AdditionState.WAITING]


def test_of_two_moderators_the_second_is_told(moderator: PageClient) -> None:
    opinion = make_opinion()
    added(opinion)
    page = moderator.get(f"/desk/moderation/{opinion.public_id}")
    send(moderator, opinion, "unit")
    number = db.session.scalars(db.select(Addition.id)).one()
    late = moderator.submit(
        page, {f"addition-{number}-state": "kept"}, form='form[action*="/additions/"]', status=409
    )
    assert "已经处理过了" in late.main
    assert db.session.scalars(db.select(Addition.state)).all() == [AdditionState.UNIT]


def test_an_addition_to_a_private_opinion_is_not_offered_for_publishing(moderator: PageClient) -> None:
    opinion = make_opinion(visibility=Visibility.PRIVATE)
    added(opinion)
    send(moderator, opinion, "public", status=400)
    send(moderator, opinion, "unit")


def test_a_decision_that_overlooked_an_addition_is_told(moderator: PageClient) -> None:
    opinion = make_opinion()
    page = moderator.get(f"/desk/moderation/{opinion.public_id}")
    added(opinion)
    told = moderator.submit(page, {"action": "publish"}, form="#decision", status=409)
    assert "作者刚刚补充了情况" in told.main
