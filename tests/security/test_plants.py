"""Personal data planted in every field that citizens fill in, and looked for everywhere afterwards.

It may stand where it must, in the original and in what is kept sealed or for its owner alone, and nowhere else: on no page
of anybody but moderators, in no address, header, cookie, letter, log, index, export, job or audit event.
"""

import contextvars
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.jobs.queries import waiting_job_ids
from portal.jobs.runner import run_job
from portal.opinions.models import Opinion
from portal.opinions.operations import add_event, assign, move
from portal.opinions.states import EventKind, OpinionAction, OpinionState, Visibility
from portal.taxonomy.models import Unit
from tests.factories.accounts import actor_with
from tests.factories.digests import make_digest
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.mail_server import text_of
from tests.kit.writing import hand_in
from tests.notices.conftest import Post, post
from tests.security.forms import FoundForm, send
from tests.security.test_authorization_matrix import COLUMNS, MATRIX, OWN, World

__all__ = ["post"]

CITIZENS = ("visitor", "citizen")
# Where the words of an author stand as they were typed: besides columns marked as personal, the immutable original.
ORIGINAL = {("opinion_case", "title"), ("opinion_case", "body")}
# Pages on which moderators, and who looks over their shoulder, read the original.
ORIGINAL_SHOWN = {"moderation_desk.opinion"}
# What somebody is shown of what they themselves handed in.
OWN_COPY = {"leaving.data", "leaving.data_file", "me.opinion", "drafts.index"}


@dataclass(frozen=True)
class Plant:
    """A telephone number that nobody has, who put it, and into which field."""

    number: str
    role: str
    form: str
    field: str


def planted_in(clients: dict[str, PageClient], forms: list[FoundForm]) -> list[Plant]:
    """Put a number of its own into each field that a citizen types into; no address that comes back may hold it."""
    plants = []
    for form in forms:
        if form.role not in CITIZENS:
            continue
        for name in form.typed:
            plant = Plant(f"139{12_340_000 + len(plants)}", form.role, form.action, name)
            plants.append(plant)
            for turn in range(2):
                value = f"我的电话是{plant.number}，请回复"
                response = send(clients[form.role], form, {**form.filled(turn), name: value})
                assert response.status_code < 500
                assert plant.number not in carried(clients[form.role], response), plant
    return plants


def carried(client: PageClient, response: TestResponse) -> str:
    """All that goes along with a page: headers, and cookies with what is packed in them."""
    signed = client.app.session_interface.get_signing_serializer(client.app)  # type: ignore[attr-defined]
    cookie = client.browser.get_cookie("session")
    return f"{response.headers} {signed.loads(cookie.value) if cookie and cookie.value else ''}"


def own_plant(client: PageClient) -> Plant:
    """What somebody hands in who is signed in: the one person to whom a copy of it belongs."""
    number = "13612349876"
    typed = {
        "body": f"我的电话是{number}，请回复",
        "contact": number,
        "mail": "li@example.org",
        "consent": "y",
    }
    hand_in(client, typed)
    return Plant(number, "citizen", "/boards/suggestions/new", "own")


def publish_what_waits(unit: Unit) -> None:
    """Let everything through as a moderator who looks at nothing would."""
    moderator = actor_with(Role.MODERATOR)
    for opinion in db.session.query(Opinion).filter(Opinion.state == OpinionState.WAITING):
        public = opinion.visibility == Visibility.PUBLIC
        move(opinion, OpinionAction.PUBLISH if public else OpinionAction.ACCEPT, moderator)
        add_event(opinion, EventKind.PUBLISHED if public else EventKind.ACCEPTED)
        assign(opinion, unit, None)
    db.session.commit()


def run_jobs(app: Flask) -> None:
    """Run what waits in the background."""
    waiting = list(waiting_job_ids(500))
    db.session.rollback()
    for job_id in waiting:
        contextvars.Context().run(run_job, app, job_id, lambda: False)


def everything_stored() -> Iterator[tuple[str, str, str]]:
    """Table, column and value of all that the database holds as text, the index of the search included."""
    database = inspect(db.session.connection())
    for table in database.get_table_names():
        columns = [column["name"] for column in database.get_columns(table)]
        quoted = ", ".join(f'"{name}"' for name in columns)
        for row in db.session.execute(text(f'SELECT {quoted} FROM "{table}"')):
            yield from ((table, name, str(value)) for name, value in zip(columns, row, strict=True))


def allowed_columns() -> set[tuple[str, str]]:
    """Where personal data may be: columns that say so, for each of which some slice answers, and the original."""
    tables = db.metadata.tables.values()
    return ORIGINAL | {
        (table.name, one.name) for table in tables for one in table.columns if one.info.get("personal")
    }


def everything_written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file in the instance folder, those inside archives too; the database apart."""
    for path in folder.rglob("*"):
        if not path.is_file() or ".sqlite" in path.name:
            continue
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())
        else:
            yield path.name, path.read_bytes()


def every_page(app: Flask, clients: dict[str, PageClient], world: World) -> Iterator[tuple[str, str, str]]:
    """Role, endpoint and text of each page of the matrix, with each opinion in turn where one is named."""
    names = list(db.session.scalars(db.select(Opinion.public_id)))
    db.session.rollback()
    for endpoint, (pattern, _statuses) in MATRIX.items():
        if not any("GET" in (rule.methods or ()) for rule in app.url_map.iter_rules(endpoint)):
            continue
        varied = "{opinion}" in pattern or "{waiting}" in pattern
        for name in names if varied and "{file}" not in pattern else [world.opinion]:
            path = pattern.format(**{**vars(world), "opinion": name, "waiting": name})
            for role in COLUMNS:
                response = clients[role]._open(path)
                text = response.get_data().decode(errors="replace")
                yield role, endpoint, f"{text} {carried(clients[role], response)}"


def test_a_planted_number_is_only_where_it_must_be(
    app: Flask,
    world: World,
    clients: dict[str, PageClient],
    forms: list[FoundForm],
    caplog: pytest.LogCaptureFixture,
    post: Post,
) -> None:
    caplog.set_level(logging.INFO)
    plants = [own_plant(clients["citizen"]), *planted_in(clients, forms)]
    assert len(plants) >= 10
    unit = make_unit(OWN)
    publish_what_waits(unit)
    make_digest(actor_with(Role.COORDINATOR))
    make_digest(actor_with(Grant(Role.OFFICER, OWN)), unit=unit)
    run_jobs(app)

    def found(content: str) -> list[Plant]:
        return [plant for plant in plants if plant.number in content]

    allowed = allowed_columns()
    wrong = [
        f"{plant} in {table}.{column}: {value[:80]}"
        for table, column, value in everything_stored() if (table, column) not in allowed
        for plant in found(value)
    ]  # fmt: skip
    assert any(found(value) for table, column, value in everything_stored() if (table, column) in ORIGINAL)
    db.session.rollback()
    folder = Path(app.extensions["portal_settings"].instance_dir)
    wrong += [f"{plant} in {name}" for name, content in everything_written(folder) for plant in plants
              if plant.number.encode() in content]  # fmt: skip
    copied: set[str] = set()
    for role, endpoint, page in every_page(app, clients, world):
        if endpoint in OWN_COPY and role == "citizen":
            assert all(plant.role == role for plant in found(page)), endpoint
            copied |= {endpoint} if found(page) else set()
        elif endpoint not in ORIGINAL_SHOWN:
            wrong += [f"{plant} on {endpoint} for {role}" for plant in found(page)]
    for plant in plants:
        page = clients["visitor"]._open("/search", query_string={"q": plant.number[3:]})
        wrong += [f"{plant} is found by the search"] * ("opinion-card" in page.get_data(as_text=True))
    assert copied >= {"leaving.data", "leaving.data_file", "me.opinion"}
    while post.deliver():
        continue
    letters = [f"{letter} {text_of(letter)}" for _address, letter in post.server.letters]
    assert letters
    wrong += [f"{plant} in a letter" for letter in letters for plant in found(letter)]
    wrong += [f"{plant} in the log" for plant in found(caplog.text)]
    assert not wrong, "\n".join(wrong)
