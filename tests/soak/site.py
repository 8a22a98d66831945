"""A portal served by gunicorn on a database of its own, and a way to look into that database beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.server import PORTAL, Server, portal_environment
from portal import create_app
from portal.config import read_settings
from portal.core.db import db
from portal.core.ids import normalised_code
from portal.opinions.models import Case
from portal.opinions.submission import receipt_hash
from tests.factories.campaigns import make_board
from tests.kit.databases import migrate, postgresql_database, sqlite_database

BOARD = "suggestions"


class Site:
    """One migrated database with an open board; `server` serves it when started."""

    def __init__(self, app: Flask, environment: dict[str, str], folder: Path) -> None:
        self.app = app
        self.server = Server(PORTAL, environment, folder / "gunicorn.log", ready="/readyz")

    @contextmanager
    def database(self) -> Iterator[Any]:
        """A session of this process on the site's database, which ends without a trace."""
        with self.app.app_context():
            yield db.session
            db.session.remove()
            db.engine.dispose()

    def titles_of_code(self, code: str) -> list[str]:
        """The titles of the cases that this query code finds."""
        bare = normalised_code(code)
        assert bare is not None, f"{code} is no query code"
        key = self.app.extensions["portal_settings"].lookup_key
        query = sa.select(Case.title).where(Case.receipt_hash == receipt_hash(key, bare))
        return list(db.session.scalars(query))


def new_site(name: str, folder: Path) -> Iterator[Site]:
    """A site on a new database of that name (sqlite or postgresql); the database goes when the generator ends."""
    databases = iter([sqlite_database(folder)]) if name == "sqlite" else postgresql_database(folder)
    for database in databases:
        environment = portal_environment(folder, database.url)
        app = create_app(read_settings(environment))
        migrate(app, database)
        with app.app_context():
            make_board(BOARD)
            db.session.remove()
            db.engine.dispose()
        yield Site(app, environment, folder)
