"""Draw docs/screens: every page and state at both widths, from the demo, with an index.

Run `make screens` in the project's folder. It starts a site of its own on a free port, with a folder that is gone
afterwards, and checks every page that it draws (axe, targets, sideways scrolling) as the journeys do. A page or state
more is one line of tools/screen_list.py, which may need a state of tools/screen_states.py. Needs Chromium, a Chinese font and Pillow.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Route
from playwright.sync_api import Error as PlaywrightError

from portal import create_app
from portal.config import read_settings
from portal.web.errors import error_page
from tests.kit.browser import DESK, PHONE, Person, chromium
from tests.kit.site import Site, running_site
from tests.pages.public import SignInPage
from tools.screen_list import ERRORS, SECTIONS, Shot, press
from tools.screen_states import close_all, make_boards, make_states

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
MOST_BYTES = 12 * 1024 * 1024
# A longer page is cut: what repeats itself shows nothing new.
TALLEST = {PHONE: 2600, DESK: 1800}
COLOURS = 128


def main() -> None:
    """Draw the pictures that are named on the command line (`write*` is allowed), else all of them with their index."""
    wanted = sys.argv[1:] or ["*"]
    shots = [
        shot
        for group in SECTIONS.values()
        for shot in group
        if any(fnmatch(shot.name, name) for name in wanted)
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        chromium() as browser,
        running_site(Path(name), f"sqlite:///{name}/portal.sqlite") as site,
    ):
        faults = list(_draw_all(browser, site, shots))
    if wanted == ["*"]:
        _tidy()
    (FOLDER / "README.md").write_text(_index(), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{FOLDER}: {len(list(FOLDER.glob('*.png')))} pictures, {size} bytes")
    if size > MOST_BYTES:
        faults.append(f"the folder has {size} bytes; {MOST_BYTES} are allowed")
    if faults:
        raise SystemExit("\n".join(faults))


def _draw_all(browser: Browser, site: Site, shots: list[Shot]) -> Iterator[str]:
    """Draw at both widths: first the site as it is, then while nothing is taken in, then while all is over."""
    app = create_app(read_settings(site.environment))
    make_boards(site)
    with site.resting_runner():
        states = make_states(app)
    changes: dict[str, Callable[[], object]] = {
        "": lambda: None,
        "paused": lambda: site.flask(
            "campaigns", "intake", "pause", "--reason", "系统正在维护，今天18点恢复。"
        ),
        "over": lambda: (site.flask("campaigns", "intake", "normal"), close_all(app)),
    }
    for during, change in changes.items():
        lines = [shot for shot in shots if shot.during == during]
        if lines:
            change()
        for width in (PHONE, DESK):
            yield from _draw(browser, site, width, lines, Pages(app, states))


@dataclass(frozen=True)
class Pages:
    """The site's application, and what was made for the pictures: {name: query code or public id}."""

    app: Flask
    states: dict[str, str]


def _draw(browser: Browser, site: Site, width: int, shots: list[Shot], pages: Pages) -> Iterator[str]:
    """Draw all shots of one width; what is wrong with the pages is yielded, not raised: one run shows it all."""
    people: dict[tuple[str, bool], Person] = {}
    for shot in shots:
        person = people.get((shot.who, shot.large))
        if person is None:
            person = people[shot.who, shot.large] = _arrived(browser, site, width, shot, pages.app)
        try:
            _go(person, shot, pages.states)
            person.check(shot.status)
        except AssertionError as error:
            yield f"{shot.name}, {width} px: {error}"
        except PlaywrightError as error:
            # One page that cannot be drawn must not hide the others, nor what it left in the window.
            yield f"{shot.name}, {width} px, cannot be drawn: {str(error)[:300]}"
            del people[shot.who, shot.large]
            continue
        (FOLDER / _file(shot, width)).write_bytes(_picture(person, printed=shot.printed))


def _go(person: Person, shot: Shot, states: dict[str, str]) -> None:
    """To the page and state of the shot, and nothing of what was written for another."""
    if shot.code:
        person.open("/receipts")
        person.page.get_by_label("查询码").fill(states[shot.code])
        press("查进度")(person)
    else:
        if person.page.url.startswith("http"):
            # A writing page keeps its draft when it is left, so it is left before.
            person.open("/receipts")
            person.page.evaluate("localStorage.clear()")
        person.open(shot.path.format_map(states))
    if shot.steps:
        shot.steps(person)


def _arrived(browser: Browser, site: Site, width: int, shot: Shot, app: Flask) -> Person:
    person = Person(browser, site.url, width)
    _show_errors(person, app)
    if shot.who:
        SignInPage.opened(person).enter(shot.who, site.passwords[shot.who])
    if shot.large:
        person.open("/view/large")
    return person


def _show_errors(person: Person, app: Flask) -> None:
    """Answer /picture-of-CODE with the error page of that code, as the portal itself makes it."""
    for code in ERRORS:
        with app.test_request_context("/"):
            page = error_page(code)
        person.page.route(f"**/picture-of-{code}", partial(_answer, code, page.get_data(as_text=True)))


def _answer(code: int, body: str, route: Route) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'self'"}
    route.fulfill(status=code, headers=headers, body=body)


def _picture(person: Person, *, printed: bool) -> bytes:
    """The page as a small PNG: few colours are enough for ink on paper."""
    person.page.evaluate("window.scrollTo(0, 0)")
    person.page.emulate_media(media="print" if printed else "screen")
    image = Image.open(io.BytesIO(person.page.screenshot(full_page=True)))
    person.page.emulate_media(media="screen")
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
