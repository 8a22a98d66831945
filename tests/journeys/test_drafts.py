"""What is typed on a device stays on it until it is handed in; the contact never does."""

from typing import Any

import pytest

from tests.journeys.conftest import Arrive
from tests.kit.browser import PHONE
from tests.kit.site import Site
from tests.pages.public import WritePage

pytestmark = pytest.mark.journey

TITLE, BODY = "河堤步道晚上太暗", "河堤步道的路灯坏了一半，散步的老人看不清台阶。\n希望补上路灯。"
CONTACT = "13912345678"


def stored(page: WritePage) -> dict[str, Any]:
    """All that the site keeps on the device; of htmx's own only the address of the page, without any word typed."""
    kept: dict[str, Any] = page.page.evaluate("() => ({...localStorage, ...sessionStorage})")
    assert kept.pop("htmx-current-path-for-history", "/new").endswith("/new")
    return kept


def test_a_draft_comes_back_after_a_reload_and_goes_once_it_is_handed_in(
    demo_site: Site, arrive: Arrive
) -> None:
    author = arrive(demo_site, PHONE)
    writing = WritePage.of_board(author).fill(TITLE, BODY, contact=CONTACT)
    writing.choose("归哪个单位管", "市水务局")
    author.page.reload()

    again = WritePage(author)
    assert "上次没写完的内容还在" in again.main
    typed = again.typed()
    assert (typed["标题"], typed["内容"], typed["归哪个单位管"]) == (TITLE, BODY, "市水务局")
    assert typed["联系电话"] == ""
    assert TITLE in str(stored(again)) and CONTACT not in str(stored(again))

    again.fill(TITLE, BODY, contact=CONTACT).submit()
    assert stored(again) == {}
    author.open("/boards/suggestions/new")
    assert WritePage(author).typed()["标题"] == ""


def test_a_draft_can_be_thrown_away(demo_site: Site, arrive: Arrive) -> None:
    author = arrive(demo_site, PHONE)
    WritePage.of_board(author).fill(TITLE, BODY)
    author.page.reload()
    again = WritePage(author)
    again.button("清除草稿").click()
    assert again.typed()["内容"] == "" and stored(again) == {}
    author.page.reload()
    assert WritePage(author).typed()["内容"] == ""
