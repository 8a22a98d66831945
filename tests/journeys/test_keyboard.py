"""With Tab, Space and Enter alone: one opinion is handed in, one is decided."""

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, Person
from tests.kit.site import Site
from tests.pages.desk import DecisionPage, DeskPage, QueuePage
from tests.pages.public import BoardPage, CheckPage, ReceiptPage, SignInPage, WritePage

pytestmark = pytest.mark.journey

MOST_TABS = 60
_HAS_FOCUS = "e => e === document.activeElement"
_FOCUS_SHOWS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


def tab_to(person: Person, target: Locator) -> None:
    """Press Tab until `target` has the focus; it must be shown wherever it rests."""
    for _press in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        assert person.page.evaluate(_FOCUS_SHOWS), person.page.evaluate("document.activeElement.outerHTML")
        if target.evaluate(_HAS_FOCUS):
            return
    raise AssertionError(f"{MOST_TABS} tabs do not reach {target}")


def enter(person: Person, target: Locator) -> None:
    """Go to a link or a button and follow it."""
    tab_to(person, target)
    person.follow(lambda: person.page.keyboard.press("Enter"))


def type_into(person: Person, target: Locator, words: str) -> None:
    """Go to a control and type."""
    tab_to(person, target)
    person.page.keyboard.insert_text(words)


def test_an_opinion_is_written_by_keyboard(demo_site: Site, arrive: Arrive) -> None:
    author = arrive(demo_site, DESK)
    author.open("/boards/suggestions")
    author.page.keyboard.press("Tab")
    skip = author.page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    author.page.keyboard.press("Enter")
    enter(author, author.page.locator("main").get_by_role("link", name="我要提意见"))

    writing = WritePage(author)
    type_into(author, writing.control("内容"), "晚上六点半就没有饭了，希望延长到八点。")
    type_into(author, writing.control("标题"), "社区食堂延长供餐")
    for heading in ("#part-whom", "#part-you"):
        tab_to(author, writing.button("下一步"))
        author.page.keyboard.press("Enter")
        expect(author.page.locator(heading)).to_be_focused()
    tab_to(author, author.page.locator("#consent"))
    author.page.keyboard.press("Space")
    enter(author, writing.button(WritePage.NEXT))
    enter(author, CheckPage(author).button("提交"))
    assert len(ReceiptPage(author).code.replace("-", "")) == 12
    author.open("/boards/suggestions")
    assert BoardPage(author).titles()


def test_an_opinion_is_decided_by_keyboard(demo_site: Site, arrive: Arrive) -> None:
    moderator = arrive(demo_site, DESK)
    moderator.open("/desk/moderation")
    form = SignInPage(moderator)
    type_into(moderator, form.control("用户名"), "moderator")
    type_into(moderator, form.control("密码"), demo_site.passwords["moderator"])
    moderator.follow(lambda: moderator.page.keyboard.press("Enter"))

    queue = QueuePage(moderator)
    title = queue.titles()[-1]
    enter(moderator, moderator.page.locator("main").get_by_role("link", name=title, exact=True))
    decision = DecisionPage(moderator)
    tab_to(moderator, moderator.page.get_by_role("radio").first)
    moderator.page.keyboard.press("Space")
    enter(moderator, decision.button("提交，看下一条"))
    assert "已处理：" in DeskPage(moderator).main
    assert title not in QueuePage.opened(moderator).titles()
