"""Pages that citizens see."""

from typing import Any, ClassVar, Self
from urllib.parse import quote

from playwright.sync_api import Locator, expect

from tests.kit.browser import Person
from tests.pages.screen import Screen

# Whether the step that is open stands before the element.
_IS_LATER = """e => Boolean(document.querySelector('[data-step]:not([hidden])')
  ?.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)"""


class WritePage(Screen):
    """The form in which an opinion is written."""

    heading: ClassVar[str] = "我要提意见"

    @classmethod
    def of_board(cls, person: Person, slug: str = "suggestions") -> Self:
        """The form of a board, reached as a visitor would: from the board's list."""
        person.open(f"/boards/{slug}")
        BoardPage(person).follow("我要提意见")
        return cls(person)

    def fill(self, title: str, body: str, *, contact: str = "", consent: bool = True) -> Self:
        """Type title, text and contact, and tick the consent."""
        self.control("标题").fill(title)
        self.control("内容").fill(body)
        self.control("联系电话").fill(contact)
        self.control("我同意").set_checked(consent)
        return self

    def typed(self) -> dict[str, Any]:
        """What the form holds now."""
        kept = {name: self.control(name).input_value() for name in ("标题", "内容", "联系电话")}
        chosen = {
            name: self.control(name).locator("option:checked").inner_text().strip()
            for name in ("归哪个单位管", "属于哪一类", "您的身份")
        }
        return {**kept, **chosen, "不公开": self.control("不公开").is_checked()}

    NEXT: ClassVar[str] = "下一步：再看一遍"

    def button_anywhere(self, words: str) -> Locator:
        """The button that reads so, shown or not."""
        return self.page.locator("main button").filter(has_text=words)

    def control(self, label: str) -> Locator:
        """The control of that label; with scripts its step is opened first, as a person would go there."""
        found = super().control(label)
        self._bring(found.first)
        return found

    def _bring(self, target: Locator) -> None:
        for _step in range(2):
            if target.is_visible():
                return
            way = "下一步" if target.evaluate(_IS_LATER) else "上一步"
            self.person.hands.press(self.button(way))

    def check(self) -> "CheckPage":
        """Look at it once more."""
        self._bring(self.button_anywhere(self.NEXT))
        self.press(self.NEXT)
        return CheckPage(self.person)

    def submit(self) -> "ReceiptPage":
        """Look at it once more and hand it in."""
        return self.check().hand_in()

    def refused(self, status: int = 400) -> "WritePage":
        """Try to go on, expecting the form again with what is wrong."""
        self._bring(self.button_anywhere(self.NEXT))
        self.press(self.NEXT)
        again = WritePage(self.person, status)
        expect(self.page.get_by_role("alert")).to_be_visible()
        return again


class CheckPage(Screen):
    """The page that shows what will be public, before anything is stored."""

    heading: ClassVar[str] = "请再看一遍"

    @property
    def public_text(self) -> str:
        """What others will read."""
        return self.page.locator("#check-text").inner_text()

    def hand_in(self) -> "ReceiptPage":
        """Hand it in as it is."""
        self.press("提交")
        return ReceiptPage(self.person)


class ReceiptPage(Screen):
    """The page after handing in, with the query code."""

    heading: ClassVar[str] = "已收到，谢谢您"

    @property
    def code(self) -> str:
        """The query code as it is shown."""
        return self.page.locator(".receipt-code").inner_text().strip()


class LookUpPage(Screen):
    """The form that asks for a query code, and what it shows."""

    path = "/receipts"
    heading: ClassVar[str] = "查进度"

    def look_up(self, code: str) -> Screen:
        """The author's view of the opinion."""
        self.write("查询码", code)
        self.press("查进度")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("您的意见")
        return Screen(self.person)


class BoardPage(Screen):
    """A board's list."""

    def titles(self) -> list[str]:
        """The titles of the page, in order."""
        return self.page.locator(".opinion-card__title").all_inner_texts()

    def turn(self, words: str) -> "BoardPage":
        """The next or the previous page (下一页, 上一页)."""
        self.follow(words)
        return BoardPage(self.person)


class SearchPage(BoardPage):
    """Search results."""

    heading: ClassVar[str] = "搜意见"

    @classmethod
    def found(cls, person: Person, query: str) -> Self:
        """What is found, asked for in the page's own form."""
        person.open("/search")
        page = cls(person)
        page.write("要找什么", query)
        page.press("搜索")
        assert f"q={quote(query)}" in person.page.url
        return cls(person)


class OpinionPage(Screen):
    """A published opinion."""

    @property
    def support(self) -> str:
        """How many support it, as it is shown."""
        return self.page.locator(".support__count").inner_text().strip()

    def press_support(self, words: str) -> "OpinionPage":
        """Support it (我也支持), or take that back (取消支持)."""
        self.press(words)
        return OpinionPage(self.person)


class SignInPage(Screen):
    """The sign-in form."""

    path = "/sign-in"
    heading: ClassVar[str] = "登录"

    def enter(self, name: str, password: str) -> None:
        """Send name and password."""
        self.write("用户名", name)
        self.write("密码", password)
        self.press("登录")

    def refused(self, name: str, password: str) -> "SignInPage":
        """Send name and password, expecting the form again."""
        self.enter(name, password)
        return SignInPage(self.person, 400)
