"""Every string that a person reads goes through gettext; Simplified Chinese is the source."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u3400-\u9fff]")
GETTEXT = frozenset({"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"})

# What is Chinese by its nature and not a sentence of the interface: the text engine's rules, the exported documents
# of Chinese offices, what a spreadsheet's columns are called
# and default names that are stored, sentences of commands that run without Flask.
NOT_INTERFACE = (
    "portal/analysis/",
    "portal/digests/columns.py",
    "portal/digests/document.py",
    "portal/digests/export/",
    "portal/digests/from_file.py",
    "portal/digests/from_file_rows.py",
    "portal/digests/schema_check.py",
    "portal/digests/verify.py",
    "portal/core/",
    "portal/config.py",
    "portal/casework/imports.py",
    "portal/opinions/imports.py",
    "portal/taxonomy/unit_rows.py",
)

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_MARKED = re.compile(r"""\b_\(\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", re.DOTALL)


def bare_in_template(text: str) -> list[str]:
    """The pieces of a template with Chinese that is not in a call of `_`."""
    rest = _MARKED.sub("", _COMMENT.sub("", text))
    return [line.strip() for line in rest.splitlines() if HAN.search(line)]


def bare_in_module(source: str) -> list[str]:
    """The string literals of a module with Chinese that are neither docstrings nor arguments of gettext."""
    tree = ast.parse(source)
    allowed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in GETTEXT:
            allowed |= {id(child) for argument in node.args for child in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))
    return [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value)
        if id(node) not in allowed
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates(path: Path) -> None:
    assert bare_in_template(path.read_text(encoding="utf-8")) == []


def test_modules() -> None:
    found = {}
    for path in sorted((ROOT / "portal").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(NOT_INTERFACE):
            bare = bare_in_module(path.read_text(encoding="utf-8"))
            if bare:
                found[name] = bare
    assert found == {}


def test_the_search_finds_what_is_bare() -> None:
    assert bare_in_template("<p>{{ _('好') }}{# 注 #}坏</p>") == ["<p>{{ ) }}坏</p>"]
    assert bare_in_module('"""文档"""\nx = _("好")\ny = "坏"') == ["3: 坏"]
