"""A test client that checks every HTML page it opens, and signs in and fills in forms as a browser would."""

import contextvars
from collections import Counter
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.accounts.operations import begin_session
from portal.core.db import db

PASSWORD = "correct horse battery"


class Page:
    """A parsed HTML page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data().decode(errors="replace")
        self.soup = BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """All text of the page, white space folded."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def main(self) -> str:
        """The text of the main part."""
        return " ".join(self.one("main").get_text(" ").split())

    def one(self, selector: str) -> Tag:
        """The only element that `selector` finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{selector} found {len(found)} times"
        return found[0]

    def links(self) -> set[str]:
        """Where the links of the page lead."""
        return {str(link["href"]) for link in self.soup.select("a[href]")}

    def form(self, selector: str = "main form") -> dict[str, Any]:
        """The values that the form would send unchanged, buttons apart."""
        return values_of(self.one(selector))


def values_of(form: Tag) -> dict[str, Any]:
    """What a form would send unchanged, buttons apart; a list where a name stands in it several times."""
    values: dict[str, Any] = {}
    for control in form.select("input, textarea, select"):
        name = control.get("name")
        if not name or control.get("type") in ("submit", "button", "image"):
            continue
        if control.get("type") in ("checkbox", "radio") and not control.has_attr("checked"):
            continue
        if control.name == "textarea":
            values[str(name)] = control.get_text().removeprefix("\n")
        elif control.name == "select":
            chosen = control.select("option[selected]") or control.select("option")[:1]
            values[str(name)] = chosen[0].get("value", chosen[0].get_text()) if chosen else ""
        elif name in values:
            held = values[str(name)]
            values[str(name)] = [*(held if isinstance(held, list) else [held]), control.get("value", "on")]
        else:
            values[str(name)] = control.get("value", "on")
    return values


def check_page(page: Page) -> None:
    """Check a page that the test client opened; see `check_html`."""
    where = page.response.request.path if page.response.request else ""
    check_html(page.soup, where, page.response.headers.get("Content-Security-Policy", ""))


def check_html(soup: BeautifulSoup, where: str, policy: str) -> None:
    """What every page must have: a title, one h1, unique ids, labelled controls, no inline code, nonces.

    `soup` is the page as it was sent, `where` names it in messages, `policy` is its Content-Security-Policy.
    """
    assert soup.title and soup.title.get_text(strip=True), f"{where}: no title"
    assert soup.html and soup.html.get("lang"), f"{where}: no language"
    assert len(soup.select("h1")) == 1, f"{where}: {len(soup.select('h1'))} h1"
    ids = Counter(tag["id"] for tag in soup.select("[id]"))
    assert not [name for name, count in ids.items() if count > 1], f"{where}: ids twice: {ids.most_common(3)}"
    for control in soup.select("input, select, textarea"):
        if control.get("type") in ("hidden", "submit", "button"):
            continue
        labelled = (
            control.get("aria-label")
            or control.get("aria-labelledby")
            or (control.get("id") and soup.select(f'label[for="{control["id"]}"]'))
            or control.find_parent("label")
        )
        assert labelled, f"{where}: no label for {control}"
    for described in soup.select("[aria-describedby]"):
        for name in str(described["aria-describedby"]).split():
            assert name in ids, f"{where}: aria-describedby names {name}, which is not there"
    for script in soup.select("script"):
        assert script.get("nonce") and f"'nonce-{script['nonce']}'" in policy, (
            f"{where}: a script without nonce"
        )
    assert not soup.select("[style], style"), f"{where}: inline style"
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], (
            f"{where}: inline handler in {tag.name}"
        )
    assert "unsafe" not in policy


class PageClient:
    """A browser without JavaScript: keeps cookies, carries the CSRF token of the form it fills in."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()

    def _open(self, path: str, **arguments: Any) -> TestResponse:
        """A request as a server meets it: in a context of its own, while the test itself holds no transaction.

        What a test changed without committing is gone; what the request changed is seen on the next look.
        """
        if has_app_context():
            db.session.rollback()
        response: TestResponse = contextvars.Context().run(self.browser.open, path, **arguments)
        return response

    def get(self, path: str, status: int = 200, follow: bool = False, **query: Any) -> Page:
        """Open `path`; the status must be as expected, the page well made."""
        response = self._open(path, query_string=query or None, follow_redirects=follow)
        return self._checked(response, status)

    def post(self, path: str, data: dict[str, Any], status: int = 302, follow: bool = False) -> Page:
        """Send `data` to `path` as a form, as given."""
        response = self._open(path, method="POST", data=data, follow_redirects=follow)
        return self._checked(response, status)

    def submit(
        self, page: Page | str, changes: dict[str, Any], *, form: str = "main form", status: int = 302,
        follow: bool = False,
    ) -> Page:  # fmt: skip
        """Fill `changes` into the form of a page (or of the page at that path) and send it where it says."""
        opened = self.get(page) if isinstance(page, str) else page
        values = {**opened.form(form), **changes}
        assert opened.response.request
        action = str(opened.one(form).get("action") or opened.response.request.full_path.rstrip("?"))
        return self.post(
            action, {k: v for k, v in values.items() if v is not None}, status=status, follow=follow
        )

    def sign_in(self, username: str, password: str = PASSWORD) -> "PageClient":
        """Sign in through the form."""
        self.submit("/sign-in", {"username": username, "password": password})
        return self

    def as_user(self, user: User) -> "PageClient":
        """Hold a session of `user` without going through the form, whose hashing is slow on purpose."""
        begin_session(user, PASSWORD, 1, user.actor())
        db.session.commit()
        with self.browser.session_transaction() as session:
            session["_user_id"] = user.session_token
            session["_fresh"] = True
        return self

    def cookies_kept(self) -> Callable[[], None]:
        """What brings back the cookies held now, whatever was sent in between."""
        held = dict(self.browser._cookies or {})

        def restore() -> None:
            self.browser._cookies = dict(held)

        return restore

    def token(self) -> str:
        """A CSRF token of this browser's session."""
        return str(self.get("/receipts").form()["csrf_token"])

    def _checked(self, response: TestResponse, status: int) -> Page:
        page = Page(response)
        assert page.status == status, (
            f"{response.request.path}: {page.status}, not {status}: {page.text[:300]}"
        )
        if response.mimetype == "text/html" and page.status not in (301, 302, 303, 307, 308):
            check_page(page)
        return page
