"""The arrows between and inside the slices go one way; each rule is shown to catch what it is there for."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from portal import wiring
from portal.config import ROOT
from tests.architecture import imports
from tests.architecture.imports import Source

Rule = Callable[[Iterable[Source]], list[str]]

RULES: list[Rule] = [
    imports.relative,
    imports.against_the_direction,
    imports.upward_in_a_slice,
    imports.circles,
    imports.hidden_imports,
    imports.request_below_the_edge,
    imports.out_of_place,
    imports.badly_named,
]


def dotted_name(path: Path) -> str:
    """`portal/core/db.py` as `portal.core.db`, a package by its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def product() -> list[Source]:
    """All modules of the product."""
    found = [
        Source(dotted_name(path), path.read_text("utf-8")) for path in sorted((ROOT / "portal").rglob("*.py"))
    ]
    assert len(found) > 50
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(product: list[Source], rule: Rule) -> None:
    assert rule(product) == []


def test_a_web_worker_loads_nothing_heavy(product: list[Source]) -> None:
    entries = ["portal", "portal.wiring", *wiring.BLUEPRINTS, *wiring.COMMANDS]
    assert set(entries) <= {source.name for source in product}
    assert imports.heavy_in_a_web_worker(product, entries) == []


def test_every_slice_has_its_place(product: list[Source]) -> None:
    slices = {source.slice for source in product if len(source.parts) > 1}
    assert slices <= set(imports.RANK)


def planted(name: str, text: str, *others: tuple[str, str]) -> list[Source]:
    """A small product with one fault in it."""
    quiet = (
        "portal.core.db",
        "portal.opinions.operations",
        "portal.opinions.public",
        "portal.opinions.models",
    )
    written = {**dict.fromkeys(quiet, ""), **dict(others), name: text}
    return [Source(each, code) for each, code in written.items()]


FAULTS = {
    imports.relative: [
        ("portal.opinions.queries", "from .models import Opinion"),
    ],
    imports.against_the_direction: [
        ("portal.core.text", "from portal.web.guards import may"),
        ("portal.core.text", "from portal.analysis.normalise import fold"),
        ("portal.search.queries", "import portal.opinions.models"),
        ("portal.opinions.operations", "from portal.digests import operations"),
        ("portal.opinions.operations", "def later():\n    from portal.digests.operations import x"),
        ("portal.moderation.desk", "from portal.opinions.drawing import draw"),
        ("portal.moderation.desk", "from portal.opinions import public"),
        ("portal.moderation.desk", "import portal.opinions"),
        ("portal.moderation.desk", "from portal.wiring import JOBS"),
        ("portal.moderation.desk", "from portal import create_app"),
        ("portal.config", "from portal.core.db import db"),
        ("portal.newcomer.operations", "from portal.core.db import db"),
    ],
    imports.upward_in_a_slice: [
        ("portal.opinions.operations", "from portal.opinions.public import blueprint"),
        ("portal.opinions.operations", "from portal.opinions import public"),
        ("portal.opinions.models", "from portal.opinions.operations import submit"),
    ],
    imports.hidden_imports: [
        ("portal.opinions.queries", "def late():\n    from portal.opinions.operations import x"),
        ("portal.opinions.queries", "class A:\n    def late(self):\n        import json"),
    ],
    imports.request_below_the_edge: [
        ("portal.opinions.operations", "from flask import current_app, request"),
        ("portal.opinions.queries", "from flask_login import current_user"),
        ("portal.opinions.forms", "from portal.web.guards import actor"),
        ("portal.opinions.forms", "from portal.web import guards"),
    ],
    imports.out_of_place: [
        ("portal.web.templating", "import bleach"),
        ("portal.opinions.forms", "def clean():\n    import nh3"),
        ("portal.analysis.engine", "from sqlalchemy import select"),
    ],
    imports.badly_named: [
        ("portal.core.utils", ""),
        ("portal.opinions.mail_service", ""),
    ],
}
CASES = [(rule, name, text) for rule, faults in FAULTS.items() for name, text in faults]


@pytest.mark.parametrize(("rule", "name", "text"), CASES)
def test_a_planted_fault_is_found(rule: Rule, name: str, text: str) -> None:
    found = rule(planted(name, text))
    assert len(found) == 1 and name in found[0]


def test_a_planted_circle_is_found() -> None:
    sources = planted(
        "portal.opinions.queries", "from portal.opinions import operations",
        ("portal.opinions.operations", "from portal.opinions.queries import x"),
    )  # fmt: skip
    assert imports.circles(sources)


def test_a_planted_heavy_import_is_found_through_others() -> None:
    sources = planted(
        "portal.opinions.public", "from portal.opinions import operations",
        ("portal.opinions.operations", "from portal.opinions.shape import x"),
        ("portal.opinions.shape", "import numpy.linalg"),
    )  # fmt: skip
    way = "portal.opinions.public → portal.opinions.operations → portal.opinions.shape → numpy"
    assert imports.heavy_in_a_web_worker(sources, ["portal.opinions.public"]) == [way]
    assert imports.heavy_in_a_web_worker(sources, ["portal.opinions.models"]) == []


ALLOWED = [
    ("portal.opinions.public", "from flask import request\nfrom portal.web.guards import actor"),
    ("portal.opinions.queries", "from portal.accounts.models import User\nfrom portal.core.db import db"),
    ("portal.opinions.cli", "def run():\n    from portal.analysis.engine import x\n    import numpy"),
    ("portal.web.guards", "from flask import g, request"),
    ("portal.core.text", "import bleach\nimport nh3\nfrom portal.config import ROOT"),
    ("portal.wiring", "from portal.opinions.indexing import index"),
    ("portal.digests.models", "from portal.digests.states import x\nfrom portal.jobs.models import Job"),
]


@pytest.mark.parametrize(("name", "text"), ALLOWED)
def test_what_is_allowed_is_not_found(name: str, text: str) -> None:
    sources = planted(name, text, ("portal.analysis.engine", "import scipy"))
    assert [rule(sources) for rule in RULES] == [[]] * len(RULES)
