"""Draw docs/screens: every page and state at both widths, from the demo, with an index.

Run `make screens` in the project's folder. It starts a site of its own on a free port, with a folder that is gone
afterwards, and checks every page that it draws (axe, targets, sideways scrolling) as the journeys do. A page or state
more is one line of tools/screen_list.py, which may need a state of tools/screen_states.py. Needs Chromium, a Chinese font and Pillow.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error as PlaywrightError

from tests.kit.browser import DESK, PHONE, Person, chromium
from tests.kit.site import running_site
from tools.screen_list import SECTIONS, Shot
from tools.screen_visits import MOMENTS, SETTINGS, Visits, all_shots

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
MOST_BYTES = 12 * 1024 * 1024
# A longer page is cut: what repeats itself shows nothing new.
TALLEST = {PHONE: 2600, DESK: 1800}
COLOURS = 96


def main() -> None:
    """Draw the pictures that are named on the command line (`write*` is allowed), else all of them with their index."""
    wanted = sys.argv[1:] or ["*"]
    shots = [shot for shot in all_shots() if any(fnmatch(shot.name, name) for name in wanted)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        chromium() as browser,
        running_site(Path(name), f"sqlite:///{name}/portal.sqlite", settings=SETTINGS) as site,
    ):
        faults = list(_draw_all(Visits(browser, site), shots))
    if wanted == ["*"]:
        _tidy()
    (FOLDER / "README.md").write_text(_index(), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{FOLDER}: {len(list(FOLDER.glob('*.png')))} pictures, {size} bytes")
    if size > MOST_BYTES:
        faults.append(f"the folder has {size} bytes; {MOST_BYTES} are allowed")
    if faults:
        raise SystemExit("\n".join(faults))


def _draw_all(visits: Visits, shots: list[Shot]) -> Iterator[str]:
    """Draw at both widths; what is wrong with the pages is yielded, not raised: one run shows it all."""
    for moment in MOMENTS:
        lines = [shot for shot in shots if shot.during == moment]
        if lines:
            visits.come_to(moment)
        for width in (PHONE, DESK):
            for shot in lines:
                yield from _draw(visits, shot, width)


def _draw(visits: Visits, shot: Shot, width: int) -> Iterator[str]:
    try:
        person = visits.go(shot, width)
    except PlaywrightError as error:
        yield f"{shot.name}, {width} px, cannot be drawn: {str(error)[:300]}"
        visits.forget(shot, width)
        return
    try:
        person.check(shot.status)
    except AssertionError as error:
        yield f"{shot.name}, {width} px: {error}"
    (FOLDER / _file(shot, width)).write_bytes(_picture(person, printed=shot.printed))


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
    named = {_file(shot, width) for shot in all_shots() for width in (PHONE, DESK)}
    for path in FOLDER.glob("*.png"):
        if path.name not in named:
            path.unlink()


def _index() -> str:
    lines = [
        "# Pictures of every page",
        "",
        "Drawn from the demo by `make screens`; on the left a phone, on the right a desk. Words inside fields for files and dates "
        "are the browser's own, here those of an English one.",
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
