"""The world of the authorization matrix, a browser for each role in it, and every form they are shown."""

import shutil
from collections.abc import Callable

import pytest
from flask import Flask

from portal.core.db import db
from tests.factories.accounts import make_user
from tests.kit.client import Page, PageClient
from tests.kit.databases import TestDatabase
from tests.security.forms import FoundForm, forms_on, once
from tests.security.states import pages_in_some_state
from tests.security.test_authorization_matrix import COLUMNS, MATRIX, World, world

__all__ = ["world"]


@pytest.fixture
def clients(app: Flask, world: World) -> dict[str, PageClient]:
    """A browser for each role, signed in where the role has an account."""
    return {
        role: PageClient(app) if role == "visitor" else PageClient(app).as_user(make_user(role))
        for role in COLUMNS
    }


@pytest.fixture
def forms(app: Flask, world: World, clients: dict[str, PageClient]) -> list[FoundForm]:
    """Every form of the portal, each shape once."""
    found: list[FoundForm] = []
    for role, client in clients.items():
        for endpoint, (pattern, _statuses) in MATRIX.items():
            if not _posts(app, endpoint):
                response = client._open(pattern.format(**vars(world)))
                if response.status_code == 200 and response.mimetype == "text/html":
                    found += forms_on(Page(response), role)
    for role, page in pages_in_some_state(clients, world):
        found += forms_on(page, role)
    return once(found)


@pytest.fixture
def put_right(app: Flask, database: TestDatabase, forms: list[FoundForm]) -> Callable[[], None]:
    """Puts the database back to what it was when the forms were found; only SQLite's file can be copied so quickly."""
    assert database.name == "sqlite"
    live, kept = database.folder / "portal.sqlite", database.folder / "kept.sqlite"

    def close() -> None:
        # Closing the last connection brings what the write-ahead log holds into the file.
        db.session.remove()
        db.engine.dispose()

    close()
    shutil.copy(live, kept)

    def restore() -> None:
        close()
        for suffix in ("-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        shutil.copy(kept, live)

    return restore


def _posts(app: Flask, endpoint: str) -> bool:
    return any("POST" in (rule.methods or ()) for rule in app.url_map.iter_rules(endpoint))
