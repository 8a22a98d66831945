"""No form of the portal costs words when its session is over, and no page ever shows a password."""

from bs4 import BeautifulSoup
from flask import Flask

from portal.web.typed import SECRET
from tests.kit.client import Page, PageClient, values_of
from tests.security.forms import FoundForm, send

WORDS = "写了很久的话"


def test_no_form_loses_words_with_its_session(app: Flask, forms: list[FoundForm]) -> None:
    """Each form of the portal, typed into in one session and sent in none."""
    wrong = []
    for form in forms:
        if form.method != "POST" or not form.typed:
            continue
        # Of the same words everywhere, since one hides only words that stand in the text.
        answer = send(
            PageClient(app), form, {**form.filled(0), **dict.fromkeys(form.typed, WORDS), "csrf_token": "old"}
        )
        soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        held = {
            name
            for tag in soup.select("form")
            for name, value in values_of(tag).items()
            if WORDS in str(value)
        }
        if not SECRET & set(form.typed) and not set(form.typed) <= held:
            wrong.append(f"{form.role} {form.action}: {answer.status_code}, of {form.typed} there are {held}")
    assert not wrong, "\n".join(wrong)


def test_no_page_gives_a_password_back(app: Flask, clients: dict[str, PageClient]) -> None:
    for path in ("/sign-in", "/registration", "/password-reset/code", "/me/password", "/me/erasure"):
        page = Page(clients["citizen" if path.startswith("/me") else "visitor"]._open(path))
        named = {str(one["name"]) for one in page.soup.select('input[type="password"]')}
        assert named <= SECRET
        assert named, path
        if named:
            answer = PageClient(app).browser.post(path, data=dict.fromkeys(named, "correct horse"))
            assert "correct horse" not in answer.get_data(as_text=True)
