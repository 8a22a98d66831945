"""What becomes of an opinion, followed by its author on a phone with nothing but the query code."""

import pytest

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE, Person
from tests.kit.site import Site
from tests.pages.desk import DeskPage, QueuePage, WorkPage
from tests.pages.public import LookUpPage, WritePage
from tests.pages.screen import Screen

pytestmark = pytest.mark.journey

TITLE = "梧桐里小区门口的路灯不亮"
UNIT, SECOND, PASSWORD = "市城市管理局", "second-moderator", "correct horse battery staple"
MOBILE = "13812345678"


def test_an_author_without_account_and_scripts_follows_an_opinion_to_its_end(
    bare_site: Site, arrive: Arrive
) -> None:
    author = arrive(bare_site, PHONE, scripts=False)
    code = (
        WritePage.of_board(author)
        .fill(TITLE, "梧桐里小区门口的路灯不亮很久了，老人晚上看不清路。")
        .submit()
        .code
    )
    receipt = LookUpPage.opened(author).look_up(code)
    assert "已收到，正在审核" in receipt.main
    receipt.page.get_by_text("补充情况").click()
    receipt.control("要补充的内容").fill(f"是东门那一盏，我的电话{MOBILE}")
    receipt.press("提交补充")
    assert "已收到您补充的内容" in Screen(author).main

    first = moderator(bare_site, arrive, "moderator", bare_site.passwords["moderator"])
    QueuePage.opened(first).open(TITLE).decide(
        "不通过", reason="内容不够清楚，无法办理", note="看不清是哪一盏灯"
    )
    refused = LookUpPage.opened(author).look_up(code)
    assert "您可以请求复核一次" in refused.main and "看不清是哪一盏灯" in refused.main
    refused.control("为什么请求复核").fill("已经补充说明是东门那一盏")
    refused.press("请求复核")
    assert "会由另一位审核人员重新审核" in Screen(author).main
    own = QueuePage.opened(first).open(TITLE)
    assert "作者请求复核的正是您的决定" in own.main

    bare_site.flask(
        "users",
        "create",
        SECOND,
        "--role",
        "moderator",
        "--password-stdin",
        stdin=f"{PASSWORD}\n{PASSWORD}\n",
    )
    second = moderator(bare_site, arrive, SECOND, PASSWORD)
    QueuePage.opened(second).open(TITLE).decide("受理并公开", unit=UNIT)
    assert "复核，予以受理" in LookUpPage.opened(author).look_up(code).main

    answer_and_rate(bare_site, arrive, author, code)


def moderator(site: Site, arrive: Arrive, name: str, password: str) -> Person:
    person = arrive(site, DESK, scripts=False)
    DeskPage.signed_in(person, name, password)
    return person


def answer_and_rate(site: Site, arrive: Arrive, author: Person, code: str) -> None:
    """The unit answers, the author finds it unsolved, the unit answers once more, and it is solved."""
    officer = arrive(site, DESK, scripts=False)
    DeskPage.signed_in(officer, "officer", site.passwords["officer"])
    for reply, rating, told in (
        ("已通知灯管所。", "没解决", "重新交市城市管理局办理"),
        ("东门的路灯已经换好。", "解决了", "作者评价：解决了"),
    ):
        assert "答复已发布" in WorkPage.opened(officer).open(TITLE).write_reply(reply).main
        receipt = LookUpPage.opened(author).look_up(code)
        assert reply in receipt.main and "预计" not in receipt.main.split("办理过程")[0]
        receipt.page.get_by_role("radio", name=rating).first.check()
        receipt.press("提交评价")
        assert told in Screen(author).main
    assert MOBILE not in officer.page.content()
