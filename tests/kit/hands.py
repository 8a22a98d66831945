"""How a person works a page: with pointer and keys, or with the keyboard alone."""

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 160
# Of the element that has the focus: whether it is `e`, whether it is the page itself, and whether one sees that it has it.
_FOCUS = """e => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {
    there: at === e, page: at === document.body, html: at.outerHTML.slice(0, 200),
    seen: (ring || style.boxShadow !== 'none') && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Hands(Protocol):
    """What every way of working a page can do."""

    def press(self, target: Locator) -> None:
        """Press a button, follow a link, open what is folded."""

    def write(self, target: Locator, words: str) -> None:
        """Put words into a field, in place of what it holds."""

    def tick(self, target: Locator) -> None:
        """Tick a box, or choose one of several."""

    def choose(self, target: Locator, option: Locator) -> None:
        """Choose an option of a list."""


class Pointer:
    """Mouse or finger."""

    def press(self, target: Locator) -> None:
        """See `Hands`."""
        target.click()

    def write(self, target: Locator, words: str) -> None:
        """See `Hands`."""
        target.fill(words)

    def tick(self, target: Locator) -> None:
        """See `Hands`."""
        target.check()

    def choose(self, target: Locator, option: Locator) -> None:
        """See `Hands`."""
        target.select_option(value=option.first.get_attribute("value"))


class Keyboard:
    """Tab, Enter and Space; in a list, and in a group of which one is chosen, the arrows, as browsers have it.

    Wherever the focus rests on the way it must be seen.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def reach(self, target: Locator) -> None:
        """Press Tab until `target` has the focus."""
        focus = target.evaluate(_FOCUS)
        for _press in range(MOST_TABS):
            if focus["there"]:
                return
            self._page.keyboard.press("Tab")
            focus = target.evaluate(_FOCUS)
            assert focus["seen"] or focus["page"], f"the focus is not seen: {focus['html']}"
        raise AssertionError(f"{MOST_TABS} tabs do not reach {target}")

    def press(self, target: Locator) -> None:
        """See `Hands`."""
        self.reach(target)
        self._page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        """See `Hands`."""
        self.reach(target)
        self._page.keyboard.press("ControlOrMeta+A")
        self._page.keyboard.insert_text(words)

    def tick(self, target: Locator) -> None:
        """See `Hands`."""
        if target.get_attribute("type") == "radio":
            self._pick(target)
        else:
            self.reach(target)
            if not target.is_checked():
                self._page.keyboard.press("Space")
        assert target.is_checked()

    def _pick(self, target: Locator) -> None:
        """Tab comes to the chosen one of a group, or to its first; the arrows go on from there."""
        start = target.evaluate("""e => {
          const all = [...e.form.querySelectorAll('input[type=radio]')].filter(one => one.name === e.name);
          return (all.find(one => one.checked) || all[0]).id;
        }""")
        self.reach(self._page.locator(f"#{start}"))
        self._page.keyboard.press("Space")
        for _press in range(MOST_TABS):
            if target.is_checked():
                return
            self._page.keyboard.press("ArrowDown")

    def choose(self, target: Locator, option: Locator) -> None:
        """See `Hands`."""
        self.reach(target)
        wanted = option.first.get_attribute("value")
        self._page.keyboard.press("Home")
        for _press in range(MOST_TABS):
            if target.input_value() == wanted:
                return
            self._page.keyboard.press("ArrowDown")
        raise AssertionError(f"{MOST_TABS} arrows do not reach {wanted}")
