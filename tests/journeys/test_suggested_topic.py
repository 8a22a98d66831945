"""The topic that the machine suggests is taken by one press, with scripts on the spot and without by a round trip."""

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE, Person
from tests.kit.site import Site
from tests.pages.desk import DecisionPage, DeskPage, QueuePage

pytestmark = pytest.mark.journey

# The job runner looks at what waits every few seconds.
LOOKS = 60
# Its author chose no topic: where one did, nothing is suggested that says the same.
TITLE = "中考那几天的感谢"
NOTE = "已经看过，转给管这件事的部门。"


def suggestion(person: Person) -> Locator:
    """The first topic that is suggested, once there is one."""
    shown = person.page.get_by_role("group", name="建议的类别").get_by_role("button")
    for _look in range(LOOKS):
        if shown.first.is_visible():
            return shown.first
        person.page.reload()
    raise AssertionError("no topic was suggested")


@pytest.mark.parametrize(
    ("width", "scripts"), [(PHONE, False), (DESK, True)], ids=["phone-no-scripts", "desk-scripts"]
)
def test_a_suggested_topic_is_taken_by_one_press(
    demo_site: Site, arrive: Arrive, width: int, scripts: bool
) -> None:
    moderator = arrive(demo_site, width, scripts=scripts)
    DeskPage.signed_in(moderator, "moderator", demo_site.passwords["moderator"])
    QueuePage.opened(moderator).open(TITLE)
    button = suggestion(moderator)
    wanted = button.get_attribute("value")
    page = DecisionPage(moderator)
    page.write("给作者的说明", NOTE)
    requests: list[str] = []
    moderator.page.on("request", lambda request: requests.append(request.method))
    if scripts:
        button.click()
    else:
        moderator.follow(button.click)
    expect(page.control("类别")).to_have_value(str(wanted))
    assert page.control("给作者的说明").input_value() == NOTE
    assert ("POST" in requests) is not scripts
    moderator.check()
