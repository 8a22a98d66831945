"""People at the desk of units, and the units."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.core.rights import Grant, Role
from portal.taxonomy.models import Unit
from tests.factories.accounts import make_user
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

HOUSING = "市直单位/住建局"
CITY = "市直单位/城管局"
DAY = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
def housing(app: Flask) -> Unit:
    """The unit whose desk most tests sit at."""
    return make_unit(HOUSING)


@pytest.fixture
def officer(app: Flask, housing: Unit) -> PageClient:
    """The browser of a signed-in officer of that unit."""
    make_user("officer", Grant(Role.OFFICER, housing.path))
    return PageClient(app).sign_in("officer")


@pytest.fixture
def stranger(app: Flask) -> PageClient:
    """The browser of an officer of another unit."""
    make_user("stranger", Grant(Role.OFFICER, make_unit(CITY).path))
    return PageClient(app).sign_in("stranger")
