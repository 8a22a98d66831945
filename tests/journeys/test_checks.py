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
    "smaller than 44 px": '<button class="btn" type="button">小</button>',
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


# Each look lets the browser's messages in.
LOOKS = 200
ATTEMPTS = {
    "window.print was called": '<button class="btn btn-primary" onclick="print()">做</button>',
    "window.open was called": '<button class="btn btn-primary" onclick="window.open(\'/\')">做</button>',
    "a window was opened": '<button class="btn btn-primary" formtarget="_blank" form="f">做</button><form id="f"></form>',
    "a download": '<button class="btn btn-primary" form="f">做</button><form id="f" action="/file"></form>',
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_a_refusing_browser_is_asked_for_is_a_fault(
    demo_site: Site, arrive: Arrive, attempt: str
) -> None:
    person = arrive(demo_site, PHONE, refusing=True)
    person.page.route("**/page*", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=PAGE.format(ATTEMPTS[attempt])))  # fmt: skip
    save = {"Content-Disposition": "attachment; filename=a.txt"}
    person.page.route("**/file*", lambda route: route.fulfill(headers=save, body="x"))
    person.open("/page")
    person.page.get_by_role("button").click()
    for _look in range(LOOKS):
        if person.faults:
            break
        person.page.evaluate("0")
    assert any(attempt in fault for fault in person.faults), person.faults
