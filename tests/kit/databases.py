"""The databases that tests run on: SQLite always, PostgreSQL where TEST_DATABASE_URL names one.

Each is migrated once per test process; between tests the rows go, not the tables.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from portal.core.db import db
from tests.kit.skipping import cannot_run

NAMES = ("sqlite", "postgresql")


@sa.event.listens_for(sa.Engine, "connect")
def _read_backwards(connection: Any, _record: Any) -> None:
    """Have SQLite give what no ORDER BY orders in the other order, as PostgreSQL may once a row has been changed.

    A query whose reader counts on an order that it does not ask for fails so on every run, not on some.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


@dataclass
class TestDatabase:
    """One migrated database: its URL, and how to empty it."""

    __test__ = False
    name: str
    url: str
    folder: Path

    def empty(self, app: Flask) -> None:
        """Remove all rows of every test before."""
        if self.name == "sqlite":
            self._swap_file(app)
        else:
            self._delete_rows(app)

    def _swap_file(self, app: Flask) -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        live, template = self.folder / "portal.sqlite", self.folder / "template.sqlite"
        for suffix in ("", "-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        shutil.copy(template, live)

    def _delete_rows(self, app: Flask) -> None:
        with app.app_context():
            db.session.remove()
            with db.engine.begin() as connection:
                # Only so can rows of the append-only tables be removed: as the superuser that tests are.
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
                for table in db.metadata.tables.values():
                    connection.execute(table.delete())


def sqlite_database(folder: Path) -> TestDatabase:
    """A SQLite database in `folder`, not yet migrated."""
    return TestDatabase("sqlite", f"sqlite:///{folder / 'portal.sqlite'}", folder)


def postgresql_server() -> sa.URL:
    """Where PostgreSQL is; skips the test, with the reason, where none is named."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        cannot_run("TEST_DATABASE_URL names no PostgreSQL server")
    return make_url(server).set(drivername="postgresql+psycopg")


def postgresql_database(folder: Path) -> Iterator[TestDatabase]:
    """A database of its own on the server that TEST_DATABASE_URL names; dropped at the end."""
    server = postgresql_server()
    name = f"portal_test_{os.getpid()}_{folder.name.replace('-', '_')}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    yield TestDatabase("postgresql", server.set(database=name).render_as_string(hide_password=False), folder)
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def migrate(app: Flask, database: TestDatabase) -> None:
    """Bring the database to head, and keep a copy of an empty SQLite file."""
    with app.app_context():
        upgrade()
        db.engine.dispose()
    if database.name == "sqlite":
        shutil.copy(database.folder / "portal.sqlite", database.folder / "template.sqlite")
