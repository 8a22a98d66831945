"""Chromium for journeys: people with a window each, in which every page that a journey stops at is checked."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.kit.client import check_html
from tests.kit.hands import Hands, Keyboard, Pointer
from tests.kit.skipping import cannot_run

PHONE, DESK = 375, 1280
HEIGHTS = {PHONE: 812, DESK: 900}
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check", "--lang=zh-CN",
)  # fmt: skip
WAIT_MS = 20_000
WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; HUAWEI NOH-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MicroMessenger/8.0.47.2560 WeChat/arm64"
)
# What the browser inside WeChat cannot do: a page that tries says so on the console, which `check` reads.
_REFUSALS = """for (const name of ['print', 'open', 'alert', 'confirm', 'prompt'])
  window[name] = () => console.error(`window.${name} was called`);"""

# A link within a sentence is as high as its line; one that stands alone is a target like a button.
_SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a[href], button, .btn, summary, select, textarea, input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !e.matches('.breadcrumbs *'))
  .filter(e => !(e.matches('a') && getComputedStyle(e).display === 'inline'
    && e.parentElement.textContent.trim() !== e.textContent.trim()))
  .map(e => [(e.closest('.choice') || e).getBoundingClientRect(), e])
  .filter(([box]) => box.height < 43.5 || box.width < 43.5)
  .map(([, e]) => e.outerHTML.slice(0, 120))"""
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def chromium_path() -> str:
    """Where Chromium is: CHROMIUM, else on the PATH; skips the test, with the reason, where there is none.

    The shell without windows does the same work in four fifths of the time.
    """
    found = filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser")))
    path = os.environ.get("CHROMIUM") or next(found, None)
    if path is None:
        cannot_run("there is no Chromium: CHROMIUM names none and none is on the PATH")
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, closed at the end."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Person:
    """Somebody with a browser window and cookies of their own."""

    def __init__(
        self, browser: Browser, site_url: str, width: int, *, scripts: bool = True, keyboard: bool = False,
        user_agent: str | None = None, refusing: bool = False,
    ) -> None:  # fmt: skip
        """`refusing`: a browser that neither downloads nor prints nor opens windows, and holds each attempt against the site."""
        self.width, self.scripts = width, scripts
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, base_url=site_url, locale="zh-CN",
            timezone_id="Asia/Shanghai", java_script_enabled=scripts, reduced_motion="reduce",
            user_agent=user_agent, accept_downloads=not refusing,
        )  # fmt: skip
        self.context.set_default_timeout(WAIT_MS)
        self.page: Page = self.context.new_page()
        self.hands: Hands = Keyboard(self.page) if keyboard else Pointer()
        self.faults: list[str] = []
        self._document: Response | None = None
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("response", self._note)
        if refusing:
            self._refuse()

    def _refuse(self) -> None:
        self.context.add_init_script(_REFUSALS)
        self.context.on("page", lambda page: self.faults.append(f"a window was opened: {page.url}"))
        self.page.on("download", lambda file: self.faults.append(f"a download: {file.url}"))

    def open(self, path: str) -> None:
        """Go to `path` by the address bar."""
        self.page.goto(path)

    def follow(self, step: Callable[[], Any]) -> None:
        """Take a step that leads to another page, and wait until that is there."""
        with self.page.expect_navigation():
            step()

    def check(self, status: int = 200) -> None:
        """Check the page that is open: its status, its HTML, nothing said on the console, no sideways scrolling,
        targets large enough for a finger, and no violation that axe-core finds."""
        where = self.page.url
        assert self._document is not None, f"{where}: nothing was loaded"
        assert self._document.status == status, f"{where}: {self._document.status}, not {status}"
        policy = self._document.headers.get("content-security-policy", "")
        check_html(BeautifulSoup(self._document.text(), "html.parser"), where, policy)
        self.check_look()

    def check_look(self) -> None:
        """Check how the page that is open looks at the present width; see `check`."""
        where = f"{self.page.url} at {self.width} px"
        assert self.page.evaluate(_OVERFLOW) <= 0, f"{where}: scrolls sideways"
        small = self.page.evaluate(_SMALL_TARGETS)
        assert not small, f"{where}: smaller than 44 px: {small}"
        if self.scripts:
            self._ask_axe(where)
        assert not self.faults, f"{where}: {self.faults}"

    def check_twice_as_large(self) -> None:
        """Check that text of twice the size, as somebody's browser may be set, makes nothing scroll sideways."""
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        over = self.page.evaluate(_OVERFLOW)
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        assert over <= 0, f"{self.page.url} at {self.width} px: text of 200 % scrolls sideways by {over} px"

    def resize(self, width: int) -> None:
        """Make the window another width."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def _ask_axe(self, where: str) -> None:
        # Evaluated by the debugger, which the site's policy does not bind; a script element would be refused.
        self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        shown = [
            {"rule": item["id"], "nodes": [node["html"][:160] for node in item["nodes"]]} for item in found
        ]
        assert not found, f"{where}: {json.dumps(shown, ensure_ascii=False, indent=1)}"

    def _hear(self, message: ConsoleMessage) -> None:
        # That a page itself came with an error status is no fault of the page: `check` is told which to expect.
        own_status = message.text.startswith("Failed to load resource") and self._is_document(
            message.location["url"]
        )
        if message.type in ("error", "warning") and not own_status:
            self.faults.append(f"{message.type}: {message.text}")

    def _is_document(self, url: str) -> bool:
        return self._document is not None and self._document.url == url

    def _note(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and not 300 <= response.status < 400
        if is_page and response.headers.get("content-type", "").startswith("text/html"):
            self._document = response
