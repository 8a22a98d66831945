"""Goes to every page and state of tools/screen_list.py on a running site: for the pictures, and for the test of them all."""

from collections.abc import Iterator
from functools import partial

from playwright.sync_api import Browser, Route

from portal import create_app
from portal.config import read_settings
from portal.web.errors import error_page
from tests.kit.browser import Person
from tests.kit.site import Site
from tests.pages.public import SignInPage
from tools.screen_list import ERRORS, SECTIONS, Shot, press
from tools.screen_states import close_all, make_boards, make_states

# Pages speak of mail only where there is a server for it; nobody listens there. The foot of a page says who runs the site.
SETTINGS = {
    "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9",
    "SITE_OPERATOR": "云川市献一策活动办公室", "SITE_CONTACT": "0000-12345（工作日9点到17点）",
}  # fmt: skip
# What holds for the whole site, in the order in which it can: as it is, nothing is taken in, all is over.
MOMENTS = ("", "paused", "over")


def all_shots() -> Iterator[Shot]:
    """Every line of the list."""
    for group in SECTIONS.values():
        yield from group


class Visits:
    """People at one site, a window for each account and way of reading; the site is given all states first."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self.app = create_app(read_settings(site.environment))
        make_boards(site)
        with site.resting_runner():
            self._states = make_states(self.app)
        self._people: dict[tuple[str, bool, int], Person] = {}

    def come_to(self, moment: str) -> None:
        """Let the next of `MOMENTS` hold for the site."""
        if moment == "paused":
            reason = "系统正在维护，今天18点恢复。"
            self._site.flask("campaigns", "intake", "pause", "--reason", reason)
        elif moment == "over":
            self._site.flask("campaigns", "intake", "normal")
            close_all(self.app)

    def person(self, shot: Shot, width: int) -> Person:
        """Who goes to the shot, signed in and reading as it says."""
        key = (shot.who, shot.large, width)
        if key not in self._people:
            self._people[key] = self._arrived(shot, width)
        return self._people[key]

    def go(self, shot: Shot, width: int) -> Person:
        """To the page and state of the shot, and nothing of what was written for another."""
        person = self.person(shot, width)
        if shot.code:
            person.open("/receipts")
            person.page.get_by_label("查询码").fill(self._states[shot.code])
            press("查进度")(person)
        else:
            if person.page.url.startswith("http"):
                # A writing page keeps its draft when it is left, so it is left before.
                person.open("/receipts")
                person.page.evaluate("localStorage.clear()")
            person.open(shot.path.format_map(self._states))
        if shot.steps:
            shot.steps(person)
        return person

    def forget(self, shot: Shot, width: int) -> None:
        """Close the window of a shot that cannot be reached: what it left there must not hide the others."""
        self._people.pop((shot.who, shot.large, width)).context.close()

    def _arrived(self, shot: Shot, width: int) -> Person:
        person = Person(self._browser, self._site.url, width)
        self._show_errors(person)
        if shot.who:
            SignInPage.opened(person).enter(shot.who, self._site.passwords[shot.who])
        if shot.large:
            person.open("/view/large")
        return person

    def _show_errors(self, person: Person) -> None:
        """Answer /picture-of-CODE with the error page of that code, as the portal itself makes it."""
        for code in ERRORS:
            with self.app.test_request_context("/"):
                page = error_page(code)
            person.page.route(f"**/picture-of-{code}", partial(_answer, code, page.get_data(as_text=True)))


def _answer(code: int, body: str, route: Route) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'"}
    route.fulfill(status=code, headers=headers, body=body)
