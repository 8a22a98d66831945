"""Join the style sheets into static/css/site.css, the one file that pages load.

Run `python tools/bundle_css.py` after a change of any part and commit the result: serving builds nothing.
Comments are dropped except the licence of what is vendored.
"""

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
TARGET = STATIC / "css" / "site.css"
PARTS = (
    "vendor/bootstrap/bootstrap-trimmed.css",
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components/page.css",
    "css/components/forms.css",
    "css/components/opinion.css",
    "css/components/public.css",
    "css/components/account.css",
    "css/components/receipt.css",
    "css/components/desk.css",
    "css/components/print.css",
)
LICENCE = (
    "/*! Parts of Bootstrap 5.3.9, MIT, (c) 2011-2026 The Bootstrap Authors: vendor/bootstrap/LICENSE */\n"
)


def bundle() -> str:
    """The text of site.css: the parts in order, later ones winning."""
    return LICENCE + "".join(_squeezed((STATIC / part).read_text(encoding="utf-8")) for part in PARTS)


def _squeezed(css: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    lines = (line.strip() for line in without_comments.splitlines())
    return "".join(f"{line}\n" for line in lines if line and line != '@charset "UTF-8";')


if __name__ == "__main__":
    TARGET.write_text(bundle(), encoding="utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
