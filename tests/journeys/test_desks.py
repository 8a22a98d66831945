"""Everybody's desk: who reaches what, and that all of it is well made on a phone and on a desk."""

import pytest

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE
from tests.kit.site import Site
from tests.pages.desk import DeskPage, QueuePage
from tests.pages.public import BoardPage, OpinionPage, SignInPage
from tests.pages.screen import Screen

pytestmark = pytest.mark.journey

UNIT_DESK = ["总览", "办理", "征求意见稿", "意见汇总"]
SECTIONS = {
    "moderator": ["总览", "审核", "评论"],
    "officer": UNIT_DESK,
    "editor": UNIT_DESK,
    "coordinator": ["总览", "审核", "评论", "办理", "征求意见稿", "意见汇总"],
    "inspector": ["总览", "办理", "意见汇总"],
    "admin": ["总览", "账号", "接收开关"],
}
# Where a section lists opinions, the first of them is opened too.
LISTS = ("审核", "办理")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", SECTIONS)
def test_staff_reach_their_sections(demo_site: Site, arrive: Arrive, name: str, width: int) -> None:
    person = arrive(demo_site, width)
    desk = DeskPage.signed_in(person, name, demo_site.passwords[name])
    assert desk.sections() == SECTIONS[name]
    for section in SECTIONS[name]:
        desk.go_to(section)
        DeskPage(person)
        first = person.page.locator("main .opinion-card__title a").first
        if section in LISTS and first.is_visible():
            person.follow(first.click)
            DeskPage(person)


def test_all_demo_accounts_are_met_here(demo_site: Site) -> None:
    assert {*SECTIONS, "citizen"} == set(demo_site.passwords)


def test_a_citizen_signs_in_to_the_public_site_and_finds_no_desk(demo_site: Site, arrive: Arrive) -> None:
    person = arrive(demo_site, PHONE)
    SignInPage.opened(person).enter("citizen", demo_site.passwords["citizen"])
    assert person.page.url == f"{demo_site.url}/"
    home = Screen(person)
    assert home.page.get_by_role("link", name="工作台").count() == 0
    person.open("/desk/")
    assert "您不能打开这一页" in Screen(person, 403).main


def test_a_wrong_password_and_an_unknown_name_read_the_same(demo_site: Site, arrive: Arrive) -> None:
    person = arrive(demo_site, PHONE)
    wrong = SignInPage.opened(person).refused("editor", "not the password").main
    unknown = SignInPage.opened(person).refused("nobody-here", "not the password").main
    assert wrong == unknown
    assert "用户名或密码不对" in wrong


def test_the_second_of_two_moderators_is_told_who_was_first(demo_site: Site, arrive: Arrive) -> None:
    password = "a second pair of eyes"
    demo_site.flask(
        "users", "create", "second", "--display-name", "值班审核员", "--role", "moderator", "--password-stdin",
        stdin=password + "\n",
    )  # fmt: skip
    first, second = arrive(demo_site, DESK), arrive(demo_site, DESK)
    DeskPage.signed_in(first, "moderator", demo_site.passwords["moderator"])
    DeskPage.signed_in(second, "second", password)
    queue = QueuePage.opened(first)
    title = queue.titles()[1]
    ours, theirs = queue.open(title), QueuePage.opened(second).open(title)
    ours.decide("受理不公开")

    told = theirs.decide("不通过", reason="其他原因", note="先请社区核实一下。", status=409)
    assert "民意收集组已在" in told.main and "受理不公开。您的这一步没有生效" in told.main
    assert "先请社区核实一下。" in (told.main + told.control("给作者的说明").input_value())


def test_a_long_list_is_paged_forwards_and_backwards(demo_site: Site, arrive: Arrive) -> None:
    person = arrive(demo_site, PHONE)
    for sort in ("newest", "supported"):
        person.open(f"/boards/messages?sort={sort}")
        first = BoardPage(person)
        there = [first.titles()]
        while person.page.get_by_role("link", name="下一页").is_visible():
            there.append(first.turn("下一页").titles())
        back = [there[-1]]
        while person.page.get_by_role("link", name="上一页").is_visible():
            back.append(first.turn("上一页").titles())
        assert there == back[::-1]
        assert [len(page) for page in there[:-1]] == [25] * (len(there) - 1) and len(there) > 3
    person.follow(person.page.locator(".opinion-card__title a").first.click)
    OpinionPage(person)
