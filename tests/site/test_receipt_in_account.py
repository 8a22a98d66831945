"""What the receipt offers by code, the author's account offers without: to that account alone."""

import pytest
from flask import Flask

from portal.accounts.models import User
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.core.rights import Role
from portal.opinions.models import Addition, Opinion
from portal.opinions.states import OpinionState
from portal.web.network import settings
from tests.factories.accounts import make_user
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.races import race

# Route of the deed, a state in which it can be done, what is typed, what is said then.
DEEDS = {
    "add": (OpinionState.WAITING, {"words": "在三号路口"}, "已收到您补充的内容"),
    "rate": (OpinionState.PUBLISHED, {"rating": "unsolved", "remark": "还是黑的"}, "谢谢您的评价"),
    "appeal": (OpinionState.REJECTED, {"grounds": "写得很清楚"}, "已收到您的复核请求"),
    "contact": (OpinionState.ACCEPTED, {"contact": "13900000002"}, "联系方式已更新"),
    "withdraw": (OpinionState.PUBLISHED, {}, "已撤回"),
}
AFTER = {
    "add": OpinionState.WAITING, "rate": OpinionState.PUBLISHED, "appeal": OpinionState.APPEALED,
    "contact": OpinionState.ACCEPTED, "withdraw": OpinionState.WITHDRAWN,
}  # fmt: skip


def opinion_for(deed: str, author: User) -> Opinion:
    opinion = make_opinion(author=author, state=DEEDS[deed][0], unit=make_unit("市/交通局"))
    if deed == "rate":
        make_reply(opinion)
    return opinion


def fresh(opinion: Opinion) -> Opinion:
    db.session.rollback()
    return db.session.get_one(Opinion, opinion.id, populate_existing=True)


@pytest.mark.parametrize("deed", DEEDS)
def test_the_author_does_it_in_the_account_and_nobody_else_can(app: Flask, deed: str) -> None:
    author, (_state, typed, said) = make_user("zhang"), DEEDS[deed]
    opinion = opinion_for(deed, author)
    client, form = PageClient(app).as_user(author), f'form[action="/receipts/{deed}"]'
    page = client.get(f"/me/opinions/{opinion.public_id}")
    values = {**page.form(form), **typed}
    assert values["opinion"] == opinion.public_id and "code" not in values
    before = (opinion.version, len(opinion.events))
    for stranger in (PageClient(app).as_user(make_user("li")), PageClient(app)):
        stranger.post(f"/receipts/{deed}", {**values, "csrf_token": stranger.token()}, status=404)
    after = fresh(opinion)
    assert (after.version, len(after.events)) == before
    done = client.submit(page, typed, form=form, status=200)
    assert said in done.main and "/me" in done.links()
    assert fresh(opinion).state == AFTER[deed]


def test_what_a_moderator_asks_is_answered_and_the_notice_says_what(app: Flask) -> None:
    author = make_user("zhang")
    opinion = make_opinion(author=author, state=OpinionState.HELD)
    client = PageClient(app).as_user(author)
    assert "请您补充：在哪一栋？" in client.get("/me/notices").main
    page = client.get(f"/me/opinions/{opinion.public_id}")
    assert "请您补充：在哪一栋？" in page.main
    client.submit(page, {"words": "六号楼"}, form='form[action="/receipts/add"]', status=200)
    assert fresh(opinion).state == OpinionState.WAITING
    assert db.session.scalars(db.select(Addition.words)).one() == "六号楼"


def test_what_is_refused_keeps_what_was_typed(app: Flask) -> None:
    author = make_user("zhang")
    opinion = make_opinion(author=author)
    client, form = PageClient(app).as_user(author), 'form[action="/receipts/add"]'
    page = client.get(f"/me/opinions/{opinion.public_id}")
    again = client.submit(page, {"words": "在三号路口", "csrf_token": "old"}, form=form, status=400)
    assert again.form(form)["words"].strip() == "在三号路口"
    assert "已收到" in client.submit(again, {}, form=form, status=200).main


def test_who_claims_an_opinion_may_do_it_without_the_code_from_then_on(app: Flask) -> None:
    receipt = make_receipt(contact="13800000001")
    client = PageClient(app).as_user(make_user("zhang"))
    path = f"/me/opinions/{receipt.opinion.public_id}"
    client.get(path, status=404)
    client.submit("/me", {"code": receipt.code})
    page = client.get(path)
    assert receipt.code not in page.html and "13800000001" not in page.html
    client.submit(page, {"contact": "13900000002"}, form='form[action="/receipts/contact"]', status=200)
    sealed = fresh(receipt.opinion).case.contact_sealed
    assert sealed is not None and decrypt(settings().contact_key, "contact", sealed) == "13900000002"


@pytest.mark.parametrize("name", ["", "x", "\x00", "9" * 4000, "abcdefgh23"])
def test_an_opinion_that_is_not_there_is_not_found(app: Flask, name: str) -> None:
    client = PageClient(app).as_user(make_user("zhang"))
    values = {"opinion": name, "words": "在三号路口", "csrf_token": client.token()}
    for deed in DEEDS:
        client.post(f"/receipts/{deed}", values, status=404)
    client.post("/receipts/remember", values, status=404)


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.MODERATOR])
def test_a_code_opens_its_receipt_for_somebody_signed_in_too(app: Flask, role: Role) -> None:
    receipt = make_receipt()
    client = PageClient(app).as_user(make_user("somebody", role))
    page = client.submit("/receipts", {"code": receipt.code}, status=200)
    assert receipt.opinion.case.title in page.main


def test_of_two_accounts_that_claim_at_once_one_is_the_author(app: Flask) -> None:
    receipt = make_receipt()
    users = [make_user("zhang"), make_user("li")]
    clients = [PageClient(app).as_user(user) for user in users]
    sent = [{"csrf_token": client.token(), "code": receipt.code} for client in clients]
    number = receipt.opinion.id
    assert race(clients, "/me/claims", sent) == [302, 400]
    claimed = db.session.get_one(Opinion, number, populate_existing=True)
    assert claimed.author_key == f"u:{claimed.case.author_id}"
