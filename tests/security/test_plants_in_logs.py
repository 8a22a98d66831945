"""Personal data in a form while something goes wrong: no log, error page or job tells it afterwards."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.bulk import TableRow, insert_linked
from portal.core.db import db
from portal.core.logs import DiscreetFormatter
from portal.core.rights import Actor
from portal.jobs.models import Job
from portal.jobs.operations import enqueue
from portal.jobs.runner import run_job
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_board
from tests.kit.client import Page, PageClient
from tests.kit.writing import send
from tests.security.forms import FoundForm
from tests.security.forms import send as send_form
from tests.security.test_plants import CITIZENS

NUMBER = "13812345678"
TYPED = {"title": "路灯不亮", "body": f"我的电话是{NUMBER}，请回复", "contact": NUMBER, "consent": "y"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a site writes to its log, from the finest record on."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter("%(name)s: %(message)s"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def require_only_given_back(page: Page) -> None:
    """The words stand in the fields of the form that is given back to who typed them, and nowhere else on the page."""
    assert any(NUMBER in field.get_text() for field in page.soup.select(".error-page__typed textarea"))
    for field in page.soup.select(".error-page__typed"):
        field.decompose()
    assert NUMBER not in str(page.soup)


def require_told_nothing(log: io.StringIO, about: str) -> None:
    told = log.getvalue()
    assert about in told
    assert NUMBER not in told and NUMBER[3:] not in told


def test_an_unforeseen_error_is_logged_by_its_place_alone(
    client: PageClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_board()

    def fail(*_arguments: Any, **_more: Any) -> None:
        try:
            raise KeyError(TYPED["body"])
        except KeyError as error:
            raise ValueError(f"cannot use {TYPED['body']}") from error

    monkeypatch.setattr("portal.opinions.public.submit", fail)
    page = send(client, TYPED, status=500)
    require_only_given_back(page)
    require_told_nothing(log, "builtins.ValueError")
    assert "builtins.KeyError" in log.getvalue() and "in hand_in" in log.getvalue()


def test_no_form_of_a_citizen_tells_the_log_when_it_fails(
    clients: dict[str, PageClient], forms: list[FoundForm], log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever they typed, and wherever: the error that carries it is reported by its place."""

    def fail() -> None:
        raise ValueError(f"cannot keep {TYPED['body']}")

    monkeypatch.setattr(db.session, "commit", fail)
    failed = 0
    for form in forms:
        if form.role in CITIZENS and form.method == "POST":
            values = {**form.filled(0), **dict.fromkeys(form.typed, TYPED["body"])}
            failed += send_form(clients[form.role], form, values).status_code == 500
    # Those that are refused before anything is kept fail no further.
    assert failed >= 5
    require_told_nothing(log, "builtins.ValueError")


def test_a_refusal_of_the_database_is_logged_without_the_row(
    client: PageClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_board()

    def insert_wrong(rows: list[TableRow]) -> list[int] | None:
        # PostgreSQL tells the whole row of which a CHECK does not hold.
        (model, row), *others = rows
        return insert_linked([(model, row | {"visibility": "nobody"}), *others])

    monkeypatch.setattr("portal.opinions.submission.insert_linked", insert_wrong)
    page = send(client, TYPED, status=500)
    require_only_given_back(page)
    require_told_nothing(log, "IntegrityError")


def test_a_value_that_the_database_cannot_take_is_not_logged(
    client: PageClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_more: Any) -> None:
        db.session.execute(text("SELECT * FROM no_such_table WHERE body = :body"), {"body": TYPED["body"]})

    make_board()
    monkeypatch.setattr("portal.opinions.public.receive_uploads", fail)
    send(client, TYPED, status=500 if db.engine.dialect.name == "postgresql" else 503)
    assert NUMBER not in log.getvalue()


def test_a_form_that_is_refused_is_not_logged(client: PageClient, log: io.StringIO) -> None:
    make_board()
    send(client, {**TYPED, "consent": None}, status=400)
    client.post("/receipts", {**TYPED, "code": NUMBER}, status=400)
    client.post(f"/receipts/{NUMBER}x", TYPED, status=404)
    assert "CSRF" in log.getvalue()
    assert NUMBER not in log.getvalue().replace(f"/receipts/{NUMBER}x", "")


def test_a_token_that_opens_an_account_is_not_logged(client: PageClient, log: io.StringIO) -> None:
    """Whoever reads the log must not set somebody's password."""
    client.post("/password-reset/links/abcdefghij", {"password": "x"}, status=400)
    assert "/password-reset/links/" in log.getvalue()
    assert "abcdefghij" not in log.getvalue()


def failing_job(_job_id: str, _arguments: dict[str, Any], _progress: Any) -> None:
    """A job that fails over somebody's words."""
    raise ValueError(TYPED["body"])


def test_a_job_that_fails_tells_neither_log_nor_table(app: Flask, log: io.StringIO) -> None:
    make_user("moderator")
    kinds = app.extensions["portal_jobs"]
    app.extensions["portal_jobs"] = {**kinds, "failing": f"{__name__}:failing_job"}
    try:
        job_id = enqueue("failing", {}, Actor()).id
        db.session.commit()
        run_job(app, job_id, lambda: False)
    finally:
        app.extensions["portal_jobs"] = kinds
    require_told_nothing(log, "builtins.ValueError")
    row = db.session.get_one(Job, job_id)
    assert NUMBER not in f"{row.error}{row.arguments}"
