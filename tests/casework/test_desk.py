"""The page of one opinion at the desk of units."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.casework.models import Reply
from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.operations import move
from portal.opinions.states import OpinionAction, OpinionState, ParticipantGroup, Visibility
from portal.taxonomy.models import Unit
from tests.factories.accounts import actor_with, make_user
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.races import race

FORM = "#reply"
WORDS = "已安排检修，三月底前完成。"
PUBLISHED = OpinionState.PUBLISHED


def address(opinion: Opinion) -> str:
    return f"/desk/casework/{opinion.public_id}"


def replies() -> list[Reply]:
    db.session.expire_all()
    return list(db.session.scalars(select(Reply).order_by(Reply.id)))


def test_a_unit_sees_the_published_layer_and_nothing_else(officer: PageClient, housing: Unit) -> None:
    author = make_user("citizen-zhao")
    opinion = make_opinion(
        state=PUBLISHED, unit=housing, body="路灯坏了，电话13812345678。", contact="13900001111", author=author,
        group=ParticipantGroup.RETIRED_CADRE,
    )  # fmt: skip
    page = officer.get(address(opinion))
    assert "138****5678" in page.main
    for secret in ("13812345678", "13900001111", "citizen-zhao", "离退休干部"):
        assert secret not in page.html


def test_a_draft_is_saved_shown_again_and_published(
    officer: PageClient, client: PageClient, housing: Unit
) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    officer.submit(address(opinion), {"body": WORDS, "step": "save"}, form=FORM)
    assert WORDS not in client.get(f"/opinions/{opinion.public_id}").main
    page = officer.get(address(opinion))
    assert "草稿已保存" in page.main and page.form(FORM)["body"].strip() == WORDS
    officer.submit(page, {"step": "publish"}, form=FORM)
    assert WORDS in client.get(f"/opinions/{opinion.public_id}").main
    assert [reply.state for reply in replies()] == ["published"]


def test_enter_or_a_missing_button_only_saves(officer: PageClient, housing: Unit) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    officer.submit(address(opinion), {"body": WORDS}, form=FORM)
    assert [reply.state for reply in replies()] == ["draft"]


def test_a_reply_to_an_unpublished_opinion_is_read_by_code(
    officer: PageClient, client: PageClient, housing: Unit
) -> None:
    receipt = make_receipt(unit=housing)
    opinion = receipt.opinion
    move(opinion, OpinionAction.ACCEPT, actor_with(Role.MODERATOR))
    db.session.commit()
    page = officer.get(address(opinion))
    assert "不公开" in page.main
    officer.submit(page, {"body": WORDS, "step": "publish"}, form=FORM)
    client.get(f"/opinions/{opinion.public_id}", status=404)
    shown = client.submit("/receipts", {"code": receipt.code}, status=200)
    assert WORDS in shown.main


def test_personal_data_in_a_reply_is_warned_of_and_may_be_published_after_a_tick(
    officer: PageClient, housing: Unit
) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    words = "请联系张师傅13812345678。"
    page = officer.submit(address(opinion), {"body": words, "step": "publish"}, form=FORM, status=400)
    assert "13812345678" in page.one(".note--warning").get_text()
    assert page.form(FORM)["body"].strip() == words and replies() == []
    officer.submit(page, {"step": "publish", "confirmed": "y"}, form=FORM)
    assert [reply.body for reply in replies()] == [words]


def test_a_canned_reply_is_warned_of_and_not_forbidden(officer: PageClient, housing: Unit) -> None:
    make_reply(make_opinion(state=PUBLISHED, unit=housing), body=WORDS)
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    page = officer.submit(address(opinion), {"body": WORDS, "step": "publish"}, form=FORM, status=400)
    assert "一字不差" in page.one(".note--warning").get_text()
    officer.submit(page, {"step": "publish", "confirmed": "y"}, form=FORM)
    assert len(replies()) == 2


@pytest.mark.parametrize("body", ["", "   \n ", "长" * 20_001])
def test_a_reply_that_cannot_be_used_is_shown_again(officer: PageClient, housing: Unit, body: str) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    page = officer.submit(address(opinion), {"body": body, "step": "publish"}, form=FORM, status=400)
    assert "答复" in page.one("#error-summary").get_text() and replies() == []


def test_a_second_officer_is_told_and_keeps_what_was_typed(
    app: Flask, officer: PageClient, housing: Unit
) -> None:
    make_user("editor", Grant(Role.EDITOR, housing.path))
    editor = PageClient(app).sign_in("editor")
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    mine, theirs = officer.get(address(opinion)), editor.get(address(opinion))
    editor.submit(theirs, {"body": "编辑写的", "step": "save"}, form=FORM)
    page = officer.submit(mine, {"body": "我写了很久的", "step": "publish"}, form=FORM, status=409)
    told = page.one("#conflict").get_text()
    assert "editor" in told and "编辑写的" in told
    assert page.form(FORM)["body"].strip() == "我写了很久的"
    officer.submit(page, {"step": "publish"}, form=FORM)
    assert [reply.body for reply in replies()] == ["我写了很久的"]


def test_two_officers_at_once_make_one_draft(app: Flask, officer: PageClient, housing: Unit) -> None:
    make_user("editor", Grant(Role.EDITOR, housing.path))
    clients = [officer, PageClient(app).sign_in("editor")]
    for _round in range(5):
        opinion = make_opinion(state=PUBLISHED, unit=housing)
        sent = [{**client.get(address(opinion)).form(FORM), "body": WORDS} for client in clients]
        assert race(clients, address(opinion), sent) == [302, 409]
    assert len(replies()) == 5


def test_17_another_units_opinion_looks_as_if_it_were_not_there(stranger: PageClient, housing: Unit) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    stranger.get(address(opinion), status=404)
    stranger.get("/desk/casework/nothing", status=404)
    token = stranger.get("/desk/casework").one("header [name=csrf_token]")["value"]
    sent = {"csrf_token": token, "version": "0", "body": WORDS, "step": "publish"}
    stranger.post(address(opinion), sent, status=404)
    assert replies() == []


@pytest.mark.parametrize("grant", [Grant(Role.COORDINATOR), Grant(Role.INSPECTOR, "市直单位")], ids=str)
def test_18_those_who_only_read_cannot_reply(app: Flask, housing: Unit, grant: Grant) -> None:
    make_user("reader", grant)
    reader = PageClient(app).sign_in("reader")
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    page = reader.get(address(opinion))
    assert not page.soup.select("main form")
    token = page.one("header [name=csrf_token]")["value"]
    sent = {"csrf_token": token, "version": "0", "body": WORDS, "step": "publish"}
    reader.post(address(opinion), sent, status=403)
    assert replies() == []


def test_18_reading_one_unit_and_replying_for_another_do_not_add_up(app: Flask, housing: Unit) -> None:
    below = f"{housing.path}/物业科"
    make_user("both", Grant(Role.INSPECTOR, housing.path))
    make_user("both", Grant(Role.OFFICER, make_unit(below).path))
    both = PageClient(app).sign_in("both")
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    page = both.get(address(opinion))
    assert not page.soup.select("main form")
    token = page.one("header [name=csrf_token]")["value"]
    both.post(address(opinion), {"csrf_token": token, "version": "0", "body": WORDS}, status=403)


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.MODERATOR, Role.ADMINISTRATOR])
def test_19_other_roles_do_not_open_the_desk(app: Flask, housing: Unit, role: Role) -> None:
    make_user("other", role)
    other = PageClient(app).sign_in("other")
    other.get("/desk/casework", status=403)
    other.get(address(make_opinion(state=PUBLISHED, unit=housing)), status=403)


def test_31_further_fields_are_ignored(officer: PageClient, housing: Unit) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    extra = {
        "state": "published", "unit_id": "999", "author_id": "77", "published_at": "2020-01-01", "id": "5",
        "body_html": "<script>", "role": "administrator", "opinion_id": "999",
    }  # fmt: skip
    officer.submit(address(opinion), {**extra, "body": WORDS, "step": "save"}, form=FORM)
    (reply,) = replies()
    assert (reply.state, reply.unit_id, reply.body_html) == ("draft", housing.id, f"<p>{WORDS}</p>")
    assert reply.author_id != 77 and reply.opinion_id == opinion.id


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "abc"},
        {"version": ""},
        {"version": "1e3"},
        {"version": "9" * 40},
        {"version": "-1"},
        {"version": ["x", "0"]},
        {"body": ["", WORDS]},
        {"body": "\x00\u202e\ufeff"},
    ],
    ids=ascii,
)
def test_40_wrong_types_are_answered_with_a_4xx(
    officer: PageClient, housing: Unit, changes: dict[str, Any]
) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing)
    values = {**officer.get(address(opinion)).form(FORM), "body": WORDS, "step": "publish", **changes}
    encoded = {
        name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for name, value in values.items()
    }
    response = officer.browser.post(address(opinion), data=encoded)
    assert 400 <= response.status_code < 500
    assert replies() == []


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_01_markup_in_a_reply_is_inert(
    officer: PageClient, client: PageClient, housing: Unit, payload: str
) -> None:
    opinion = make_opinion(state=PUBLISHED, unit=housing, title=payload, body=payload)
    officer.submit(address(opinion), {"body": payload, "step": "publish"}, form=FORM)
    for page in (officer.get(address(opinion)), client.get(f"/opinions/{opinion.public_id}")):
        assert payload in page.main
        assert not page.soup.select("main script, main img")


def test_who_deals_with_a_complaint_reads_to_whom_it_must_not_go(officer: PageClient, housing: Unit) -> None:
    town = make_unit("市/泉头镇")
    about = make_opinion(state=OpinionState.ACCEPTED, unit=housing, complained=town)
    other = make_opinion(state=OpinionState.ACCEPTED, unit=housing, visibility=Visibility.PRIVATE)
    told = officer.get(address(about)).main
    assert "作者反映的就是泉头镇" in told and "给泉头镇和它的下级看" in told
    assert "作者反映的" not in officer.get(address(other)).main
