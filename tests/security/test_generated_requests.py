"""Thousands of requests that nobody would send by a browser: none is answered with a 5xx, or by leading elsewhere.

`GENERATED_REQUESTS` says how many on each database (`make soak` asks for 100,000). Each request is made from its
number alone; the numbers of those that went wrong are in the message.
"""

import os
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core.db import db
from tests.kit.client import PageClient
from tests.kit.databases import TestDatabase
from tests.security.forms import FoundForm
from tests.security.generated import Generator
from tests.security.test_authorization_matrix import MATRIX, World

HOW_MANY = int(os.environ.get("GENERATED_REQUESTS", "1200"))
PARTS = 2
# After so many the world is put right again, for those who were signed out, withdrew or erased something.
_AFTER = 50
_MOST_SHOWN = 20


def _wrong(response: TestResponse) -> str | None:
    """What is wrong with an answer; None where nothing is."""
    if response.status_code >= 500:
        return str(response.status_code)
    target = urlsplit(response.headers.get("Location", ""))
    if target.netloc not in ("", "localhost") or target.scheme not in ("", "http"):
        return f"leads to {response.headers['Location']}"
    if response.mimetype == "text/html" and b"<script>alert" in response.get_data():
        return "not escaped"
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_is_answered_with_a_fault(
    app: Flask, world: World, clients: dict[str, PageClient], forms: list[FoundForm],
    request: pytest.FixtureRequest, database: TestDatabase, part: int,
) -> None:  # fmt: skip
    put_right: Callable[[], None] = db.session.rollback
    if database.name == "sqlite":
        put_right = request.getfixturevalue("put_right")
    restore = [put_right, *[client.cookies_kept() for client in clients.values()]]
    paths = [pattern.format(**vars(world)) for pattern, _statuses in MATRIX.values()]
    generator = Generator(paths, forms, list(clients))
    wrong = []
    for number in range(part, HOW_MANY, PARTS):
        made = generator.request(number)
        fault = _wrong(clients[made.role]._open(made.path, **made.arguments))
        if fault:
            wrong.append(f"{number} {fault}: {made}")
        if number % _AFTER < PARTS:
            for step in restore:
                step()
    assert not wrong, "\n".join([f"{len(wrong)} of {HOW_MANY // PARTS}", *wrong[:_MOST_SHOWN]])


def test_a_file_in_place_of_words_is_no_text(clients: dict[str, PageClient], forms: list[FoundForm]) -> None:
    """Each form without its words, and a file under the name of each."""
    wrong = []
    for form in forms:
        if form.method == "POST" and form.typed:
            files = {name: (BytesIO(b"words"), "words.txt") for name in form.typed}
            response = clients[form.role]._open(form.action, method="POST", data={**form.filled(0), **files})
            wrong.append(f"{response.status_code}: {form.action}" if response.status_code >= 500 else None)
    assert not [one for one in wrong if one], "\n".join(one for one in wrong if one)
