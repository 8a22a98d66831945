"""What the documents say can be followed: links lead somewhere, commands exist, terms and tables are those of the code."""

import ast
import importlib
import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from portal.campaigns.queries import board_by_slug
from portal.config import ROOT
from portal.core.clock import fixed
from tests.architecture.imports import ORDER

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PORTAL = ROOT / "portal"
DECISIONS = ROOT / "docs" / "decisions"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _links(text: str) -> set[str]:
    prose = _FENCE.sub("", text)
    return set(re.findall(r"\]\(([^)\s]+)\)", prose))


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    for link in _links(page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _sign, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} is not there"
        assert target.is_relative_to(ROOT), f"{link} leaves the project"
        if anchor:
            assert anchor in _anchors(target.read_text(encoding="utf-8")), f"{link}: no such heading"


def _commands(page: Path) -> str:
    """What a page shows as code: fences of shell and configuration, and words in backticks."""
    text = page.read_text(encoding="utf-8")
    fences = [body for language, body in _FENCE.findall(text) if language in ("sh", "ini", "")]
    inline = _CODE.findall(_FENCE.sub("", text))
    return "\n".join([*fences, *inline]).replace("\\\n", " ")


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", _text("Makefile"), re.MULTILINE))
    named = {
        (_name(page), name) for page in PAGES for name in re.findall(r"\bmake ([a-z][\w-]*)", _commands(page))
    }
    assert named
    assert not {(page, name) for page, name in named if name not in targets}


def test_every_flask_command_exists_with_its_options(app: Flask) -> None:
    named = [(_name(page), *found) for page in PAGES for found in _flask_lines(page)]
    assert len(named) > 20
    commands = {**FlaskGroup().commands, **app.cli.commands}
    for page, words, options in named:
        command = _command(commands, words)
        assert command is not None, f"{page}: flask {' '.join(words)} is no command"
        if isinstance(command, click.Group):
            continue
        known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
        assert options <= known, f"{page}: flask {' '.join(words)} has no {options - known}"


def _flask_lines(page: Path) -> Iterator[tuple[list[str], set[str]]]:
    for line in _commands(page).splitlines():
        found = re.search(r"\bflask (?:--app wsgi )?([a-z].*)", line)
        if found:
            parts = found.group(1).split()
            yield parts[:2], {part for part in parts[2:] if re.fullmatch(r"--[a-z][\w-]*|-[a-z]", part)}


def _command(commands: dict[str, click.Command], words: list[str]) -> click.Command | None:
    """The command that the words name; the second word may be an argument."""
    command = commands.get(words[0])
    if isinstance(command, click.Group) and len(words) > 1:
        return command.commands.get(words[1])
    return command


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables in `text`, heads and rules left out."""
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("| ") and not following.startswith("|---"):
            yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def _defined_names() -> set[str]:
    """All names of classes, functions, constants and fields in the portal's code, and keys of its documents."""
    names = set()
    for path in PORTAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
    return names


def test_terms_of_the_glossary_are_names_in_the_code() -> None:
    defined = _defined_names()
    rows = list(_rows(_text("docs/glossary.md")))
    assert len(rows) > 40
    assert len({row[0] for row in rows}) == len(rows), "a term stands there twice"
    for term, _chinese, meaning, code in rows:
        assert meaning
        names = _CODE.findall(code)
        assert names, f"{term} names nothing in the code"
        assert set(names) <= defined, f"{term}: {set(names) - defined} is not in the code"


def test_every_slice_stands_in_the_architecture_and_its_picture() -> None:
    page, picture = _text("docs/architecture.md"), _text("docs/img/architecture.svg")
    slices = {path.parent.name for path in PORTAL.glob("*/__init__.py")}
    told = {_CODE.findall(row[0])[0] for row in _rows(page.split("## Inside")[0])}
    assert told == slices
    drawn = set(re.findall(r'<tspan class="name">(\w+)</tspan>', picture))
    assert drawn == slices


def test_the_order_of_slices_is_the_one_that_imports_are_held_to() -> None:
    section = _text("docs/architecture.md").split("## The order")[1].split("`tests/architecture`")[0]
    stated = [tuple(_CODE.findall(place)) for place in section.split("<")]
    assert stated == [*ORDER, ("wiring",)]


def test_every_decision_stands_in_the_index() -> None:
    index = _text("docs/decisions/README.md")
    files = {path.name for path in DECISIONS.glob("0*.md")}
    assert files == set(re.findall(r"\]\((0[\w-]+\.md)\)", index))
    for name in files:
        assert re.search(
            r"^20\d\d-\d\d-\d\d$", (DECISIONS / name).read_text(encoding="utf-8"), re.MULTILINE
        ), name


def _columns(section: str) -> dict[str, tuple[str, ...]]:
    rows = _rows(section)
    return {_CODE.findall(row[0])[0]: tuple(row[1].split("、")) for row in rows}


@pytest.mark.parametrize(
    ("heading", "module"),
    [
        ("## Units", "portal.taxonomy.unit_rows"),
        ("## Opinions", "portal.opinions.imports"),
        ("## A digest straight", "portal.digests.from_file"),
    ],
)
def test_the_columns_of_imports_are_those_of_the_code(heading: str, module: str) -> None:
    section = _text("docs/importing.md").split(heading)[1].split("\n## ")[0]
    columns = importlib.import_module(module).COLUMNS
    assert _columns(section) == {field: tuple(names) for field, names in columns.items()}


def _described_keys() -> dict[str, set[str]]:
    sections = re.split(r"^##+ ", _text("docs/analysis-check-input.md"), flags=re.MULTILINE)[1:]
    return {
        section.splitlines()[0].removesuffix("[]").lower(): {
            _CODE.findall(row[0])[0] for row in _rows(section)
        }
        for section in sections
    }


def test_the_keys_of_the_analysis_check_input_are_those_of_the_schema() -> None:
    schema: dict[str, Any] = json.loads(
        (PORTAL / "digests" / "schema" / "analysis-check-input-1.json").read_text(encoding="utf-8")
    )
    parts, defined = schema["properties"], schema["$defs"]
    keys = {
        "document": parts,
        **{name: parts[name]["properties"] for name in ("scope", "counts", "sources")},
        **{name: parts[name]["items"]["properties"] for name in ("aspects", "matters")},
        "tally": defined["tally"]["properties"],
        "quotes": defined["quote"]["properties"],
        "opinions": defined["opinion"]["properties"],
        "reply": defined["opinion"]["properties"]["reply"]["properties"],
    }
    assert _described_keys() == {name: set(found) for name, found in keys.items()}


def test_a_campaign_can_be_made_as_operating_says(app: Flask) -> None:
    lines = [line for line in _text("docs/operating.md").splitlines() if line.startswith("flask campaigns ")]
    assert len(lines) == 7
    for line in lines:
        # On a day on which the dates of the examples lie ahead.
        with fixed(datetime(2026, 11, 22, tzinfo=UTC)):
            result = app.test_cli_runner().invoke(args=shlex.split(line)[1:])
        assert result.exit_code == 0, result.output
    for slug in ("suggestions", "messages"):
        board = board_by_slug(slug)
        assert board is not None and board.campaign.slug == "xianyice"


def test_the_two_readmes_stand_side_by_side() -> None:
    """Both are short, and send the reader to the same files."""
    english, chinese = _text("README.md"), _text("README.zh-CN.md")
    assert max(english.count("\n"), chinese.count("\n")) <= 90
    assert _links(english) - {"README.zh-CN.md"} == _links(chinese) - {"README.md"}
    fences = [body for _language, body in _FENCE.findall(english)]
    assert fences == [body for _language, body in _FENCE.findall(chinese)]
