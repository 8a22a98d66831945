"""Sizes past which one looks for the second thing that a file does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import ROOT

MODULE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES, TEST_LINES = 300, 45, 30, 150, 400
FOLDERS = [("portal", "*.py", MODULE_LINES), ("tools", "*.py", MODULE_LINES), ("bench", "*.py", MODULE_LINES),
           ("templates", "*.html", TEMPLATE_LINES), ("tests", "*.py", TEST_LINES)]  # fmt: skip
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def too_long(path: Path, limit: int) -> bool:
    """Whether the file has more lines than that."""
    return len(path.read_text("utf-8").splitlines()) > limit


def long_functions(text: str) -> list[str]:
    """Names of the functions with too many lines, decorators apart; views have a limit of their own."""
    return [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, FunctionNode)
        and (node.end_lineno or 0) - node.lineno + 1 > (VIEW_LINES if is_view(node) else FUNCTION_LINES)
    ]


def is_view(node: FunctionNode) -> bool:
    """Whether a route of a blueprint leads to the function."""
    calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(ast.unparse(call).startswith("blueprint.") for call in calls)


def modules() -> Iterator[Path]:
    return (ROOT / "portal").rglob("*.py")


@pytest.mark.parametrize(("folder", "pattern", "limit"), FOLDERS)
def test_no_file_is_too_long(folder: str, pattern: str, limit: int) -> None:
    found = sorted((ROOT / folder).rglob(pattern))
    assert found
    assert [str(path.relative_to(ROOT)) for path in found if too_long(path, limit)] == []


def test_no_function_is_too_long() -> None:
    found = {str(path.relative_to(ROOT)): long_functions(path.read_text("utf-8")) for path in modules()}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_long_function_is_found() -> None:
    body = "    pass\n" * FUNCTION_LINES
    assert long_functions(f"def a():\n{body}") == ["a"]
    assert long_functions(f"class B:\n  def c(self):\n{body}") == ["c"]
    assert long_functions(f"def a():\n{body[:-9]}") == []


def test_a_long_view_is_found() -> None:
    body = "    pass\n" * VIEW_LINES
    assert long_functions(f"@blueprint.get('/')\n@public\ndef a():\n{body}") == ["a"]
    assert long_functions(f"@other('/')\ndef a():\n{body}") == []


def test_a_long_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x\n" * 10)
    assert too_long(path, 9) and not too_long(path, 10)
