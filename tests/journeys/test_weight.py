"""What a page costs on a cheap phone: bytes over the wire, requests, and whether anything jumps while it loads."""

import pytest
from playwright.sync_api import CDPSession

from tests.journeys.conftest import Arrive
from tests.kit.browser import DESK, PHONE
from tests.kit.site import Site

pytestmark = pytest.mark.journey

MOST_BYTES, MOST_REQUESTS = 60 * 1024, 10
_SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 0)));
})"""


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/", "/boards/suggestions", "/search?q=路灯"])
def test_a_page_is_light_and_nothing_jumps(demo_site: Site, arrive: Arrive, path: str, width: int) -> None:
    person = arrive(demo_site, width)
    session: CDPSession = person.context.new_cdp_session(person.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    finished: list[float] = []
    session.on("Network.loadingFinished", lambda event: finished.append(event["encodedDataLength"]))
    person.page.goto(path, wait_until="networkidle")
    shift = person.page.evaluate(_SHIFT)
    assert finished and len(finished) <= MOST_REQUESTS, f"{len(finished)} requests"
    assert sum(finished) <= MOST_BYTES, f"{sum(finished):.0f} bytes in {len(finished)} requests"
    assert shift == 0, f"layout shift {shift}"
