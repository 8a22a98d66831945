"""The page of one opinion at the moderators' desk."""

from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.moderation.models import Decision
from portal.opinions.models import Opinion
from portal.opinions.queries import opinion_with_id
from portal.opinions.states import OpinionState, ParticipantGroup, Visibility
from tests.factories.accounts import make_user
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import Page, PageClient

FORM = "#decision"
CONTACT = "13912340000"


def address(opinion: Opinion) -> str:
    return f"/desk/moderation/{opinion.public_id}"


def stored(public_id: str) -> Opinion:
    db.session.expire_all()
    found = opinion_with_id(public_id)
    assert found is not None
    return found


def errors(page: Page) -> str:
    return page.one("#error-summary").get_text(" ", strip=True)


def test_a_moderator_sees_all_that_a_decision_needs(moderator: PageClient) -> None:
    unit, topic = make_unit(), make_topic()
    opinion = make_opinion(
        body="电话13812345678。", unit=unit, topic=topic, contact=CONTACT, group=ParticipantGroup.BUSINESS
    )
    page = moderator.get(address(opinion))
    assert [mark.get_text() for mark in page.soup.select("mark")] == ["13812345678"]
    for words in (unit.path, topic.path, "企业/客商", "公开", "留了"):
        assert words in page.main
    assert "138****5678" in page.one("[aria-labelledby=public-text]").get_text()
    assert CONTACT not in page.html
    form = page.form(FORM)
    assert (form["unit"], form["topic"], form["version"]) == (str(unit.id), str(topic.id), "1")
    assert form["masks"].endswith("-mobile") and "action" not in form


def test_publishing_goes_on_to_the_next_with_the_same_filters(
    moderator: PageClient, client: PageClient
) -> None:
    unit, other = make_unit("市直单位/住建局"), make_unit("市直单位/城管局")
    first, second = make_opinion(title="第一条", unit=unit), make_opinion(title="第二条", unit=unit)
    make_opinion(title="别的单位", unit=other)
    page = moderator.get(address(first), unit=str(unit.id))
    done = moderator.submit(page, {"action": "publish", "unit": str(other.id)}, form=FORM)
    assert done.response.location == f"{address(second)}?unit={unit.id}"
    assert "已处理：受理并公开" in moderator.get(done.response.location).main
    assert stored(first.public_id).unit_id == other.id
    assert "第一条" in client.get(f"/opinions/{first.public_id}").main
    page = moderator.get(done.response.location)
    last = moderator.submit(page, {"action": "accept"}, form=FORM)
    assert last.response.location == f"/desk/moderation?unit={unit.id}"
    client.get(f"/opinions/{second.public_id}", status=404)


def test_ticks_and_words_by_hand_decide_what_is_masked(moderator: PageClient) -> None:
    opinion = make_opinion(body="电话13812345678，车牌甘A12345，找老周。老周在家。")
    page = moderator.get(address(opinion))
    keep = [key for key in page.form(FORM)["masks"] if key.endswith("-plate")]
    moderator.submit(page, {"action": "publish", "masks": keep, "marked": "老周"}, form=FORM)
    body = stored(opinion.public_id).body
    assert "13812345678" in body and "甘A12345" not in body and "老周" not in body
    assert body.endswith("，找**。**在家。")


def test_words_that_are_not_in_the_original_are_an_error(moderator: PageClient) -> None:
    opinion = make_opinion(body="找老周")
    page = moderator.submit(address(opinion), {"action": "publish", "marked": "老王"}, form=FORM, status=400)
    assert "老王" in errors(page) and page.form(FORM)["marked"].strip() == "老王"


def test_a_rejection_needs_reason_and_note(moderator: PageClient) -> None:
    opinion = make_opinion()
    page = moderator.submit(address(opinion), {"action": "reject"}, form=FORM, status=400)
    assert "不通过的原因" in errors(page) and "给作者的说明" in errors(page)
    moderator.submit(page, {"reason": "unclear", "note": "请写明地点"}, form=FORM)
    assert stored(opinion.public_id).state == OpinionState.REJECTED


def test_a_moderator_is_shown_what_says_the_same_already(moderator: PageClient) -> None:
    body = "解放路老水闸下面的排水口被垃圾堵住了，一下雨就漫水。"
    public = make_opinion(title="排水口被堵", body=body, state=OpinionState.PUBLISHED)
    make_opinion(title="路灯不亮", body="城东公园北门的三盏路灯坏了一个月。", state=OpinionState.PUBLISHED)
    twin = make_opinion(title="水闸下边的排水口堵了", body=body.replace("被垃圾", "让垃圾"))
    panel = moderator.get(address(twin)).one("[aria-labelledby=similar]")
    assert [link.get_text() for link in panel.select("a")] == ["排水口被堵"]
    assert not moderator.get(address(public)).soup.select("[aria-labelledby=similar]")


def test_words_that_become_public_hold_no_personal_data(moderator: PageClient) -> None:
    opinion = make_opinion(unit=make_unit())
    note = "已电话联系13912345678"
    page = moderator.get(f"/desk/moderation/{opinion.public_id}")
    again = moderator.submit(page, {"action": "publish", "note": note}, status=400)
    assert "说明里疑似有个人信息：13912345678" in again.main
    # Only the author reads what is asked back.
    moderator.submit(again, {"action": "hold", "note": note})
    assert db.session.get_one(Opinion, opinion.id).state == OpinionState.HELD


def test_a_private_opinion_cannot_be_published(moderator: PageClient) -> None:
    opinion = make_opinion(visibility=Visibility.PRIVATE)
    page = moderator.get(address(opinion))
    assert [radio["value"] for radio in page.soup.select("[name=action]")] == ["accept", "reject", "hold"]
    page = moderator.submit(page, {"action": "publish"}, form=FORM, status=400)
    assert "不公开" in errors(page)
    assert stored(opinion.public_id).state == OpinionState.WAITING


def test_a_unit_complained_of_is_refused_at_its_field(moderator: PageClient) -> None:
    unit = make_unit()
    below = make_unit(f"{unit.path}/物业科")
    opinion = make_opinion(complained=unit)
    page = moderator.submit(
        address(opinion), {"action": "accept", "unit": str(below.id)}, form=FORM, status=400
    )
    assert "反映的就是这个单位" in page.one("#unit-error").get_text()


def test_a_second_moderator_is_told_and_keeps_what_was_typed(app: Flask, moderator: PageClient) -> None:
    make_user("lisi", Role.MODERATOR)
    other = PageClient(app).sign_in("lisi")
    opinion = make_opinion()
    mine, theirs = moderator.get(address(opinion)), other.get(address(opinion))
    other.submit(theirs, {"action": "accept"}, form=FORM)
    wanted = {"action": "reject", "reason": "other", "note": "我写了很久的说明"}
    page = moderator.submit(mine, wanted, form=FORM, status=409)
    told = page.one("#conflict").get_text()
    assert "lisi" in told and "受理不公开" in told
    assert page.form(FORM)["note"].strip() == "我写了很久的说明"
    assert stored(opinion.public_id).state == OpinionState.ACCEPTED
    moderator.submit(page, {}, form=FORM)
    assert stored(opinion.public_id).state == OpinionState.REJECTED
    history = moderator.get(address(opinion)).one("[aria-labelledby=history]").get_text()
    assert "lisi" in history and "moderator" in history


def test_an_error_does_not_hide_that_somebody_else_was_faster(app: Flask, moderator: PageClient) -> None:
    make_user("lisi", Role.MODERATOR)
    other = PageClient(app).sign_in("lisi")
    opinion = make_opinion()
    mine = moderator.get(address(opinion))
    other.submit(address(opinion), {"action": "accept"}, form=FORM)
    page = moderator.submit(mine, {"action": "reject"}, form=FORM, status=400)
    moderator.submit(page, {"reason": "other", "note": "说明"}, form=FORM, status=409)


def test_a_withdrawn_opinion_shows_no_form(moderator: PageClient) -> None:
    opinion = make_opinion(state=OpinionState.WITHDRAWN)
    assert not moderator.get(address(opinion)).soup.select(FORM)


def test_a_coordinator_reads_and_does_not_decide(coordinator: PageClient) -> None:
    opinion = make_opinion(contact=CONTACT)
    page = coordinator.get(address(opinion))
    assert not page.soup.select("main form") and "不能处理" in page.main
    token = {"csrf_token": str(page.one("header [name=csrf_token]")["value"])}
    coordinator.post(address(opinion), {**token, "action": "publish", "version": "1"}, status=403)
    coordinator.post(f"{address(opinion)}/contact", {**token, "contactreason": "verify"}, status=403)
    assert stored(opinion.public_id).state == OpinionState.WAITING


def test_an_insider_reads_without_form_and_cannot_post(app: Flask) -> None:
    unit = make_unit()
    make_user("insider", Role.MODERATOR, Grant(Role.OFFICER, unit.path))
    insider = PageClient(app).sign_in("insider")
    opinion = make_opinion(unit=unit, contact=CONTACT)
    page = insider.get(address(opinion))
    assert not page.soup.select("main form") and "您所在的单位" in page.main
    token = {"csrf_token": str(page.one("header [name=csrf_token]")["value"])}
    insider.post(address(opinion), {**token, "action": "accept", "version": "1"}, status=403)
    insider.post(f"{address(opinion)}/contact", {**token, "contact-reason": "verify"}, status=403)
    assert db.session.scalars(select(Decision)).all() == []


def test_a_contact_is_shown_for_a_reason_and_stored_nowhere(moderator: PageClient) -> None:
    opinion = make_opinion(contact=CONTACT)
    page = moderator.submit(address(opinion), {}, form="#contact", status=400)
    assert CONTACT not in page.html
    shown = moderator.submit(page, {"contact-reason": "verify"}, form="#contact", status=200)
    assert CONTACT in shown.main
    assert shown.response.headers["Cache-Control"] == "no-store"
    logged = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contact_read")).all()
    assert [event.details for event in logged] == [{"reason": "verify"}]


def test_there_is_no_contact_form_without_contact(moderator: PageClient) -> None:
    assert not moderator.get(address(make_opinion())).soup.select("#contact")
