"""The demo accounts: only ever made by the demo, with passwords generated on the first run."""

import json
import os
import secrets
from pathlib import Path

from portal.accounts.operations import create_user
from portal.accounts.queries import user_named
from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.demo.loading import DEMO, content


def load_accounts(file: Path) -> dict[str, str]:
    """Make the accounts that are missing and keep all passwords in `file` (mode 600); {name: password}."""
    passwords: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for account in content("accounts.json"):
        name = account["username"]
        if user_named(name) is not None:
            continue
        passwords[name] = secrets.token_urlsafe(12)
        grant = Grant(Role(account["role"]), account["unit"])
        create_user(name, passwords[name], DEMO, display_name=account["display_name"], grants=[grant])
    # Written before the commit: an account whose password nobody knows would be of no use.
    _write_private(file, json.dumps(passwords, ensure_ascii=False, indent=2) + "\n")
    db.session.commit()
    return passwords


def _write_private(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
