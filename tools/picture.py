"""Draw docs/img/at-work.png, the picture of the portal at work: a moderator's decision beside a citizen's phone.

Run `python -m tools.picture` in the project's folder. It starts a site of its own with the demo, on a free port and
with a folder that is gone afterwards; it needs Chromium and a Chinese font.
"""

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.kit.browser import DESK, PHONE, Person, chromium
from tests.kit.site import Site, running_site
from tests.pages.desk import DecisionPage, DeskPage, QueuePage
from tests.pages.public import WritePage

TARGET = Path(__file__).resolve().parent.parent / "docs" / "img" / "at-work.png"
MOST_BYTES = 250 * 1024
SUBJECT = "医院门口的黄牛占车位"
TITLE = "槐荫里小区门口的路灯坏了"
BODY = "槐荫里小区东门的两盏路灯坏了半个月，老人晚上出门看不清台阶。希望尽快修好。"
SCALE = 0.72
HEIGHT = 1130
# Two windows on a quiet ground, the phone in front.
SHEET = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 28px; display: flex; gap: 24px; align-items: flex-start; background: #e9e4da; zoom: {scale}; }}
img {{ display: block; border: 1px solid #b9b09c; border-radius: 10px; }}
</style><img src="{desk}"><img src="{phone}">"""


def main() -> None:
    """Draw the picture and write it."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        with running_site(Path(name), f"sqlite:///{name}/portal.sqlite") as site:
            desk, phone = decision(browser, site), form(browser, site)
        picture = beside(browser, desk, phone)
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"the picture has {len(picture)} bytes; {MOST_BYTES} are allowed")
    TARGET.write_bytes(picture)
    print(f"{TARGET}: {len(picture)} bytes")


def decision(browser: Browser, site: Site) -> bytes:
    """A moderator looks at an opinion in which personal data was found."""
    moderator = Person(browser, site.url, DESK)
    DeskPage.signed_in(moderator, "moderator", site.passwords["moderator"])
    page: DecisionPage = QueuePage.opened(moderator).open(SUBJECT)
    page.choose("交哪个单位办理", "交通警察支队")
    moderator.page.get_by_role("radio", name="受理并公开").check()
    return shot(moderator)


def form(browser: Browser, site: Site) -> bytes:
    """A citizen writes on a phone."""
    citizen = Person(browser, site.url, PHONE)
    WritePage.of_board(citizen).fill(TITLE, BODY).choose("归哪个单位管", "市城市管理局")
    return shot(citizen)


def shot(person: Person) -> bytes:
    """The top of the page that the person has open."""
    person.page.set_viewport_size({"width": person.width, "height": HEIGHT})
    person.page.evaluate("window.scrollTo(0, 0); document.activeElement.blur()")
    return person.page.screenshot()


def beside(browser: Browser, desk: bytes, phone: bytes) -> bytes:
    """Both pictures on one sheet."""
    width, height = DESK + PHONE + 2 * 28 + 24 + 4, HEIGHT + 2 * 28 + 2
    page = browser.new_page(viewport={"width": round(width * SCALE), "height": round(height * SCALE)})
    sources = (f"data:image/png;base64,{base64.b64encode(part).decode()}" for part in (desk, phone))
    page.set_content(SHEET.format(scale=SCALE, desk=next(sources), phone=next(sources)))
    return page.screenshot()


if __name__ == "__main__":
    main()
