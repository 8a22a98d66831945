"""Pages of the desk."""

import re
import time
from pathlib import Path
from typing import ClassVar, Self

from playwright.sync_api import Locator, expect

from tests.kit.browser import Person
from tests.pages.public import SignInPage
from tests.pages.screen import Screen

DIGEST_SECONDS = 60


class DeskPage(Screen):
    """Any page of the desk."""

    @classmethod
    def signed_in(cls, person: Person, name: str, password: str) -> Self:
        """The desk's first page, after signing in there."""
        person.open("/desk/")
        SignInPage(person).enter(name, password)
        return cls(person)

    def sections(self) -> list[str]:
        """The sections that are offered."""
        return self._sections().all_inner_texts()

    def _sections(self) -> Locator:
        return self.page.get_by_role("navigation", name="工作台").get_by_role("link")

    def go_to(self, section: str) -> None:
        """Open a section."""
        self.go_by(self._sections().filter(has_text=section))


class ListPage(DeskPage):
    """A list of opinions at the desk."""

    def titles(self) -> list[str]:
        """The titles of the page, in order."""
        return self.page.locator(".opinion-card__title").all_inner_texts()

    def _follow_title(self, title: str) -> None:
        """Open the opinion of that title, from whichever page of the list it stands on."""
        while title not in self.titles() and self.page.get_by_role("link", name="下一页").is_visible():
            self.follow("下一页")
        self.follow(title)


class QueuePage(ListPage):
    """What waits for moderators."""

    path = "/desk/moderation"
    heading: ClassVar[str] = "审核"

    def open(self, title: str) -> "DecisionPage":
        """The opinion of that title."""
        self._follow_title(title)
        return DecisionPage(self.person)


class DecisionPage(DeskPage):
    """One opinion and the decision on it."""

    def decide(
        self, action: str, *, unit: str = "", topic: str = "", reason: str = "", note: str = "",
        hide: tuple[str, ...] = (), status: int = 200,
    ) -> "DeskPage":  # fmt: skip
        """Fill the decision in and send it; the page that comes then (the next opinion, or the queue)."""
        if hide:
            self.write("还要遮住的文字", "\n".join(hide))
        if unit:
            self.choose("交哪个单位办理", unit)
        if topic:
            self.choose("类别", topic)
        self.pick(action)
        if reason:
            self.choose("不通过的原因", reason)
        if note:
            self.write("给作者的说明", note)
        self.press("提交，看下一条")
        return DeskPage(self.person, status)

    def masks(self) -> dict[str, bool]:
        """The places that are offered to be masked, and whether each is ticked."""
        boxes = self.page.get_by_role("group", name="遮住个人信息").get_by_role("checkbox").all()
        return {self._label(box): box.is_checked() for box in boxes}

    def _label(self, box: Locator) -> str:
        return self.page.locator(f"label[for='{box.get_attribute('id')}']").inner_text().strip()


class WorkPage(ListPage):
    """The opinions of a unit."""

    path = "/desk/casework"
    heading: ClassVar[str] = "办理"

    def open(self, title: str) -> "AnswerPage":
        """The opinion of that title."""
        self._follow_title(title)
        return AnswerPage(self.person)


class AnswerPage(DeskPage):
    """One opinion at the unit's desk, with the reply."""

    def write_reply(self, words: str, button: str = "发布答复") -> "AnswerPage":
        """Write a reply and publish it, or keep it (保存草稿)."""
        self.write("答复内容", words)
        self.press(button)
        return AnswerPage(self.person)


class DigestsPage(DeskPage):
    """The digests so far, and the form for a new one."""

    path = "/desk/digests"
    heading: ClassVar[str] = "意见汇总"

    def ask(self, unit: str = "") -> "DigestPage":
        """Have a digest of a unit built; the page that follows it."""
        if unit:
            self.choose("单位", unit)
        self.press("开始汇总")
        return DigestPage(self.person)


class DigestPage(DeskPage):
    """One digest."""

    @property
    def progress(self) -> str:
        """How far it is, in words and percent."""
        return " ".join(self.page.locator(".progress-bar__label").inner_text().split())

    def done(self) -> Self:
        """The same digest once it is built: with scripts the page goes on by itself, without them its link is pressed."""
        deadline = time.monotonic() + DIGEST_SECONDS
        while not self.person.scripts and not self._downloads().count() and time.monotonic() < deadline:
            self.follow("看看做到哪了")
        expect(self._downloads().first).to_be_visible(timeout=DIGEST_SECONDS * 1000)
        return type(self)(self.person)

    def numbers(self) -> dict[str, str]:
        """The numbers on top, by their label."""
        boxes = self.page.locator(".stat").all()
        return {
            box.locator(".stat__label").inner_text(): box.locator(".stat__number").inner_text()
            for box in boxes
        }

    def download(self, folder: Path) -> dict[str, Path]:
        """All files of the digest, saved in `folder` under the names they are offered by; by their endings."""
        saved = {}
        for link in self._downloads().all():
            with self.page.expect_download() as waiting:
                link.click()
            name = waiting.value.suggested_filename
            waiting.value.save_as(folder / name)
            saved[Path(name).suffix] = folder / name
        return saved

    def _downloads(self) -> Locator:
        return self.page.locator("main").get_by_role("link", name=re.compile("^下载"))
