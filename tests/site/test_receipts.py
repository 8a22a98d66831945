"""What the holder of a query code reads and does, as a browser without JavaScript does it."""

import pytest
from flask import Flask

from portal.audit.models import AuditEvent
from portal.core.clock import now
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.core.rights import Role
from portal.moderation.operations import Choice, decide
from portal.moderation.reasons import RejectionReason
from portal.opinions.additions import MOST_ADDITIONS
from portal.opinions.models import Addition, AnswerRating, Opinion
from portal.opinions.receipt_states import AdditionState, Rating
from portal.opinions.states import OpinionAction, OpinionState, PublicState
from portal.opinions.submission import Receipt
from portal.web.network import settings
from tests.factories.accounts import actor_with
from tests.factories.casework import REPLY, make_reply
from tests.factories.opinions import make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import Page, PageClient
from tests.kit.races import race

ADD, RATE, APPEAL = (
    'form[action="/receipts/add"]',
    'form[action="/receipts/rate"]',
    'form[action="/receipts/appeal"]',
)
CONTACT, WITHDRAW = 'form[action="/receipts/contact"]', 'form[action="/receipts/withdraw"]'


def opened(client: PageClient, code: str) -> Page:
    return client.submit("/receipts", {"code": code}, status=200, form="form[data-look-up]")


def fresh(receipt: Receipt) -> Opinion:
    db.session.rollback()
    return db.session.get_one(Opinion, receipt.opinion.id, populate_existing=True)


def decided(receipt: Receipt, action: OpinionAction, note: str = "", **more: object) -> None:
    reason = RejectionReason.UNCLEAR if action is OpinionAction.REJECT else None
    opinion = receipt.opinion
    actor = actor_with(Role.MODERATOR)
    decide(opinion, Choice(action, opinion.version, reason=reason, note=note, **more), actor)  # type: ignore[arg-type]
    db.session.commit()


def answered() -> Receipt:
    receipt = make_receipt()
    decided(receipt, OpinionAction.PUBLISH, unit=make_unit("市/交通局"))
    make_reply(receipt.opinion)
    return receipt


def test_added_words_are_kept_masked_and_not_public_by_themselves(client: PageClient) -> None:
    receipt = make_receipt()
    page = opened(client, receipt.code)
    after = client.submit(page, {"words": "在三号路口，电话13812345678"}, form=ADD, status=200)
    assert "已收到您补充的内容" in after.main and "13812345678" in after.main and "等待审核" in after.main
    addition = db.session.scalars(db.select(Addition)).one()
    assert "13812345678" in addition.words and "13812345678" not in addition.body + addition.body_html
    decided(receipt, OpinionAction.PUBLISH)
    shown = client.get(f"/opinions/{receipt.opinion.public_id}")
    assert "三号路口" not in shown.html and "作者补充了情况" in shown.main


def test_the_same_form_sent_twice_adds_once(client: PageClient) -> None:
    receipt = make_receipt()
    page = opened(client, receipt.code)
    for _time in range(2):
        client.submit(page, {"words": "在三号路口"}, form=ADD, status=200)
    assert fresh(receipt).addition_count == 1 == len(db.session.scalars(db.select(Addition)).all())


def test_an_empty_addition_is_refused_by_name(client: PageClient) -> None:
    page = opened(client, make_receipt().code)
    refused = client.submit(page, {"words": "  "}, form=ADD, status=400)
    assert "请写下要补充的内容" in refused.main


def test_an_expired_token_loses_nothing_that_was_typed(client: PageClient) -> None:
    page = opened(client, make_receipt().code)
    again = client.submit(page, {"words": "在三号路口", "csrf_token": "old"}, form=ADD, status=400)
    assert again.form(ADD)["words"].strip() == "在三号路口"
    client.submit(again, {}, form=ADD, status=200)
    assert db.session.scalars(db.select(Addition.words)).all() == ["在三号路口"]


def test_what_a_moderator_asks_is_answered_by_code(client: PageClient) -> None:
    receipt = make_receipt()
    decided(receipt, OpinionAction.HOLD, note="是哪个小区？")
    page = opened(client, receipt.code)
    assert "待补充" in page.main and "请您补充：是哪个小区？" in page.main
    after = client.submit(page, {"words": "滨河小区"}, form=ADD, status=200)
    assert "待审核" in after.main and "请您补充：是哪个小区？" in after.one(".timeline").get_text()
    opinion = fresh(receipt)
    assert (opinion.state, opinion.needs_review, opinion.question) == (OpinionState.WAITING, True, None)
    decided(receipt, OpinionAction.PUBLISH)
    public = client.get(f"/opinions/{opinion.public_id}")
    assert "请作者补充情况" in public.main and "是哪个小区" not in public.main


def test_a_rejection_is_appealed_once(client: PageClient) -> None:
    receipt = make_receipt()
    decided(receipt, OpinionAction.REJECT, note="看不清说的是哪里")
    page = opened(client, receipt.code)
    assert "您可以请求复核一次" in page.main and "看不清说的是哪里" in page.main
    after = client.submit(page, {"grounds": "写得很清楚"}, form=APPEAL, status=200)
    assert "已收到您的复核请求" in after.main
    assert fresh(receipt).state == OpinionState.APPEALED
    again = client.submit(page, {}, form=APPEAL, status=409)
    assert "只能一次" in again.main
    other, opinion = actor_with(Role.MODERATOR, user_id=2), fresh(receipt)
    decide(
        opinion, Choice(OpinionAction.REJECT, opinion.version, reason=RejectionReason.OTHER, note="还是不行"), other
    )  # fmt: skip
    db.session.commit()
    final = opened(client, receipt.code)
    assert "这是最后的结果" in final.main and "还是不行" in final.main and "仍未通过" in final.main
    assert not final.soup.select(APPEAL)
    client.submit(page, {}, form=APPEAL, status=409)


@pytest.mark.parametrize("rating", Rating)
def test_a_rating_counts_once_and_a_bad_one_reopens_once(client: PageClient, rating: Rating) -> None:
    receipt = answered()
    page = opened(client, receipt.code)
    assert REPLY in page.main
    client.submit(page, {"rating": rating, "remark": "路灯还是黑的"}, form=RATE, status=200)
    opinion = fresh(receipt)
    reopened = rating is Rating.UNSOLVED
    assert (opinion.rating, opinion.reopened_at is not None) == (rating, reopened)
    assert opinion.public_state == (PublicState.IN_HAND if reopened else PublicState.ANSWERED)
    client.submit(page, {"rating": "solved"}, form=RATE, status=409)
    assert len(db.session.scalars(db.select(AnswerRating)).all()) == 1
    if not reopened:
        return
    assert opinion.due_on is not None
    make_reply(opinion)
    page = opened(client, receipt.code)
    client.submit(page, {"rating": "unsolved"}, form=RATE, status=200)
    assert fresh(receipt).answered_at is not None
    assert [
        row.round for row in db.session.scalars(db.select(AnswerRating).order_by(AnswerRating.round))
    ] == [1, 2]


def test_22_two_ratings_and_two_appeals_at_once_count_once(app: Flask) -> None:
    """Like CVE-2023-47634: what is sent in parallel counts as if it had been sent once."""
    rejected = make_receipt(title="未通过的")
    decided(rejected, OpinionAction.REJECT, note="不清楚")
    for receipt, form, values in (
        (answered(), RATE, {"rating": "unsolved"}),
        (rejected, APPEAL, {"grounds": "请再看"}),
    ):
        clients = [PageClient(app) for _number in range(4)]
        pages = [opened(client, receipt.code) for client in clients]
        sent = [{**page.form(form), **values} for page in pages]
        path = str(pages[0].one(form)["action"])
        assert race(clients, path, sent) == [200, 409, 409, 409]
        kinds = [event.kind for event in fresh(receipt).events]
        assert kinds.count("rated") + kinds.count("appealed") == 1


def test_the_contact_is_corrected_and_never_shown(client: PageClient) -> None:
    receipt = make_receipt(contact="13800000001")
    key_before = receipt.opinion.author_key
    page = opened(client, receipt.code)
    assert "13800000001" not in page.html
    after = client.submit(page, {"contact": "13900000002"}, form=CONTACT, status=200)
    assert "13900000002" not in after.html
    opinion = fresh(receipt)
    assert opinion.case.contact_sealed is not None
    assert decrypt(settings().contact_key, "contact", opinion.case.contact_sealed) == "13900000002"
    assert opinion.author_key not in (None, key_before)
    client.submit(after, {"contact": ""}, form=CONTACT, status=200)
    assert fresh(receipt).case.contact_sealed is None
    told = db.session.scalars(db.select(AuditEvent).where(AuditEvent.action == "contact_corrected")).all()
    assert len(told) == 2 and not any("139" in str(event.details) for event in told)


def test_a_deed_whose_time_is_over_says_so(client: PageClient) -> None:
    receipt = make_receipt()
    page = opened(client, receipt.code)
    client.submit(page, {}, form=WITHDRAW, status=200)
    for form, values in ((WITHDRAW, {}), (ADD, {"words": "还有"}), (CONTACT, {"contact": "1"})):
        refused = client.submit(page, values, form=form, status=409)
        assert refused.soup.select("[role=alert]") and "已撤回" in refused.main


def test_the_due_day_is_told_and_an_overdue_answer_is_named(client: PageClient) -> None:
    receipt = make_receipt()
    due = now().date()
    decided(receipt, OpinionAction.PUBLISH, unit=make_unit("市/交通局"), due_on=due)
    day = f"{due.month}月{due.day}日"
    assert f"预计{day}前答复" in opened(client, receipt.code).main
    assert f"已交交通局办理，预计{day}前答复" in client.get(f"/opinions/{receipt.opinion.public_id}").main
    receipt.opinion.due_on = due.replace(year=due.year - 1)
    db.session.commit()
    assert "已经过了期限" in opened(client, receipt.code).main


def test_a_released_addition_is_public(client: PageClient) -> None:
    receipt = make_receipt()
    client.submit(opened(client, receipt.code), {"words": "在三号路口"}, form=ADD, status=200)
    decided(receipt, OpinionAction.PUBLISH)
    addition = db.session.scalars(db.select(Addition)).one()
    addition.state, addition.decided_at = AdditionState.PUBLIC, now()
    db.session.commit()
    assert "在三号路口" in client.get(f"/opinions/{receipt.opinion.public_id}").main


def test_what_is_still_wrong_is_kept_however_much_was_added_before(client: PageClient) -> None:
    receipt = answered()
    receipt.opinion.addition_count = MOST_ADDITIONS
    db.session.commit()
    page = opened(client, receipt.code)
    client.submit(page, {"rating": "partly", "remark": "还差两盏灯"}, form=RATE, status=200)
    assert [one.words for one in db.session.query(Addition)] == ["还差两盏灯"]


def test_the_same_words_under_one_key_are_no_fault_in_another_form(client: PageClient) -> None:
    """A form's key makes its double submit one; somebody may send it with another form as well."""
    receipt = answered()
    page = opened(client, receipt.code)
    key = page.form(ADD)["form_key"]
    client.submit(page, {"words": "还是不亮"}, form=ADD, status=200)
    client.submit(page, {"rating": "unsolved", "remark": "还是不亮", "form_key": key}, form=RATE, status=200)
    assert [one.kind for one in db.session.query(Addition).order_by(Addition.id)] == ["information", "rating"]


def test_a_rating_sent_again_by_a_reload_says_nothing_of_the_next_answer(client: PageClient) -> None:
    receipt = answered()
    page = opened(client, receipt.code)
    sent = {"rating": "unsolved", "remark": ""}
    client.submit(page, sent, form=RATE, status=200)
    make_reply(fresh(receipt), body="这次真的修好了，请您看看。")
    client.submit(page, sent, form=RATE, status=409)
    assert fresh(receipt).rating is None
    client.submit(opened(client, receipt.code), {"rating": "solved"}, form=RATE, status=200)
    assert fresh(receipt).rating == Rating.SOLVED
