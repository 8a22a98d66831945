"""Fixtures of the job tests."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.jobs.work import JOBS


@pytest.fixture
def job_app(app: Flask) -> Iterator[Flask]:
    """The application with the jobs of tests."""
    before = app.extensions["portal_jobs"]
    app.extensions["portal_jobs"] = JOBS
    yield app
    app.extensions["portal_jobs"] = before
