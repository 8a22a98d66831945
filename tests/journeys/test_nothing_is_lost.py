"""Whatever goes wrong with a form, what was typed into it is still there."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE
from tests.kit.site import Site
from tests.pages.desk import DeskPage, QueuePage, WorkPage
from tests.pages.public import WritePage

pytestmark = pytest.mark.journey

TITLE, BODY = "菜市场门口乱停车", "早上买菜，门口停满了车，轮椅过不去。\n希望划出通道，<b>有人管</b>。"
CONTACT = "0931-8888888"
EITHER_WAY = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@EITHER_WAY
def test_a_refused_opinion_keeps_all_that_was_typed_and_leads_to_the_fault(
    demo_site: Site, arrive: Arrive, scripts: bool
) -> None:
    author = arrive(demo_site, PHONE, scripts=scripts)
    writing = WritePage.of_board(author, "messages").fill(TITLE, BODY, contact=CONTACT, consent=False)
    writing.choose("归哪个单位管", "市城市管理局")
    writing.choose("您的身份", "社区")
    writing.control("不公开").check()
    before = writing.typed()

    again = writing.refused()
    expect(author.page.locator("#error-summary")).to_be_focused()
    assert "请先勾选同意" in again.main
    assert again.typed() == before
    again.page.get_by_role("alert").get_by_role("link", name="我同意").click()
    again.control("我同意").check()
    again.submit()


@EITHER_WAY
def test_an_opinion_sent_after_its_session_ended_keeps_all_that_was_typed(
    demo_site: Site, arrive: Arrive, scripts: bool
) -> None:
    author = arrive(demo_site, PHONE, scripts=scripts)
    writing = WritePage.of_board(author).fill(TITLE, BODY, contact=CONTACT)
    if scripts:
        # What is proposed while one writes has come: nothing more is asked for on the way.
        expect(author.page.locator("#proposed-title")).to_have_attribute("data-title", re.compile("."))
    before = writing.typed()
    author.context.clear_cookies()
    again = writing.refused()
    assert again.typed() == before
    again.submit()


def test_a_decision_that_cannot_be_used_keeps_its_note(demo_site: Site, arrive: Arrive) -> None:
    moderator = arrive(demo_site, DESK)
    DeskPage.signed_in(moderator, "moderator", demo_site.passwords["moderator"])
    queue = QueuePage.opened(moderator)
    title = queue.titles()[0]
    refused = queue.open(title).decide("不通过", note="请您写清地点。", status=400)
    assert "请选择不通过的原因" in refused.main
    assert refused.control("给作者的说明").input_value() == "请您写清地点。"
    assert title in QueuePage.opened(moderator).titles()


def test_a_reply_that_must_be_checked_first_keeps_its_text(demo_site: Site, arrive: Arrive) -> None:
    officer = arrive(demo_site, DESK)
    DeskPage.signed_in(officer, "officer", demo_site.passwords["officer"])
    work = WorkPage.opened(officer)
    reply = "已经联系您，有事请打13800138000。"
    page = work.open(work.titles()[0])
    page.control("答复内容").fill(reply)
    page.press("发布答复")
    again = DeskPage(officer, 400)
    assert again.control("答复内容").input_value() == reply
    assert "答复里疑似有个人信息：13800138000" in again.main


def test_a_reply_stays_while_another_form_of_its_page_is_sent(demo_site: Site, arrive: Arrive) -> None:
    officer = arrive(demo_site, DESK)
    DeskPage.signed_in(officer, "officer", demo_site.passwords["officer"])
    page = WorkPage.opened(officer).open("请把百草公园到老水闸的路灯修一修")
    address, reply = officer.page.url, "已经到现场看过，正在请人修。"
    page.control("答复内容").fill(reply)
    officer.page.get_by_text("来不及？延期一次").click()
    page.press("延期")
    refused = DeskPage(officer, 400)
    assert refused.control("答复内容").input_value() == reply
    officer.open(address)
    assert DeskPage(officer).control("答复内容").input_value() == reply
    officer.check()
    # Refused, it is kept like anything typed; sent, it is not typed any more.
    DeskPage(officer).write("答复内容", reply + "有事请打13800138000。")
    DeskPage(officer).press("发布答复")
    DeskPage(officer, 400)
    officer.open(address)
    again = DeskPage(officer)
    assert again.control("答复内容").input_value().endswith("13800138000。")
    again.write("答复内容", reply)
    again.press("保存草稿")
    assert not officer.page.get_by_text("您写了还没提交的内容还在").count()


def test_a_decision_stays_while_the_contact_is_read_and_can_be_given_up(
    demo_site: Site, arrive: Arrive
) -> None:
    moderator = arrive(demo_site, PHONE)
    DeskPage.signed_in(moderator, "moderator", demo_site.passwords["moderator"])
    queue = QueuePage.opened(moderator)
    page = queue.open(queue.titles()[1])
    page.pick("请作者补充")
    page.write("给作者的说明", "请写清是哪一栋。")
    address = moderator.page.url
    moderator.open(address)
    again = DeskPage(moderator)
    assert again.control("给作者的说明").input_value() == "请写清是哪一栋。"
    assert again.control("请作者补充").is_checked()
    moderator.check()
    moderator.page.get_by_role("button", name="不要了").click()
    assert again.control("给作者的说明").input_value() == "" and not again.control("请作者补充").is_checked()
    moderator.open(address)
    assert DeskPage(moderator).control("给作者的说明").input_value() == ""
