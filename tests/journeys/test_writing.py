"""Writing on a phone: step by step with scripts, on one page without; similar ones, the check page, nothing lost."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import PHONE
from tests.kit.site import Site
from tests.pages.public import BoardPage, CheckPage, WritePage

pytestmark = pytest.mark.journey

NUMBER, MASKED = "13912345678", "139****5678"
NAMED = "王小明"


def test_with_scripts_similar_ones_come_while_writing_and_steps_go_back_and_on(
    demo_site: Site, arrive: Arrive
) -> None:
    author = arrive(demo_site, PHONE)
    author.open("/boards/suggestions")
    known = BoardPage(author).titles()[0]
    author.open("/opinions/new")
    writing, page = WritePage(author), author.page
    writing.button("下一步").click()
    expect(page.locator("#body-error")).to_be_visible()
    writing.control("内容").press_sequentially(f"{known}，已经很久了，", delay=0)
    expect(page.locator("#body-error, .field--invalid, [aria-invalid]")).to_have_count(0)
    similar = page.locator("#similar")
    expect(similar.get_by_role("link").first).to_be_visible()
    expect(writing.control("标题")).not_to_have_value("")
    similar.get_by_role("button", name="我也支持").first.click()
    expect(similar.get_by_role("status")).to_contain_text("您的支持已记下")
    author.check()

    writing.control("内容").fill(f"{known}。我的电话{NUMBER}。")
    writing.button("下一步").click()
    expect(page.locator("#part-whom")).to_be_focused()
    page.get_by_label("输入几个字查找单位").fill("教育")
    expect(page.locator("#unit option")).to_have_count(3)
    author.check()
    page.go_back()
    expect(writing.control("内容")).to_be_visible()
    writing.control("我同意").check()
    checked = writing.check()
    assert MASKED in checked.public_text and NUMBER not in checked.public_text
    assert checked.hand_in().code
    assert page.evaluate("localStorage.length") == 0


def test_without_scripts_the_check_page_shows_them_and_masks_by_one_tap(
    demo_site: Site, arrive: Arrive
) -> None:
    author = arrive(demo_site, PHONE, scripts=False)
    author.open("/boards/suggestions")
    known = max(BoardPage(author).titles(), key=len)
    author.open("/opinions/new")
    writing = WritePage(author)
    writing.control("内容").fill(f"{known}。我的电话{NUMBER}，也可以找{NAMED}。")
    writing.control("我同意").check()
    checked = writing.check()
    assert MASKED in checked.public_text and NAMED in checked.public_text
    checked.control("还想遮住别的").fill(NAMED)
    checked.press("遮住这几个字")
    masked = CheckPage(author)
    assert NAMED not in masked.public_text
    author.follow(author.page.locator("#similar").get_by_role("button", name="我也支持").first.click)
    supported = CheckPage(author)
    assert "您的支持已记下" in supported.main and NAMED not in supported.public_text
    supported.press("返回修改")
    again = WritePage(author)
    assert NUMBER in again.control("内容").input_value()
    assert again.check().hand_in().code
