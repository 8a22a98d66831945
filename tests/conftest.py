"""Fixtures that all tests share. Slices keep their own beside their tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as examples

from bench.server import LIMITS
from portal import create_app
from portal.config import Settings, read_settings
from portal.core.db import db
from tests.kit.client import PageClient
from tests.kit.databases import NAMES, TestDatabase, migrate, postgresql_database, sqlite_database
from tests.kit.scheduling import JourneysTogether

# A deadline for one example, or for making it, fails on a busy machine rather than on wrong code.
examples.register_profile(
    "portal",
    examples(),
    deadline=None,
    suppress_health_check=[*examples().suppress_health_check, HealthCheck.too_slow],
)
examples.load_profile("portal")

# Fast, because every sign-in of a test pays it; the product's own cost is measured elsewhere.
SECRETS = {"SECRET_KEY": "s" * 32, "CONTACT_KEY": "c" * 32, "LOOKUP_KEY": "l" * 32}


def settings_for(folder: Path, url: str, **more: str) -> Settings:
    """Settings of a portal that lives in `folder`, with limits that only tests of limits reach."""
    wide = {name: "100000/hour" for name in LIMITS if name != "LOCKOUT_LIMIT"}
    names = {
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": url,
        "BASE_URL": "http://localhost",
        "MIN_FREE_MB": "0",
        # The pages offer mail; nobody listens there.
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": "9",
    }
    return read_settings({**SECRETS, **wide, **names, **more})


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether | None:
    """What `--dist loadgroup` means here."""
    return JourneysTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session", params=NAMES)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestDatabase]:
    """Each database in turn: a test that uses one runs on both."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        yield sqlite_database(folder)
    else:
        yield from postgresql_database(folder)


@pytest.fixture(scope="session")
def shared_app(database: TestDatabase) -> Flask:
    """The application on a migrated database, made once per process."""
    app = create_app(settings_for(database.folder, database.url))
    app.testing = True
    # Errors show as people would see them; a test that expects none asserts the status.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    migrate(app, database)
    return app


@pytest.fixture
def app(shared_app: Flask, database: TestDatabase) -> Iterator[Flask]:
    """The application with an empty database, inside an application context."""
    database.empty(shared_app)
    with shared_app.app_context():
        yield shared_app
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor's browser without JavaScript, that checks every page it opens."""
    return PageClient(app)
