"""Sites and browsers of the journeys: one Chromium, and one site for each content and database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.kit.browser import Person, chromium
from tests.kit.databases import NAMES, postgresql_database
from tests.kit.site import Site, running_site

Arrive = Callable[..., Person]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once for all journeys."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="package", params=NAMES)
def bare_site(
    browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site with the demo's campaign and accounts but no opinions, on each database in turn."""
    folder = tmp_path_factory.mktemp(f"bare-{request.param}")
    if request.param == "sqlite":
        yield from _served(folder, f"sqlite:///{folder / 'portal.sqlite'}", "--bare")
        return
    for database in postgresql_database(folder):
        yield from _served(folder, database.url, "--bare")


@pytest.fixture(scope="package")
def demo_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the whole demo."""
    folder = tmp_path_factory.mktemp("demo")
    yield from _served(folder, f"sqlite:///{folder / 'portal.sqlite'}")


def _served(folder: Path, url: str, *demo: str) -> Iterator[Site]:
    with running_site(folder, url, *demo) as site:
        yield site
        assert "Traceback" not in site.messages(), site.messages()[-3000:]


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Arrive]:
    """Brings somebody to a site: `arrive(site, width, …)`, the rest as for `Person`; windows are closed at the end."""
    people: list[Person] = []

    def come(site: Site, width: int, **more: Any) -> Person:
        people.append(Person(browser, site.url, width, **more))
        return people[-1]

    yield come
    for person in people:
        person.context.close()
