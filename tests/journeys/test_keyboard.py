"""With Tab, Space and Enter alone: past the head of a page, and from step to step of the writing page.

The whole way of an opinion by keyboard is one of test_from_writing_to_rating.
"""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK
from tests.kit.site import Site
from tests.pages.public import WritePage

pytestmark = pytest.mark.journey


def test_the_head_is_skipped_and_each_step_begins_at_its_heading(demo_site: Site, arrive: Arrive) -> None:
    author = arrive(demo_site, DESK, keyboard=True)
    author.open("/boards/suggestions/new")
    keys, writing = author.page.keyboard, WritePage(author)
    keys.press("Tab")
    skip = author.page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    writing.write("内容", "晚上六点半就没有饭了，希望延长到八点。")
    for heading in ("#part-whom", "#part-you"):
        author.hands.press(writing.button("下一步"))
        expect(author.page.locator(heading)).to_be_focused()
