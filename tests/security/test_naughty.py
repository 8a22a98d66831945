"""Hundreds of naughty strings through every field of every form: never a 5xx, never executed, never lost.

The forms are found by opening every page of the authorization matrix as every role, so a new page is covered as
soon as it has its row there.
"""

import os

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core.db import db
from portal.core.text import clean_line
from tests.kit.client import Page, PageClient
from tests.kit.databases import TestDatabase
from tests.security.forms import FoundForm, kept_on, send
from tests.security.naughty import A_MEGABYTE_ON_ONE_LINE, NAUGHTY
from tests.security.test_past_holes import assert_inert

# What PostgreSQL and drivers stumble over: sent there too, where putting the world right again takes long.
DELICATE = [
    one for one in NAUGHTY if len(one) < 100 and any(ord(char) < 32 or ord(char) > 0xD7FF for char in one)
]
# The forms are shared out among so many tests, that several processes may have some.
PARTS = 2
# Every string goes through each form in `make soak`; here each form meets the next quarter of the list.
EVERY = int(os.environ.get("NAUGHTY_EVERY", "4"))
# Through fields that nobody types into, one at a time.
FORGED = [*NAUGHTY[:: len(NAUGHTY) // 25], "\x00", "\ud800", "99999999999999999999", "-1", "a" * 5_000]


def _reached(app: Flask, forms: list[FoundForm]) -> set[str]:
    router = app.url_map.bind("localhost")
    return {
        str(router.match(form.action.split("?")[0], method="POST")[0])
        for form in forms
        if form.method == "POST"
    }


def test_every_post_is_reached_by_a_form(app: Flask, forms: list[FoundForm]) -> None:
    """So that what follows speaks of all of them."""
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert every - _reached(app, forms) == set()
    assert len(NAUGHTY) >= 300


def _judge(response: TestResponse, form: FoundForm, sent: str) -> str | None:
    """What is wrong with an answer to `sent` in every typed field; None where nothing is."""
    where = f"{form.method} {form.action} {form.typed} {sent[:40]!a}"
    if response.status_code >= 500:
        return f"{response.status_code}: {where}"
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303):
        return None
    html = response.get_data(as_text=True)
    if "alert(1)" in sent or "7919" in sent:
        assert_inert(Page(response))
    if "<script>alert" in html or "evil.example/x.js>" in html:
        return f"not escaped: {where}"
    if response.status_code == 400 and form.method == "POST":
        for name, value in kept_on(response, form).items():
            if _words(value) != _words(sent):
                return f"{name} lost: {where}: {value[:40]!a}"
    return None


def _words(value: str) -> str:
    """What counts of a text: without white space, with bytes that are no text as the server spells them; of one that shows
    nothing, nothing."""
    read = value.encode("utf-8", "surrogatepass").decode("utf-8", "werkzeug.url_quote")
    return "".join(clean_line(read).split())


@pytest.mark.parametrize("part", range(PARTS))
def test_no_string_in_a_typed_field_does_harm(
    clients: dict[str, PageClient], forms: list[FoundForm], request: pytest.FixtureRequest,
    database: TestDatabase, part: int,
) -> None:  # fmt: skip
    quick = database.name == "sqlite"
    restore = request.getfixturevalue("put_right") if quick else db.session.rollback
    wrong = []
    typed = [form for form in forms if form.typed]
    for place, form in list(enumerate(typed))[part::PARTS]:
        strings = NAUGHTY[place % EVERY :: EVERY] if quick else DELICATE[place % EVERY :: EVERY]
        for turn, string in enumerate(strings):
            values = {**form.filled(turn), **dict.fromkeys(form.typed, string)}
            response = send(clients[form.role], form, values)
            wrong.append(_judge(response, form, string))
            if quick and form.method == "POST" and response.status_code < 400:
                restore()
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)


def test_no_string_in_one_typed_field_among_good_ones_does_harm(
    clients: dict[str, PageClient],
    forms: list[FoundForm],
    request: pytest.FixtureRequest,
    database: TestDatabase,
) -> None:
    """One field at a time: what a refused neighbour would hide."""
    if database.name != "sqlite":
        return
    restore, wrong = request.getfixturevalue("put_right"), []
    for form in forms:
        for place, name in enumerate(form.typed if len(form.typed) > 1 else ()):
            for turn, string in enumerate(NAUGHTY[place :: 5 * EVERY]):
                response = send(clients[form.role], form, {**form.filled(turn), name: string})
                wrong.append(f"{form.action} {name} {string[:40]!a}" if response.status_code >= 500 else None)
                if form.method == "POST" and response.status_code < 400:
                    restore()
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)


def test_no_forged_value_in_another_field_does_harm(
    clients: dict[str, PageClient],
    forms: list[FoundForm],
    request: pytest.FixtureRequest,
    database: TestDatabase,
) -> None:
    quick = database.name == "sqlite"
    restore = request.getfixturevalue("put_right") if quick else db.session.rollback
    wrong = []
    fields = [(form, name) for form in forms for name in form.untyped]
    for place, (form, name) in enumerate(fields):
        for turn, string in enumerate(FORGED[place % EVERY :: EVERY]):
            response = send(clients[form.role], form, {**form.filled(turn), name: string})
            if response.status_code >= 500:
                wrong.append(f"{form.action} {name} {string[:40]!a}: {response.status_code}")
            if quick and form.method == "POST" and response.status_code < 400:
                restore()
    assert not wrong, "\n".join(wrong)


def test_38_a_megabyte_on_one_line_is_refused_or_taken(
    clients: dict[str, PageClient], forms: list[FoundForm]
) -> None:
    """CVE-2020-28493: it names what is too long, and costs no more than reading it."""
    for form in forms:
        for name in form.typed:
            response = send(clients[form.role], form, {**form.filled(0), name: A_MEGABYTE_ON_ONE_LINE})
            assert response.status_code < 500, f"{form.action} {name}"
