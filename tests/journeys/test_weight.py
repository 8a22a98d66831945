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
# A page comes in parts, and may be painted between any two of them: what is shown must be where it will stay. Parts are
# taken away from the end; of what is left in the window nothing may have been elsewhere.
_MOVED = r"""() => {
  const seen = (box) => box && box.top < innerHeight && box.width > 0;
  const boxOf = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getClientRects()[0];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.data.trim() && !text.parentElement.closest(".visually-hidden") && text.parentElement.checkVisibility() && seen(boxOf(text))) texts.push([text, boxOf(text)]);
  }
  const moved = new Map();
  const nodes = [];
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (all.nextNode()) nodes.push(all.currentNode);
  for (const node of nodes.reverse()) {
    const what = (node.outerHTML || node.data).trim().slice(0, 100);
    node.remove();
    for (const [text, before] of what ? texts : []) {
      const now = text.isConnected && !moved.has(text) && boxOf(text);
      const by = now ? Math.max(Math.abs(now.left - before.left), Math.abs(now.top - before.top)) : 0;
      if (by > 1) moved.set(text, `“${text.data.trim().slice(0, 20)}” by ${Math.round(by)} px when there comes ${what}`);
    }
  }
  return [...moved.values()];
}"""


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(
    "path", ["/", "/boards/suggestions", "/search?q=路灯", "/receipts", "/campaigns/xianyice", "/sign-in"]
)
def test_nothing_moves_while_a_page_comes_in_parts(
    demo_site: Site, arrive: Arrive, path: str, width: int
) -> None:
    person = arrive(demo_site, width)
    person.open(path)
    assert person.page.evaluate(_MOVED) == []


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
