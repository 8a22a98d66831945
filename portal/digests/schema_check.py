"""Is a document what the published JSON Schema of the analysis-check input says?

jsonschema is the judge. It takes a tenth of a millisecond for each opinion, so a plain reading of the same schema goes
before it, which knows the few keywords that the schema uses and is no less strict: what it accepts is valid, and
of what it does not accept jsonschema says whether and where it is wrong.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from flask_babel import gettext as _
from jsonschema import Draft202012Validator

from portal.core.errors import PortalError
from portal.core.files import require_file
from portal.core.reasons import reason_of

SCHEMA_FILE = Path(__file__).parent / "schema" / "analysis-check-input-1.json"
_REPORTED = 20

Check: TypeAlias = Callable[[Any], bool]


def read_document(path: Path) -> Any:
    """What stands in a JSON file, checked for nothing. Raises PortalError where it cannot be read or is no JSON."""
    try:
        require_file(path)
        return json.loads(path.read_bytes())
    except OSError as error:
        why = reason_of(error)
    except (ValueError, RecursionError):
        why = _("不是 JSON")
    raise PortalError(_("读不了 %(path)s：%(why)s", path=path, why=why))


def validate_document(document: object) -> list[str]:
    """Return in what the document breaks the JSON Schema, at most twenty sentences; nothing when it is valid."""
    if _accepts()(document):
        return []
    problems = []
    for error in _validator().iter_errors(document):
        place = "/".join(str(step) for step in error.absolute_path) or "（整份）"
        problems.append(f"不合格式：{place}：{error.message[:200]}")
        if len(problems) == _REPORTED:
            break
    return problems


@cache
def _schema() -> Any:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return _inlined(schema, schema["$defs"])


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_schema())


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Put every definition in the place of its reference: to follow them takes most of the time of validating."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    own = {key: _inlined(part, definitions) for key, part in schema.items() if key not in ("$ref", "$defs")}
    if "$ref" in schema:
        own |= _inlined(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    return own


@cache
def _accepts() -> Check:
    return accepting(_schema())


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_SAY_NOTHING = frozenset({"title", "description", "$schema", "$id", "format"})


def accepting(schema: Mapping[str, Any]) -> Check:
    """A function that tells of a value whether it surely is what `schema` says, its references put in place.

    Raises ValueError for a keyword that it does not know.
    """
    checks = [_KEYWORDS[key](asked) for key, asked in schema.items() if key in _KEYWORDS]
    unknown = schema.keys() - _KEYWORDS.keys() - _SAY_NOTHING
    if unknown:
        raise ValueError(f"keywords of JSON Schema that are not known here: {sorted(unknown)}")

    def accepts(value: Any) -> bool:
        return all(check(value) for check in checks)

    return accepts


def _one_of_types(names: str | list[str]) -> Check:
    kinds = {kind for name in ([names] if isinstance(names, str) else names) for kind in _TYPES[name]}
    return lambda value: type(value) in kinds  # True is no integer


def _one_of(values: list[str | None]) -> Check:
    if not all(value is None or isinstance(value, str) for value in values):
        raise ValueError("only texts and null are known as values to choose from: 1 is not True")
    return lambda value: value in values


def _at_least(least: float) -> Check:
    return lambda value: not isinstance(value, int | float) or value >= least


def _at_most(most: float) -> Check:
    return lambda value: not isinstance(value, int | float) or value <= most


def _no_shorter(least: int) -> Check:
    return lambda value: not isinstance(value, str) or len(value) >= least


def _no_longer(most: int) -> Check:
    return lambda value: not isinstance(value, str) or len(value) <= most


def _written_so(pattern: str) -> Check:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _holding(names: list[str]) -> Check:
    wanted = frozenset(names)
    return lambda value: not isinstance(value, dict) or value.keys() >= wanted


def _with_parts(parts: Mapping[str, Mapping[str, Any]]) -> Check:
    checks = [(name, accepting(part)) for name, part in parts.items()]

    def accepts(value: Any) -> bool:
        if isinstance(value, dict):
            for name, check in checks:
                if name in value and not check(value[name]):
                    return False
        return True

    return accepts


def _each(item: Mapping[str, Any]) -> Check:
    check = accepting(item)
    return lambda value: not isinstance(value, list) or all(map(check, value))


_KEYWORDS: dict[str, Callable[[Any], Check]] = {
    "type": _one_of_types,
    "enum": _one_of,
    "const": lambda value: _one_of([value]),
    "minimum": _at_least,
    "maximum": _at_most,
    "minLength": _no_shorter,
    "maxLength": _no_longer,
    "pattern": _written_so,
    "required": _holding,
    "properties": _with_parts,
    "items": _each,
}
