"""Public pages kept for a second: however many visitors come at once, each page is made about once a second.

Only for visitors without any cookie but the choice of large text, who all get the same page: whoever is signed in,
has written or supported something sees everything as it is. Tests keep nothing. What must differ from answer to answer, the nonce and the
CSRF token, is put into the kept page anew each time.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from portal.web.headers import csp_nonce
from portal.web.view import VIEW_COOKIE, large_view

KEPT_SECONDS = 1.0
# Per process, of some 25 KB each: the pages of a spike, not of a crawler.
KEPT_PAGES = 200
LONGEST_QUERY = 200

View = Callable[..., ResponseReturnValue]
# No page holds a NUL: it is removed from all that is typed.
_NONCE, _TOKEN = b"\0n", b"\0t"


class _Page(NamedTuple):
    until: float
    body: bytes
    has_token: bool


class KeptPages:
    """The pages kept by one process, the oldest first; several threads may ask at once."""

    def __init__(self) -> None:
        self._pages: OrderedDict[object, _Page] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: object) -> _Page | None:
        """The page kept under `key`, if its time is not over."""
        page = self._pages.get(key)
        return page if page is not None and time.monotonic() < page.until else None

    def keep(self, key: object, body: bytes, has_token: bool) -> None:
        """Keep a page from now on, and let the oldest go where there are too many."""
        with self._lock:
            self._pages.pop(key, None)
            self._pages[key] = _Page(time.monotonic() + KEPT_SECONDS, body, has_token)
            while len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)


def install(app: Flask) -> None:
    """Give `app` a place for kept pages."""
    app.extensions["portal_kept_pages"] = KeptPages()


def kept_for_visitors(view: View) -> View:
    """Keep the pages of a GET view that answers HTML text; anything else (redirects, errors) is never kept."""

    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        known = request.cookies.keys() - {VIEW_COOKIE}
        if current_app.testing or known or len(request.query_string) > LONGEST_QUERY:
            return view(**values)
        kept: KeptPages = current_app.extensions["portal_kept_pages"]
        key = (request.script_root, request.path, request.query_string, str(get_locale()), large_view())
        page = kept.find(key)
        if page is None:
            made = view(**values)
            if isinstance(made, str):
                kept.keep(key, *_without_secrets(made))
            return made
        body = page.body.replace(_NONCE, csp_nonce().encode())
        return body.replace(_TOKEN, generate_csrf().encode()) if page.has_token else body

    return answer


def _without_secrets(made: str) -> tuple[bytes, bool]:
    """The page with marks in place of its nonce and its token; whether it has a token."""
    body = made.encode().replace(csp_nonce().encode(), _NONCE)
    # Flask-WTF remembers the token of this answer here.
    token = g.get("csrf_token")
    return (body.replace(token.encode(), _TOKEN), True) if token else (body, False)
