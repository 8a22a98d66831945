"""Typed settings, read from the environment once, when the application starts.

Each setting is a field of `Settings`; its environment variable is the field's name in capitals. A value that cannot
be used stops the start with one sentence that names it. With nothing set the portal runs: SQLite and generated
secrets in the instance folder. `docs/configuration.md` describes every one of them (a test compares the two).
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from limits import parse as parse_limit
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting cannot be used; the message is one sentence that names it."""


def _text(value: str) -> str:
    return value.strip()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.strip().lstrip("-").isdigit() or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def _database_url(value: str) -> str:
    try:
        url = make_url(value.strip())
    except ArgumentError:
        raise ValueError("must be a database URL such as sqlite:////srv/portal.sqlite") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url.render_as_string(hide_password=False)


def _base_url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://xianyice.example.cn")
    return value.strip().rstrip("/")


def _redis_url(value: str) -> str:
    if not value.strip().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return value.strip()


def _timezone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value.strip())
    except (KeyError, ValueError, OSError):
        raise ValueError("must name a time zone such as Asia/Shanghai") from None


def _limit(value: str) -> str:
    try:
        parse_limit(value)
    except ValueError:
        raise ValueError("must be a limit such as 20/hour") from None
    return value.strip()


def _key(value: str) -> str:
    if len(value.strip()) < 32:
        raise ValueError("must have at least 32 characters")
    return value.strip()


def _level(value: str) -> str:
    if value.strip().upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return value.strip().upper()


def _mail_address(value: str) -> str:
    local, _sign, host = parseaddr(value.strip())[1].rpartition("@")
    if not local or "." not in host or f"{local}@{host}" != value.strip() or not value.isascii():
        raise ValueError("must be a mail address such as portal@example.cn")
    return value.strip()


def _smtp_security(value: str) -> str:
    if value.strip() not in ("starttls", "tls", "none"):
        raise ValueError("must be starttls, tls or none")
    return value.strip()


def _path(value: str) -> Path:
    return Path(value.strip()).expanduser().absolute()


def setting(parse: Callable[[str], Any], default: Any = None) -> Any:
    """A field of `Settings` read by `parse`; `default` None means: derived from the others when unset."""
    return field(default=default, metadata={"parse": parse})


@dataclass(frozen=True)
class Settings:
    """All settings of one running portal. Build it with `read_settings`."""

    instance_dir: Path = setting(_path, ROOT / "instance")
    database_url: str = setting(_database_url)
    redis_url: str | None = setting(_redis_url)
    secret_key: str = setting(_key)
    contact_key: str = setting(_key)
    lookup_key: str = setting(_key)
    host: str = setting(_text, "127.0.0.1")
    port: int = setting(_whole(1, 65535), 8000)
    base_url: str = setting(_base_url)
    trusted_proxies: int = setting(_whole(0, 10), 0)
    timezone: ZoneInfo = setting(_timezone, ZoneInfo("Asia/Shanghai"))
    site_name: str = setting(_text, "献一策")
    site_operator: str = setting(_text, "")
    site_contact: str = setting(_text, "")
    site_icp: str = setting(_text, "")
    consultation_days: int = setting(_whole(1, 365), 30)
    web_workers: int = setting(_whole(1, 64), 2)
    web_threads: int = setting(_whole(1, 64), 4)
    log_level: str = setting(_level, "INFO")
    session_hours: int = setting(_whole(1, 720), 12)
    max_request_kb: int = setting(_whole(64, 1_048_576), 2048)
    min_free_mb: int = setting(_whole(0, 1_048_576), 100)
    submit_limit: str = setting(_limit, "20/hour")
    receipt_limit: str = setting(_limit, "30/hour")
    sign_in_limit: str = setting(_limit, "30/10minutes")
    lockout_limit: str = setting(_limit, "5/15minutes")
    support_limit: str = setting(_limit, "120/hour")
    new_supporter_limit: str = setting(_limit, "30/day")
    comment_limit: str = setting(_limit, "30/hour")
    board_limit: str = setting(_limit, "300/minute")
    board_most_limit: str = setting(_limit, "3000/minute")
    similar_limit: str = setting(_limit, "300/hour")
    registration_limit: str = setting(_limit, "10/hour")
    reset_limit: str = setting(_limit, "5/hour")
    smtp_host: str = setting(_text, "")
    smtp_port: int = setting(_whole(1, 65535), 587)
    smtp_security: str = setting(_smtp_security, "starttls")
    smtp_user: str = setting(_text, "")
    smtp_password: str = setting(_text, "")
    mail_from: str = setting(_mail_address)
    mails_per_day: int = setting(_whole(1, 1000), 20)
    contact_days: int = setting(_whole(1, 3650), 365)
    reply_working_days: int = setting(_whole(1, 250), 15)
    put_off_working_days: int = setting(_whole(1, 250), 30)

    @property
    def secure(self) -> bool:
        """Whether the public address is https, and so cookies carry the Secure mark."""
        return self.base_url.startswith("https://")

    @property
    def mail_works(self) -> bool:
        """Whether the portal can send mail; where not, nothing on a page speaks of it."""
        return bool(self.smtp_host)


def environment_name(field_name: str) -> str:
    """The environment variable of a field of `Settings`."""
    return field_name.upper()


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings from `environ` (the process's own by default).

    Raises `SettingError` with one sentence that names the variable and what it must be.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for item in fields(Settings):
        name = environment_name(item.name)
        raw = environ.get(name, "")
        if not raw.strip():
            continue
        try:
            values[item.name] = item.metadata["parse"](raw)
        except ValueError as error:
            raise SettingError(f"{name} {error}; it is {_shown(name, raw)}.") from None
    return Settings(**_derived(values))


def _shown(name: str, raw: str) -> str:
    secret = name.endswith(("_KEY", "_PASSWORD")) or "@" in raw
    return "set to something else" if secret else repr(raw)


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    """Fill in what depends on other settings: the database beside the secrets, the address from host and port."""
    defaults = {item.name: item.default for item in fields(Settings)}
    instance = values.setdefault("instance_dir", defaults["instance_dir"])
    try:
        # Only for the account that serves: it holds the database and the secrets.
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"INSTANCE_DIR {instance} cannot be made: {error.strerror}.") from None
    values.setdefault("database_url", f"sqlite:///{instance / 'portal.sqlite'}")
    for name in ("secret_key", "contact_key", "lookup_key"):
        if name not in values:
            values[name] = _kept_secret(instance / "secrets" / name)
    host, port = values.get("host", defaults["host"]), values.get("port", defaults["port"])
    shown = f"[{host}]" if ":" in host else host
    values.setdefault("base_url", f"http://{shown}:{port}")
    values.setdefault("mail_from", "portal@" + re.split("[:/]", values["base_url"].partition("://")[2])[0])
    return values


def _kept_secret(path: Path) -> str:
    """The secret kept in `path`, made there on the first start; several processes may start at once."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its secret is the one to use
        finally:
            draft.unlink()
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise SettingError(f"{path} should hold a secret of at least 32 characters; restore it or remove it.")
    return kept
