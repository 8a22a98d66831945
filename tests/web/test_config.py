"""Settings from the environment: typed, generated where they must be, refused with a sentence that names them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import ROOT, SettingError, read_settings

WRONG = [
    ("DATABASE_URL", "mysql://x/y"),
    ("DATABASE_URL", "not a url"),
    ("SECRET_KEY", "short"),
    ("BASE_URL", "example.cn"),
    ("BASE_URL", "https://x.example/?q=1"),
    ("PORT", "80000"),
    ("PORT", "eighty"),
    ("TRUSTED_PROXIES", "-1"),
    ("TIMEZONE", "Mars/Olympus"),
    ("REDIS_URL", "127.0.0.1:6379"),
    ("SUBMIT_LIMIT", "often"),
    ("LOG_LEVEL", "LOUD"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_one_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"INSTANCE_DIR": str(tmp_path), name: value})
    sentence = str(caught.value)
    assert sentence.startswith(name) and sentence.endswith(".")
    assert "\n" not in sentence


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        read_settings({"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingError) as caught:
        read_settings({"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": "mysql://me:hunter2@x/y"})
    assert "hunter2" not in str(caught.value)


def test_with_nothing_set_it_runs(tmp_path: Path) -> None:
    settings = read_settings({"INSTANCE_DIR": str(tmp_path / "new" / "instance")})
    assert settings.database_url == f"sqlite:///{tmp_path / 'new' / 'instance' / 'portal.sqlite'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert str(settings.timezone) == "Asia/Shanghai"
    assert not settings.secure


def test_secrets_are_generated_once_for_their_owner_alone(tmp_path: Path) -> None:
    one, two = (read_settings({"INSTANCE_DIR": str(tmp_path)}) for _time in range(2))
    secrets = {one.secret_key, one.contact_key, one.lookup_key}
    assert len(secrets) == 3 and all(len(secret) == 64 for secret in secrets)
    assert (one.secret_key, one.contact_key, one.lookup_key) == (
        two.secret_key,
        two.contact_key,
        two.lookup_key,
    )
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_address_follows_host_and_port(tmp_path: Path) -> None:
    folder = {"INSTANCE_DIR": str(tmp_path)}
    assert read_settings({**folder, "HOST": "::1", "PORT": "9000"}).base_url == "http://[::1]:9000"
    assert read_settings({**folder, "BASE_URL": "https://x.example/"}).base_url == "https://x.example"
    assert read_settings({**folder, "BASE_URL": "https://x.example"}).secure


def test_postgresql_means_psycopg_3(tmp_path: Path) -> None:
    settings = read_settings({"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": "postgresql://u:p@h/d"})
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"


def test_the_start_stops_with_the_sentence_and_no_traceback(tmp_path: Path) -> None:
    environment = {**os.environ, "INSTANCE_DIR": str(tmp_path), "PORT": "nowhere"}
    done = subprocess.run(
        (sys.executable, "-c", "import wsgi"), cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The portal cannot start: PORT must be a whole number from 1 to 65535; it is 'nowhere'."
    )
