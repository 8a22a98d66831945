"""Every page and state of tools/screen_list.py is well made: axe, targets, no sideways scrolling, at both widths and in
text of twice the size. A line more in that list is a page more here."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import DESK, PHONE
from tests.kit.site import running_site
from tools.screen_list import Shot
from tools.screen_visits import MOMENTS, SETTINGS, Visits, all_shots

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def visits(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    folder = tmp_path_factory.mktemp("screens")
    url = f"sqlite:///{folder / 'portal.sqlite'}"
    with running_site(folder, url, settings=SETTINGS) as site:
        yield Visits(browser, site)
        assert "Traceback" not in site.messages(), site.messages()[-3000:]


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_page_and_state_is_well_made(visits: Visits, moment: str) -> None:
    visits.come_to(moment)
    faults: list[str] = []
    opened: set[str] = set()
    for shot in all_shots():
        if shot.during == moment:
            faults += look_at(visits, shot)
            opened.add(visits.person(shot, PHONE).page.url)
    if not moment:
        faults += [f"no line shows {name}" for name in sorted(pages_of(visits) - endpoints(visits, opened))]
    assert not faults, "\n".join(faults)


# Answered by GET, and no page that somebody reads.
NO_PAGES = {
    "health.live", "health.ready", "view.choose", "leaving.data_file", "digests_desk.progress",
    "digests_desk.download", "opinion_files.download", "moderation_files.download", "casework_files.download",
}  # fmt: skip


def pages_of(visits: Visits) -> set[str]:
    """The endpoints of all pages."""
    rules = visits.app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - NO_PAGES


def endpoints(visits: Visits, urls: set[str]) -> set[str]:
    """Which endpoints show what stands at `urls`; a form that is sent shows its page at another address."""
    adapter = visits.app.url_map.bind("localhost")
    paths = {unquote(urlsplit(url).path) for url in urls}
    return {
        adapter.match(path, method)[0]
        for path in paths
        for method in ("GET", "POST")
        if adapter.test(path, method)
    }


def look_at(visits: Visits, shot: Shot) -> Iterator[str]:
    """What is wrong with one page or state, at both widths."""
    person = visits.go(shot, PHONE)
    for check in (lambda: person.check(shot.status), person.check_twice_as_large):
        try:
            check()
        except AssertionError as fault:
            yield f"{shot.name}: {fault}"
    person.resize(DESK)
    try:
        person.check_look()
    except AssertionError as fault:
        yield f"{shot.name}: {fault}"
    person.resize(PHONE)
