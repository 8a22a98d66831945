"""Tests against the portal as it is served. Those marked `soak` run by `make soak` only."""

from collections.abc import Iterator

import pytest

from tests.kit.databases import NAMES
from tests.soak.site import Site, new_site


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `soak`, unless marks are asked for."""
    if config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="module", params=NAMES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own on each database, not yet served."""
    yield from new_site(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def served(site: Site) -> Iterator[Site]:
    """The site, served."""
    with site.server:
        yield site
