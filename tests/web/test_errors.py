"""Error pages: in the site's layout, with a reference that stands in the log, never with the fault itself."""

import logging
from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from portal import create_app
from portal.core.errors import Closed, TooFast
from portal.web.errors import PAGES
from portal.web.guards import public
from tests.conftest import settings_for
from tests.kit.client import PageClient


@pytest.fixture
def failing(tmp_path: Path) -> Flask:
    """An application with a page for each way to fail."""
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite'}"))

    @app.get("/fail/<int:code>")
    @public
    def fail(code: int) -> str:
        abort(code)

    @app.get("/raise/<name>")
    @public
    def throw(name: str) -> str:
        raise {
            "bug": ZeroDivisionError("secret detail"),
            "gone": OperationalError("SELECT secret", {}, Exception("disk full")),
            "fast": TooFast("慢一点", 7),
            "closed": Closed("已结束"),
        }[name]

    return app


@pytest.mark.parametrize("code", sorted(PAGES))
def test_each_code_has_a_page_with_a_reference_that_is_in_the_log(
    failing: Flask, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        page = PageClient(failing).get(f"/fail/{code}", status=code)
    reference = page.one(".error-page__reference code").get_text(strip=True)
    assert len(reference) == 8
    assert reference in caplog.text


def test_a_code_without_page_of_its_own_keeps_its_status(failing: Flask) -> None:
    PageClient(failing).get("/fail/418", status=418)


def test_an_unforeseen_fault_shows_nothing_of_itself(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    page = PageClient(failing).get("/raise/bug", status=500)
    assert "secret" not in page.html and "Traceback" not in page.html
    assert "secret detail" in caplog.text


def test_a_database_that_is_gone_is_a_503_with_a_time_to_come_back(failing: Flask) -> None:
    page = PageClient(failing).get("/raise/gone", status=503)
    assert page.response.headers["Retry-After"] == "30"
    assert "SELECT" not in page.html


def test_errors_with_a_meaning_say_it(failing: Flask) -> None:
    client = PageClient(failing)
    assert client.get("/raise/fast", status=429).response.headers["Retry-After"] == "7"
    assert "已结束" in client.get("/raise/closed", status=409).main


def test_a_wrong_method_names_the_right_ones(failing: Flask) -> None:
    page = PageClient(failing).post("/fail/404", {}, status=405)
    assert "GET" in page.response.headers["Allow"]


def test_health_and_readiness(app: Flask) -> None:
    client = PageClient(app)
    assert client.get("/healthz").response.json == {"status": "ok"}
    assert client.get("/readyz").response.json == {
        "status": "ok",
        "checks": {"database": True, "migrations": True, "disk": True},
    }


def test_not_ready_before_the_migrations(failing: Flask) -> None:
    page = PageClient(failing).get("/readyz", status=503)
    assert page.response.json
    assert page.response.json["checks"] == {"database": True, "migrations": False, "disk": True}
