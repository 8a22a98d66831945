"""The style sheet that is served is what its parts say, small, free of foreign addresses, and legible."""

import gzip
import re

import pytest

from tools.bundle_css import PARTS, STATIC, TARGET, bundle

TEMPLATES = STATIC.parent / "templates"
MOST_BYTES = 35 * 1024


def test_the_bundle_is_made_from_its_parts() -> None:
    assert TARGET.read_text(encoding="utf-8") == bundle(), "run `python tools/bundle_css.py`"


def test_every_component_sheet_is_in_the_bundle() -> None:
    sheets = {
        path.relative_to(STATIC).as_posix() for path in (STATIC / "css").rglob("*.css") if path != TARGET
    }
    assert sheets <= set(PARTS)


def test_the_bundle_is_small_and_asks_for_nothing_else() -> None:
    css = TARGET.read_bytes()
    assert len(gzip.compress(css)) <= MOST_BYTES
    assert b"url(" not in css and b"@import" not in css


def test_every_icon_that_a_template_names_exists() -> None:
    drawn = set(
        re.findall(r"^  '([a-z]+)':", (TEMPLATES / "components/icons.html").read_text(), re.MULTILINE)
    )
    named = {
        (path.name, name)
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"\bicon\('([a-z]+)'\)", path.read_text(encoding="utf-8"))
        if path.name != "icons.html"
    }
    assert named and not {(file, name) for file, name in named if name not in drawn}


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.1, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


_USUAL = (STATIC / "css/tokens.css").read_text(encoding="utf-8").split(".view-large")[0]
TOKENS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", _USUAL))
TEXT = [(ink, ground) for ink in ("ink", "ink-soft", "primary") for ground in ("paper", "surface", "sunken")]
TEXT += [(f"{kind}-ink", f"{kind}-tint") for kind in ("waiting", "progress", "answered", "closed", "danger")]
TEXT += [("ink", f"{kind}-tint") for kind in ("waiting", "progress", "answered", "closed", "danger", "mark")]
TEXT += [
    ("surface", "primary"),
    ("surface", "primary-dark"),
    ("surface", "seal"),
    ("ink-soft", "answered-tint"),
]


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert _contrast(TOKENS[ink], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_lines_of_controls_and_the_focus_can_be_seen(ground: str) -> None:
    assert _contrast(TOKENS["line-strong"], TOKENS[ground]) >= 3
    assert _contrast(TOKENS["focus"], TOKENS[ground]) >= 3
