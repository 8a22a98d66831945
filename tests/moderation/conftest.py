"""People at the moderators' desk."""

import pytest
from flask import Flask

from portal.core.rights import Role
from tests.factories.accounts import make_user
from tests.kit.client import PageClient


@pytest.fixture
def moderator(app: Flask) -> PageClient:
    """The browser of a signed-in moderator."""
    make_user("moderator", Role.MODERATOR)
    return PageClient(app).sign_in("moderator")


@pytest.fixture
def coordinator(app: Flask) -> PageClient:
    """The browser of somebody from the coordinating office, who may read and not decide."""
    make_user("coordinator", Role.COORDINATOR)
    return PageClient(app).sign_in("coordinator")
