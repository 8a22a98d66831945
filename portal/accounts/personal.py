"""What the accounts slice holds of a person: the account itself, its sessions, what sets a new password."""

import secrets

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.accounts.models import AccountSession, AccountToken, User
from portal.accounts.queries import account_mail
from portal.audit.operations import record
from portal.core.clock import now
from portal.core.db import db
from portal.core.personal import Holding, Person, Section

COLUMNS = frozenset({"user_account.username", "user_account.display_name", "user_account.mail_sealed"})


def _copy(person: Person) -> list[Section]:
    user = db.session.get_one(User, person.user_id)
    account = {
        "username": user.username,
        "display_name": user.display_name,
        "mail": account_mail(user, person.contact_key),
        "mail_notices": user.mail_notices,
        "created_at": user.created_at,
        "consent_at": user.consent_at,
        "last_sign_in_at": user.last_sign_in_at,
        "roles": sorted(f"{role.role} {role.unit_path or ''}".strip() for role in user.roles),
    }
    labels = {
        "username": _("用户名"), "display_name": _("显示的名字"), "mail": _("邮箱"), "mail_notices": _("进展发到邮箱"),
        "created_at": _("注册时间"), "consent_at": _("同意个人信息说明的时间"), "last_sign_in_at": _("上次登录"),
        "roles": _("工作角色"),
    }  # fmt: skip
    query = select(AccountSession.created_at, AccountSession.expires_at)
    sessions = db.session.execute(query.where(AccountSession.user_id == user.id))
    return [
        Section("account", _("账号"), labels, [account]),
        Section(
            "sessions",
            _("登录"),
            {"created_at": _("开始"), "expires_at": _("到期")},
            [row._asdict() for row in sessions],
        ),
    ]


def _remove(person: Person, keep_opinions: bool) -> None:
    """Empty the account's row: the number stays, so that the log of what was done still adds up; nobody can sign in."""
    user = db.session.get_one(User, person.user_id)
    for table in (AccountSession, AccountToken):
        db.session.execute(delete(table).where(table.user_id == user.id))
    user.username, user.display_name = f"erased-{secrets.token_hex(8)}", ""
    user.password_hash, user.active, user.mail_sealed, user.mail_notices = "", False, None, False
    user.consent_at, user.last_sign_in_at, user.erased_at = None, None, now()
    db.session.flush()
    record(person.actor, "account_erased", "user", user.id, opinions_kept=keep_opinions)


HOLDING = Holding(COLUMNS, _copy, _remove)
