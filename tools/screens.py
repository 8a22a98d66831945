"""Draw docs/screens: every page and state at both widths, from the demo, with an index.

Run `make screens` in the project's folder. It starts a site of its own on a free port, with a folder that is gone
afterwards, and checks every page that it draws (axe, targets, sideways scrolling) as the journeys do. A page or state
more is one line of `SHOTS`. Needs Chromium, a Chinese font and Pillow.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Route
from playwright.sync_api import Error as PlaywrightError

from portal import create_app
from portal.config import read_settings
from portal.web.errors import error_page
from tests.kit.browser import DESK, PHONE, Person, chromium
from tests.kit.site import Site, running_site
from tests.pages.public import SignInPage

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
MOST_BYTES = 12 * 1024 * 1024
# A longer page is cut: what repeats itself shows nothing new.
TALLEST = {PHONE: 2600, DESK: 1800}
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """One picture: where to go, or what to do there, and who does it (a demo account, or a visitor)."""

    name: str
    says: str
    path: str = ""
    who: str = ""
    large: bool = False
    status: int = 200
    steps: Callable[[Person], None] | None = None


def _press(words: str) -> Callable[[Person], None]:
    """Press the button of the main part that reads so, whatever the form holds."""
    return lambda person: person.follow(
        person.page.locator("main").get_by_role("button", name=words, exact=True).first.click
    )


def _follow_first(selector: str) -> Callable[[Person], None]:
    return lambda person: person.follow(person.page.locator(selector).first.click)


def _look_up(code: str) -> Callable[[Person], None]:
    def steps(person: Person) -> None:
        person.page.get_by_label("查询码").fill(code)
        _press("查进度")(person)

    return steps


ERRORS = (400, 403, 404, 409, 413, 429, 500, 503)
SECTIONS: dict[str, tuple[Shot, ...]] = {
    "Home and finding": (
        Shot("home", "Home", "/"),
        Shot("home-large", "Home in large text", "/", large=True),
        Shot("search", "All published opinions", "/search"),
        Shot("search-words", "Found by words, with marks", "/search?q=路灯"),
        Shot("search-filters", "Found by words and filters", "/search?q=公交&state=answered&since=2020-01-01"),
        Shot("search-nothing", "Nothing found", "/search?q=地铁票价&state=answered"),
        Shot("search-ignored", "A filter that is not understood", "/search?unit=没有这个单位"),
        Shot("unit", "A unit", "/units/云川市/市城市管理局"),
        Shot("topic", "A topic", "/topics/城乡建设"),
    ),
    "Campaigns and boards": (
        Shot("campaign", "A campaign", "/campaigns/xianyice"),
        Shot("campaign-large", "A campaign in large text", "/campaigns/xianyice", large=True),
        Shot("campaign-ended", "A campaign that is over", "/campaigns/ended"),
        Shot("campaign-coming", "A campaign that has not begun", "/campaigns/coming"),
        Shot("board", "A suggestion forum", "/boards/suggestions"),
        Shot("board-messages", "A message board, most supported first", "/boards/messages?sort=supported"),
        Shot("board-sentiment", "A column of public sentiment", "/boards/voices"),
        Shot("board-ended", "A board that is closed", "/boards/ended-board"),
        Shot("board-coming", "A board that has not begun", "/boards/coming-board"),
        Shot("board-members", "A board for accounts only", "/boards/members"),
        Shot("consultation", "A draft under consultation", "/boards/bike-parking"),
        Shot("consultation-over", "A consultation that is over, its table published", "/boards/stalls"),
        Shot("outcome", "What was adopted and why", "/boards/stalls/outcome"),
    ),
    "An opinion": (
        Shot("opinion", "An opinion with its answer", "/boards/suggestions?sort=supported", steps=_follow_first(".opinion-card a")),
        Shot("opinion-large", "The same in large text", "/boards/suggestions?sort=supported", large=True,
             steps=_follow_first(".opinion-card a")),
    ),
    "Writing and following": (
        Shot("write", "Writing", "/boards/suggestions/new"),
        Shot("write-large", "Writing in large text", "/boards/suggestions/new", large=True),
        Shot("write-closed", "Writing where it is closed", "/boards/ended-board/new"),
        Shot("receipt-form", "Looking up by code", "/receipts"),
        Shot("receipt-wrong", "A code that is not known", "/receipts", status=400, steps=_look_up("8X4K-M2PR-T7HW")),
        Shot("sign-in", "Signing in", "/sign-in"),
        Shot("sign-in-empty", "Signing in with nothing", "/sign-in", status=400, steps=_press("登录")),
    ),
    "Errors": tuple(Shot(f"error-{code}", f"Error {code}", f"/picture-of-{code}", status=code) for code in ERRORS),
    "The desk": (
        Shot("desk", "The desk", "/desk/", who="coordinator"),
        Shot("desk-queue", "The moderators' queue", "/desk/moderation", who="moderator"),
        Shot("desk-decision", "A decision", "/desk/moderation", who="moderator", steps=_follow_first(".opinion-card a")),
        Shot("desk-work", "The work of a unit", "/desk/casework", who="officer"),
        Shot("desk-reply", "A reply", "/desk/casework", who="officer", steps=_follow_first(".opinion-card a")),
        Shot("desk-consultations", "Drafts under consultation", "/desk/consultations", who="coordinator"),
        Shot("desk-consultation", "Opinions on a draft", "/desk/consultations/bike-parking", who="coordinator"),
        Shot("desk-adoption", "Whether an opinion is adopted", "/desk/consultations/bike-parking", who="coordinator",
             steps=_follow_first(".opinion-card a")),
        Shot("desk-digests", "Digests", "/desk/digests", who="officer"),
    ),
}  # fmt: skip


def main() -> None:
    """Draw the pictures that are named on the command line, else all of them with their index."""
    wanted = set(sys.argv[1:])
    shots = [shot for group in SECTIONS.values() for shot in group if not wanted or shot.name in wanted]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        chromium() as browser,
        running_site(Path(name), f"sqlite:///{name}/portal.sqlite") as site,
    ):
        _prepare(site)
        faults = [fault for width in (PHONE, DESK) for fault in _draw(browser, site, width, shots)]
    if not wanted:
        _tidy()
    (FOLDER / "README.md").write_text(_index(), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{FOLDER}: {len(list(FOLDER.glob('*.png')))} pictures, {size} bytes")
    if size > MOST_BYTES:
        faults.append(f"the folder has {size} bytes; {MOST_BYTES} are allowed")
    if faults:
        raise SystemExit("\n".join(faults))


def _prepare(site: Site) -> None:
    """Boards in states that the demo does not have."""
    for slug, title, first, last in (("ended", "去年的征集", -90, -9), ("coming", "春天的征集", 9, 60)):
        site.flask(
            "campaigns",
            "create",
            slug,
            title,
            "--purpose",
            "听听大家怎么说。",
            "--from",
            _day(first),
            "--to",
            _day(last),
        )
        site.flask("campaigns", "add-board", slug, f"{slug}-board", title)
    site.flask(
        "campaigns", "add-board", "xianyice", "members", "有账号的来谈", "--who-may-post", "registered"
    )


def _day(days: int) -> str:
    return str(date.today() + timedelta(days=days))


def _draw(browser: Browser, site: Site, width: int, shots: list[Shot]) -> Iterator[str]:
    """Draw all shots of one width; what is wrong with the pages is yielded, not raised: one run shows it all."""
    people: dict[tuple[str, bool], Person] = {}
    for shot in shots:
        person = people.get((shot.who, shot.large))
        if person is None:
            person = people[shot.who, shot.large] = _arrived(browser, site, width, shot)
        try:
            person.open(shot.path)
            if shot.steps:
                shot.steps(person)
            person.check(shot.status)
        except AssertionError as error:
            yield f"{shot.name}, {width} px: {error}"
        except PlaywrightError as error:
            # One page that cannot be drawn must not hide the others.
            yield f"{shot.name}, {width} px, cannot be drawn: {str(error)[:300]}"
            continue
        (FOLDER / _file(shot, width)).write_bytes(_picture(person))


def _arrived(browser: Browser, site: Site, width: int, shot: Shot) -> Person:
    person = Person(browser, site.url, width)
    _show_errors(person, site)
    if shot.who:
        SignInPage.opened(person).enter(shot.who, site.passwords[shot.who])
    if shot.large:
        person.open("/view/large")
    return person


def _show_errors(person: Person, site: Site) -> None:
    """Answer /picture-of-CODE with the error page of that code, as the portal itself makes it."""
    app = create_app(read_settings(site.environment))
    for code in ERRORS:
        with app.test_request_context("/"):
            page = error_page(code)
        person.page.route(f"**/picture-of-{code}", partial(_answer, code, page.get_data(as_text=True)))


def _answer(code: int, body: str, route: Route) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'"}
    route.fulfill(status=code, headers=headers, body=body)


def _picture(person: Person) -> bytes:
    """The page as a small PNG: few colours are enough for ink on paper."""
    person.page.evaluate("window.scrollTo(0, 0)")
    image = Image.open(io.BytesIO(person.page.screenshot(full_page=True)))
    image = image.crop((0, 0, image.width, min(image.height, TALLEST[person.width])))
    drawn = io.BytesIO()
    image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _file(shot: Shot, width: int) -> str:
    return f"{shot.name}-{width}.png"


def _tidy() -> None:
    """Remove pictures that no line names any more."""
    named = {_file(shot, width) for group in SECTIONS.values() for shot in group for width in (PHONE, DESK)}
    for path in FOLDER.glob("*.png"):
        if path.name not in named:
            path.unlink()


def _index() -> str:
    lines = [
        "# Pictures of every page",
        "",
        "Drawn from the demo by `make screens`; on the left a phone, on the right a desk.",
    ]
    for title, group in SECTIONS.items():
        lines += ["", f"## {title}"]
        for shot in group:
            phone, desk = _file(shot, PHONE), _file(shot, DESK)
            lines += ["", f"### {shot.says}", ""]
            lines += [
                f'<img src="{phone}" alt="{shot.says}, 375 px" width="200"> <img src="{desk}" alt="{shot.says}, 1280 px" width="600">'
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
