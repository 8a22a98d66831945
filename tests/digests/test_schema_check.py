"""The plain reading of the schema accepts nothing that jsonschema refuses, and what the product makes."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from portal.digests.document import Document
from portal.digests.schema_check import SCHEMA_FILE, accepting, validate_document
from tests.digests.example import example

ODD = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2.0,
    0.5,
    float("nan"),
    "",
    "x",
    "2026-11-25",
    [],
    ["", 1],
    {},
    {"text": 1},
)


def test_what_the_product_makes_is_accepted_without_jsonschema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.digests.schema_check._validator", lambda: pytest.fail("jsonschema was asked"))
    assert validate_document(example()) == []


def test_whatever_is_put_in_or_left_out_jsonschema_agrees() -> None:
    judge = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    refused = 0
    for document in _changed(example()):
        problems = validate_document(document)
        assert bool(problems) != judge.is_valid(document)
        refused += bool(problems)
    assert refused > 100


def _changed(document: Document) -> Iterator[Document]:
    for number, path in enumerate(_places(document)):
        for odd in ODD[number % 5 :: 5]:
            changed = copy.deepcopy(document)
            _holder(changed, path)[path[-1]] = odd
            yield changed
        changed = copy.deepcopy(document)
        del _holder(changed, path)[path[-1]]
        yield changed


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of the document; of a list its first item stands for all."""
    parts = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, part in parts:
        yield (*path, key)
        yield from _places(part, (*path, key))


def _holder(document: Document, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


@pytest.mark.parametrize("schema", [{"oneOf": []}, {"enum": [1]}, {"items": {"not": {}}}])
def test_a_keyword_that_is_not_known_is_never_passed_over(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="known"):
        accepting(schema)
