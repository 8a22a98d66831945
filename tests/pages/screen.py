"""What all page objects share: they check the page when it opens, and find things by the words that people read."""

import re
from typing import ClassVar, Self

from playwright.sync_api import Locator, expect

from tests.kit.browser import Person


class Screen:
    """A page that a person has open. Making one checks the page; see `Person.check`."""

    path: ClassVar[str] = ""
    heading: ClassVar[str] = ""

    def __init__(self, person: Person, status: int = 200) -> None:
        self.person, self.page = person, person.page
        if self.heading:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(self.heading)
        person.check(status)

    @classmethod
    def opened(cls, person: Person) -> Self:
        """The page, opened by the address bar."""
        person.open(cls.path)
        return cls(person)

    @property
    def main(self) -> str:
        """The text of the main part, white space folded."""
        return " ".join(self.page.locator("main").inner_text().split())

    def control(self, label: str) -> Locator:
        """The control whose label begins with these words."""
        return self.page.locator("main").get_by_label(re.compile(f"^{re.escape(label)}"))

    def write(self, label: str, words: str) -> None:
        """Put words into the field of that label."""
        self.person.hands.write(self.control(label), words)

    def tick(self, label: str) -> None:
        """Tick the box of that label."""
        self.person.hands.tick(self.control(label))

    def pick(self, words: str) -> None:
        """Choose the radio button that reads so."""
        self.person.hands.tick(self.page.get_by_role("radio", name=words, exact=True))

    def choose(self, label: str, words: str) -> None:
        """Choose the option that reads `words` (indented or not) in the select field of that label."""
        select = self.control(label)
        option = select.locator("option").filter(has_text=re.compile(rf"^\s*{re.escape(words)}\s*$"))
        self.person.hands.choose(select, option)

    def unfold(self, words: str) -> None:
        """Open the folded part of that summary."""
        self.person.hands.press(self.page.locator("main summary").filter(has_text=words))

    def button(self, words: str) -> Locator:
        """The button of the main part that reads so."""
        return self.page.locator("main").get_by_role("button", name=words, exact=True)

    def press(self, words: str) -> None:
        """Press a button that leads to another page."""
        self.go_by(self.button(words))

    def follow(self, words: str) -> None:
        """Follow the link of the main part that reads so."""
        self.go_by(self.page.locator("main").get_by_role("link", name=words, exact=True))

    def go_by(self, target: Locator) -> None:
        """Press what leads to another page, and wait until that is there."""
        self.person.follow(lambda: self.person.hands.press(target))
