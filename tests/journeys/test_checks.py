"""The check of every page does find what it looks for."""

import pytest
from playwright.sync_api import Route

from tests.journeys.conftest import Arrive
from tests.kit.browser import PHONE
from tests.kit.site import Site

pytestmark = pytest.mark.journey

POLICY = "default-src 'none'; script-src 'nonce-n'"
PAGE = '<!doctype html><html lang="zh-CN"><head><title>一页</title></head><body><main><h1>一页</h1>{}</main></body></html>'
FAULTS = {
    "button-name": '<button class="btn" type="button"><img alt="" width="60" height="60"></button>',
    "scrolls sideways": f"<pre>{'长' * 200}</pre>",
    "lower than 44 px": '<button class="btn" type="button">小</button>',
    "console": '<script nonce="n">console.error("console: no")</script>',
    "script error": '<script nonce="n">undefined.no</script>',
    "without nonce": "<script>1</script>",
    "no label": '<input name="q" type="text">',
    "2 h1": "<h1>又一页</h1>",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(demo_site: Site, arrive: Arrive, fault: str) -> None:
    person = arrive(demo_site, PHONE)

    def answer(route: Route) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
        route.fulfill(status=200, headers=headers, body=PAGE.format(FAULTS[fault]))

    person.page.route("**/faulty", answer)
    person.open("/faulty")
    with pytest.raises(AssertionError, match=fault):
        person.check()


def test_another_status_than_expected_is_a_fault(demo_site: Site, arrive: Arrive) -> None:
    person = arrive(demo_site, PHONE)
    person.open("/nowhere")
    with pytest.raises(AssertionError, match="404, not 200"):
        person.check()
    person.check(404)
