"""Databases of the benchmark's own: made, migrated, filled, and gone afterwards."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from bench.filling import fill
from portal import create_app
from portal.config import read_settings

SERVER = "TEST_DATABASE_URL"


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a new database of `kind` (sqlite or postgresql), in `folder` or on the server SERVER names."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'portal.sqlite'}"
        return
    server = make_url(os.environ[SERVER]).set(drivername="postgresql+psycopg")
    name = f"portal_bench_{os.getpid()}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def prepare(environment: dict[str, str], count: int) -> float:
    """Migrate the database that `environment` names and fill it with `count` opinions; the seconds that took."""
    began = time.perf_counter()
    app = create_app(read_settings(environment))
    with app.app_context():
        upgrade()
        fill(count)
    return time.perf_counter() - began


def version(url: str) -> str:
    """The name and version of the database behind `url`."""
    engine = sa.create_engine(make_url(url))
    with engine.connect() as connection:
        query = "sqlite_version()" if engine.dialect.name == "sqlite" else "current_setting('server_version')"
        number = connection.execute(sa.text(f"SELECT {query}")).scalar_one()
    engine.dispose()
    return f"{'SQLite' if engine.dialect.name == 'sqlite' else 'PostgreSQL'} {number}"
