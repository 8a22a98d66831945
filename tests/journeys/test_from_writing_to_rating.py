"""One opinion's whole way, by everybody it meets: written, rejected, reviewed, published, supported, answered, rated.

On a phone and on a desk, with scripts and without, once by the keyboard alone, and always in browsers that refuse to
download, to print and to open windows; on the phone it is the browser inside WeChat.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE, WECHAT, Person
from tests.kit.site import Site
from tests.pages.desk import DeskPage, QueuePage, WorkPage
from tests.pages.public import BoardPage, CheckPage, LookUpPage, OpinionPage, SearchPage, WritePage
from tests.pages.screen import Screen

pytestmark = pytest.mark.journey

NUMBER, MASKED = "13812345678", "138****5678"
UNIT, OFFICER = "市城市管理局", "officer"
REVIEWER, PASSWORD = "reviewer", "correct horse battery staple"


@dataclass(frozen=True)
class Way:
    """How one of the four goes: what it is about, and in which browser."""

    title: str
    width: int
    scripts: bool
    keyboard: bool = False
    browser: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        how = {"scripts": self.scripts, "keyboard": self.keyboard, "refusing": True}
        object.__setattr__(self, "browser", how | ({"user_agent": WECHAT} if self.width == PHONE else {}))


WAYS = {
    "phone, scripts": Way("柳荫巷的长凳坏了", PHONE, scripts=True),
    "phone, no scripts": Way("石桥头的护栏松了", PHONE, scripts=False),
    "desk, scripts, keyboard": Way("东渡口的台阶缺角", DESK, scripts=True, keyboard=True),
    "desk, no scripts": Way("南门口的公告栏倒了", DESK, scripts=False),
}


@pytest.fixture(scope="module")
def reviewer(demo_site: Site) -> str:
    """A second moderator: nobody reviews what they rejected themselves."""
    create = ("users", "create", REVIEWER, "--role", "moderator", "--password-stdin")
    demo_site.flask(*create, stdin=f"{PASSWORD}\n")
    return REVIEWER


@pytest.mark.parametrize("name", WAYS)
def test_an_opinion_goes_its_whole_way(demo_site: Site, arrive: Arrive, reviewer: str, name: str) -> None:
    way = WAYS[name]
    passwords = {**demo_site.passwords, reviewer: PASSWORD}

    def comes(account: str = "") -> Person:
        person = arrive(demo_site, way.width, **way.browser)
        if account:
            DeskPage.signed_in(person, account, passwords[account])
        return person

    author = comes()
    code = write(author, way)
    add_information(author, code)
    first = comes("moderator")
    QueuePage.opened(first).open(way.title).decide(
        "不通过", reason="内容不够清楚，无法办理", note="看不清是哪一处"
    )
    ask_for_review(author, code)
    assert "作者请求复核的正是您的决定" in QueuePage.opened(first).open(way.title).main
    QueuePage.opened(comes(reviewer)).open(way.title).decide("受理并公开", unit=UNIT)
    assert "复核，予以受理" in LookUpPage.opened(author).look_up(code).main

    support(comes(), way.title)
    reply = f"您好：{way.title}一事，我们已于昨天派人修好。"
    answer(comes(OFFICER), way.title, reply)
    rate(author, code, reply)


def write(author: Person, way: Way) -> str:
    """Hand in what somebody has written before, with a telephone number in it; the query code."""
    author.open("/boards/suggestions?sort=supported")
    known = BoardPage(author).titles()[0]
    author.open("/opinions/new")
    writing = WritePage(author)
    writing.write("内容", f"{known}，希望早点办好。另外{way.title}。我的电话{NUMBER}。")
    if way.scripts:
        support_similar_while_writing(writing)
    writing.write("标题", way.title)
    writing.tick("我同意")
    checked = writing.check()
    assert MASKED in checked.public_text and NUMBER not in checked.public_text
    assert checked.page.locator("#similar").get_by_role("link", name=known).count() == 1
    if not way.scripts:
        checked.go_by(checked.page.locator("#similar").get_by_role("button", name="我也支持").first)
        checked = CheckPage(author)
        assert "您的支持已记下" in checked.main and NUMBER not in checked.public_text
    code = checked.hand_in().code
    assert len(code.replace("-", "")) == 12
    return code


def support_similar_while_writing(writing: WritePage) -> None:
    similar = writing.page.locator("#similar")
    expect(similar.get_by_role("link").first).to_be_visible()
    writing.person.hands.press(similar.get_by_role("button", name="我也支持").first)
    expect(similar.get_by_role("status")).to_contain_text("您的支持已记下")


def add_information(author: Person, code: str) -> None:
    receipt = LookUpPage.opened(author).look_up(code)
    assert "已收到，正在审核" in receipt.main
    receipt.unfold("补充情况")
    receipt.write("要补充的内容", "就在公交站的旁边")
    receipt.press("提交补充")
    assert "已收到您补充的内容" in Screen(author).main


def ask_for_review(author: Person, code: str) -> None:
    refused = LookUpPage.opened(author).look_up(code)
    assert "您可以请求复核一次" in refused.main and "看不清是哪一处" in refused.main
    refused.write("为什么请求复核", "已经补充说明在公交站的旁边")
    refused.press("请求复核")
    assert "会由另一位审核人员重新审核" in Screen(author).main


def support(neighbour: Person, title: str) -> None:
    """Another visitor finds it and supports it."""
    SearchPage.found(neighbour, title).follow(title)
    page = OpinionPage(neighbour)
    assert MASKED in page.main and NUMBER not in neighbour.page.content()
    assert page.press_support("我也支持").support == "1人支持"


def answer(officer: Person, title: str, reply: str) -> None:
    work = WorkPage.opened(officer).open(title)
    assert NUMBER not in officer.page.content()
    assert "答复已发布" in work.write_reply(reply).main


def rate(author: Person, code: str, reply: str) -> None:
    receipt = LookUpPage.opened(author).look_up(code)
    assert reply in receipt.main and "已答复" in receipt.main
    receipt.pick("解决了")
    receipt.press("提交评价")
    assert "作者评价：解决了" in Screen(author).main
