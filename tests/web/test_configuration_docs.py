"""docs/configuration.md describes every setting, with its true default, and nothing that is not a setting."""

import re
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest

from portal.config import ROOT, SettingError, Settings, environment_name, read_settings

PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
# Defaults that are words: derived from other settings, or nothing.
IN_WORDS = {
    "INSTANCE_DIR": "`instance` beside `wsgi.py`",
    "DATABASE_URL": "`portal.sqlite` in `INSTANCE_DIR`",
    "REDIS_URL": "not set",
    "SECRET_KEY": "generated",
    "CONTACT_KEY": "generated",
    "LOOKUP_KEY": "generated",
    "BASE_URL": "`http://HOST:PORT`",
    "MAIL_FROM": "`portal@` and the host of `BASE_URL`",
}
FIELDS = {environment_name(field.name): field for field in fields(Settings)}


class Line(NamedTuple):
    """A row of the page's tables."""

    name: str
    meaning: str
    default: str
    example: str
    must: str


def _lines() -> dict[str, Line]:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    lines = [Line(*row) for row in rows]
    assert len({line.name for line in lines}) == len(lines), "a setting stands there twice"
    return {line.name: line for line in lines}


LINES = _lines()


def test_every_setting_is_described_and_nothing_else() -> None:
    assert set(LINES) == set(FIELDS)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_the_default_is_the_true_one(name: str) -> None:
    stated, default = LINES[name].default, FIELDS[name].default
    if name in IN_WORDS:
        assert stated == IN_WORDS[name]
    elif default == "":
        assert stated == "empty"
    else:
        assert FIELDS[name].metadata["parse"](stated.strip("`")) == default


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_the_example_can_be_used(name: str, tmp_path: Path) -> None:
    example = LINES[name].example.strip("`")
    if name.endswith("_KEY"):
        assert example == "openssl rand -hex 32"
        example = "a" * 64
    if name == "INSTANCE_DIR":
        assert Path(example).is_absolute()
        return
    given = {"INSTANCE_DIR": str(tmp_path), name: example}
    assert getattr(read_settings(given), FIELDS[name].name) is not None


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_wrong_value_stops_the_start_in_the_words_of_the_page(name: str, tmp_path: Path) -> None:
    given = {"INSTANCE_DIR": str(tmp_path), name: "ftp://nonsense"}
    if LINES[name].must == "—":
        if name != "INSTANCE_DIR":
            read_settings(given)
        return
    with pytest.raises(SettingError) as error:
        read_settings(given)
    assert str(error.value).startswith(f"{name} must {LINES[name].must}; it is ")


def test_what_gunicorn_reads_is_listed() -> None:
    read = set(re.findall(r"_settings\.(\w+)", (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8")))
    section = PAGE.split("## What gunicorn reads")[1].split(". It fixes")[0]
    listed = set(re.findall(r"`([A-Z_]+)`", section))
    assert listed == {environment_name(name) for name in read}
