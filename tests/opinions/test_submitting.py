"""Handing an opinion in, as a browser without JavaScript does it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.campaigns.states import ModerationMode, WhoMayPost
from portal.core.clock import now
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.opinions.models import Case, Opinion
from portal.opinions.states import OpinionState, Visibility
from portal.web.network import settings
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_board, make_campaign
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.writing import FORM, GOOD, hand_in, send


def handed_in() -> list[Opinion]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Opinion).order_by(Opinion.id)))


def test_a_visitor_hands_in_and_gets_a_code_that_shows_the_state(client: PageClient) -> None:
    make_board()
    page = hand_in(client, GOOD)
    code = page.one(".receipt-code").get_text(strip=True)
    assert "已收到，谢谢您" in page.main
    (opinion,) = handed_in()
    assert opinion.state == OpinionState.WAITING
    assert opinion.case.title == GOOD["title"]
    shown = client.submit("/receipts", {"code": code.lower().replace("-", " ")}, status=200)
    assert "待审核" in shown.main
    assert GOOD["title"] in shown.main
    assert page.response.headers["Cache-Control"] == "no-store"


def test_the_code_is_stored_only_as_a_keyed_hash(client: PageClient) -> None:
    make_board()
    code = hand_in(client, GOOD).one(".receipt-code").get_text(strip=True)
    (opinion,) = handed_in()
    assert opinion.case.receipt_hash and len(opinion.case.receipt_hash) == 64
    for value in vars(opinion.case).values():
        assert code not in str(value) and code.replace("-", "") not in str(value)


def test_everything_chosen_is_kept(client: PageClient) -> None:
    make_board()
    unit, topic = make_unit("市/交通局"), make_topic("交通/公交")
    more = {"unit": str(unit.id), "topic": str(topic.id), "group": "business", "visibility": "private"}
    hand_in(client, {**GOOD, **more, "contact": "13800000001"})
    (opinion,) = handed_in()
    assert (opinion.unit_id, opinion.topic_id) == (unit.id, topic.id)
    assert opinion.visibility == Visibility.PRIVATE
    assert opinion.case.participant_group == "business"
    assert opinion.case.contact_sealed and b"13800000001" not in opinion.case.contact_sealed
    assert decrypt(settings().contact_key, "contact", opinion.case.contact_sealed) == "13800000001"
    assert opinion.author_key and opinion.author_key.startswith("c:")


def test_nothing_typed_is_lost_to_an_error(client: PageClient) -> None:
    make_board()
    unit = make_unit("市/交通局")
    typed = {
        "title": "长" * 81,
        "body": "正文 <b>还在</b>",
        "unit": str(unit.id),
        "contact": "微信 abc",
        "group": "business",
    }
    page = client.submit(FORM, {**typed, "visibility": "private", "about_unit": "y"}, status=400)
    again = page.form()
    for name, value in typed.items():
        assert again[name].strip() == value, name
    assert again["visibility"] == "private"
    assert again["about_unit"] == "y"
    assert "请先勾选同意" in page.main
    assert handed_in() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", "长" * 81, "标题最多80个字"),
        ("body", "长" * 20_001, "内容最多20000个字"),
        ("contact", "1" * 101, "联系方式最多100个字"),
        ("unit", "999999", "请从列表里选一个"),
        ("unit", "x", "请从列表里选一个"),
        ("topic", "-1", "请从列表里选一个"),
        ("about_unit", "y", "请先选择您反映的是哪个单位"),
        ("form_key", "", "页面不完整"),
    ],
)
def test_bad_input_is_refused_by_name_and_kept(client: PageClient, name: str, value: str, words: str) -> None:
    make_board()
    page = client.submit(FORM, {**GOOD, name: value}, status=400)
    assert words in page.main
    assert page.form()["title"].strip() == (value if name == "title" else GOOD["title"])
    assert handed_in() == []


def test_what_may_be_left_empty_may_be_left_out(client: PageClient) -> None:
    """A script, or another form, sends only what it knows."""
    make_board()
    form = client.get(FORM).form()
    kept = {name: form[name] for name in ("csrf_token", "form_key")}
    client.post(FORM, {**kept, **GOOD}, status=200)
    (opinion,) = handed_in()
    assert opinion.visibility == Visibility.PUBLIC
    assert opinion.case.participant_group is None


def test_40_wrong_types_are_4xx(client: PageClient) -> None:
    """CVE-2023-30591: a field sent twice, an unknown choice, a control character: refused or cleaned, never a 5xx."""
    make_board()
    for changes in (
        {"visibility": "everybody"},
        {"group": "king"},
        {"title": ["a", "b"], "visibility": ["x", "y"]},
    ):
        send(client, {**GOOD, **changes}, status=400)
        client.submit(FORM, {**GOOD, **changes}, status=400)
    hand_in(client, {**GOOD, "body": "a\x00bc\u202ed"})
    assert handed_in()[0].case.body == "abcd"


def test_the_same_form_sent_twice_is_one_opinion_with_one_code(client: PageClient) -> None:
    make_board()
    form = client.get(FORM)
    codes = {send(client, GOOD, page=form).one(".receipt-code").get_text() for _time in range(3)}
    assert len(codes) == 1
    assert len(handed_in()) == 1


def test_another_text_in_the_same_form_is_another_opinion(client: PageClient) -> None:
    """Back, change the words, send again: the second one must not be taken for the first and lost."""
    make_board()
    form = client.get(FORM)
    send(client, GOOD, page=form)
    send(client, {**GOOD, "body": "另一件事。"}, page=form)
    assert len(handed_in()) == 2


def test_the_same_form_in_parallel_is_one_opinion(app: Flask, client: PageClient) -> None:
    make_board()
    page = client.get(FORM)
    cookie = client.browser.get_cookie("session")
    assert cookie is not None
    data = {**page.form(), **GOOD}
    db.session.remove()

    def send(_number: int) -> int:
        browser = app.test_client()
        browser.set_cookie("session", cookie.value)
        return browser.post(FORM, data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(16))) == {200}
    assert len(handed_in()) == 1


def test_23_without_token_nothing_is_taken_in_and_nothing_is_lost(client: PageClient) -> None:
    """CVE-2023-47635; an expired token shows the form again with the text."""
    make_board()
    page = client.submit(FORM, {**GOOD, "csrf_token": None}, status=400)
    assert page.form()["body"].strip() == GOOD["body"]
    assert handed_in() == []
    again = hand_in(client, {"consent": "y"}, page=page)
    assert again.one(".receipt-code")
    assert len(handed_in()) == 1


def test_31_extra_fields_change_nothing(client: PageClient) -> None:
    """CVE-2026-28219: what the form does not ask for is ignored."""
    make_board()
    extra = {
        "state": "published",
        "status": "published",
        "role": "administrator",
        "published_at": "2020-01-01",
    }
    hand_in(client, {**GOOD, **extra, "support_count": "99", "author_id": "1", "needs_review": ""})
    (opinion,) = handed_in()
    assert opinion.state == OpinionState.WAITING
    assert opinion.support_count == 0
    assert opinion.needs_review and opinion.published_at is None
    assert opinion.case.author_id is None


def test_a_complaint_about_the_unit_is_private_and_not_assigned_to_it(client: PageClient) -> None:
    make_board()
    unit = make_unit("市/交通局")
    hand_in(client, {**GOOD, "unit": str(unit.id), "about_unit": "y", "visibility": "public"})
    (opinion,) = handed_in()
    assert opinion.visibility == Visibility.PRIVATE
    assert opinion.complained_unit_id == unit.id
    assert opinion.unit_id is None


def test_a_closed_board_says_so_and_keeps_what_was_typed(client: PageClient) -> None:
    board = make_board()
    form = client.get(FORM)
    board.closes_at = now()
    db.session.commit()
    assert "本次征集已结束" in client.get(FORM).main
    client.submit(form, GOOD, status=409)
    page = send(client, GOOD, page=form, status=409)
    assert "本次征集已结束" in page.main
    assert page.form()["body"].strip() == GOOD["body"]


def test_a_closed_campaign_closes_its_boards(client: PageClient) -> None:
    make_board()
    make_campaign(closes_at=now())
    assert "本次征集已结束" in client.get(FORM).main


def test_a_board_for_accounts_sends_visitors_to_sign_in(client: PageClient) -> None:
    make_board(who_may_post=WhoMayPost.REGISTERED)
    make_user("citizen")
    away = client.get(FORM, status=302).response.location
    assert away.startswith("/sign-in")
    client.sign_in("citizen")
    hand_in(client, GOOD)
    (opinion,) = handed_in()
    assert opinion.author_key == f"u:{opinion.case.author_id}"


def test_post_moderation_publishes_at_once_with_personal_data_masked(client: PageClient) -> None:
    make_board(moderation=ModerationMode.AFTER)
    hand_in(client, {**GOOD, "body": "请打我电话13800000001。"})
    (opinion,) = handed_in()
    assert opinion.state == OpinionState.PUBLISHED
    assert opinion.needs_review
    page = client.get(f"/opinions/{opinion.public_id}")
    assert "13800000001" not in page.html
    assert "138****0001" in page.main
    assert opinion.case.body == "请打我电话13800000001。"


def test_an_unknown_board_is_not_there(client: PageClient) -> None:
    client.get("/boards/nothing/new", status=404)
    client.get("/boards/nothing", status=404)


def test_the_original_cannot_be_changed_even_by_the_application(client: PageClient) -> None:
    make_board()
    hand_in(client, GOOD)
    case = db.session.scalars(db.select(Case)).one()
    case.body = "another story"
    with pytest.raises(Exception, match="original is immutable"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(
    "changed", [{"visibility": "private"}, {"about_unit": "y"}, {"contact": "13800000001"}, {"unit": ""}]
)
def test_what_is_chosen_otherwise_in_a_form_sent_again_is_not_taken_over_and_that_is_said(
    client: PageClient, changed: dict[str, str]
) -> None:
    make_board()
    first = {**GOOD, "form_key": "k" * 22, "unit": str(make_unit("市/交通局").id)}
    assert "没有生效" not in hand_in(client, first).main
    again = hand_in(client, {**first, **changed})
    assert "已收到" in again.main and "没有生效" in again.main
    (opinion,) = handed_in()
    assert opinion.visibility == Visibility.PUBLIC and opinion.unit_id is not None
    assert "没有生效" not in hand_in(client, first).main
