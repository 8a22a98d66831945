"""Making accounts, giving roles, beginning and ending sessions, changing what an account says of itself."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import AccountSession, AccountToken, RoleGrant, User
from portal.accounts.passwords import hashed, is_outdated, password_fault
from portal.accounts.queries import MAIL_PURPOSE, folded_name, token_hash, user_named
from portal.audit.operations import record
from portal.core.clock import now
from portal.core.crypto import encrypt
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import UNIT_ROLES, Actor, Grant
from portal.core.text import clean_line
from portal.taxonomy.queries import unit_by_path

_USERNAME = re.compile(r"[\w.@+-]{2,40}")


def create_user(
    username: str, password: str, actor: Actor, *, display_name: str = "", grants: Iterable[Grant] = ()
) -> User:
    """Make an account with roles. Raises `PortalError` with a sentence for what cannot be used."""
    name = folded_name(username)
    if not _USERNAME.fullmatch(name):
        raise PortalError(_("用户名要有2到40个字符，只能用字母、数字、汉字和 . _ @ + -。"))
    fault = password_fault(password, name)
    if fault:
        raise PortalError(fault)
    # Hashing is slow on purpose: it comes before the database is asked, which then is not held meanwhile.
    password_hash = hashed(password)
    if user_named(name) is not None:
        raise PortalError(_("用户名「%(name)s」已经有人用了。", name=name))
    user = User(
        username=name,
        display_name=clean_line(display_name)[:40] or name,
        password_hash=password_hash,
        created_at=now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise PortalError(_("用户名「%(name)s」已经有人用了。", name=name)) from None
    record(actor, "account_created", "user", user.id)
    for grant in grants:
        give_role(user, grant, actor)
    return user


def register(username: str, password: str, mail: str, contact_key: str, actor: Actor) -> User:
    """Make the account of a citizen who has consented. `mail` may be empty. Raises `PortalError` as `create_user`."""
    user = create_user(username, password, actor)
    user.consent_at = now()
    if mail:
        user.mail_sealed = encrypt(contact_key, MAIL_PURPOSE, mail)
    db.session.flush()
    return user


def give_role(user: User, grant: Grant, actor: Actor) -> None:
    """Give the account a role that it does not hold yet. Raises `PortalError` for a unit role without unit, or an unknown unit."""
    if grant in user.grants:
        return
    if grant.role in UNIT_ROLES and grant.unit_path is None:
        raise PortalError(_("角色「%(role)s」要指定单位。", role=grant.role))
    if grant.unit_path is not None and unit_by_path(grant.unit_path) is None:
        raise PortalError(_("没有单位「%(path)s」。", path=grant.unit_path))
    user.roles.append(RoleGrant(role=grant.role, unit_path=grant.unit_path))
    db.session.flush()
    record(actor, "role_given", "user", user.id, role=grant.role, unit=grant.unit_path)


def take_role(user: User, grant: Grant, actor: Actor) -> None:
    """Take a role from the account, at once also where it is signed in. Raises `PortalError` where it does not hold that one."""
    held = next(
        (role for role in user.roles if (role.role, role.unit_path) == (grant.role, grant.unit_path)), None
    )
    if held is None:
        raise PortalError(_("这个账号没有这个角色。"))
    user.roles.remove(held)
    db.session.flush()
    record(actor, "role_taken", "user", user.id, role=grant.role, unit=grant.unit_path)


def close_account(user: User, actor: Actor) -> None:
    """Let nobody sign in to the account any more, and end its sessions; roles and whatever it did stay on record."""
    user.active = False
    for table in (AccountSession, AccountToken):
        db.session.execute(delete(table).where(table.user_id == user.id))
    record(actor, "account_closed", "user", user.id)


def reopen_account(user: User, actor: Actor) -> None:
    """Open a closed account again, with its password and roles. Raises `PortalError` for one that was erased."""
    if user.erased_at is not None:
        raise PortalError(_("这个账号已经注销，不能再启用。"))
    user.active = True
    db.session.flush()
    record(actor, "account_reopened", "user", user.id)


def begin_session(user: User, password: str, hours: int, actor: Actor) -> None:
    """Open a session for an account whose password was just found right; its token is `user.session_token`."""
    moment = now()
    if is_outdated(user.password_hash):
        user.password_hash = hashed(password)
    user.last_sign_in_at = moment
    user.session_token = secrets.token_urlsafe(32)
    db.session.execute(delete(AccountSession).where(AccountSession.expires_at <= moment))
    db.session.add(
        AccountSession(
            token_hash=token_hash(user.session_token),
            user_id=user.id,
            created_at=moment,
            expires_at=moment + timedelta(hours=hours),
        )
    )
    db.session.flush()
    record(actor, "signed_in", "user", user.id)


def end_session(user: User, actor: Actor) -> None:
    """End the session by which `user` was found; the account's other sessions go on."""
    found = AccountSession.token_hash == token_hash(user.session_token)
    db.session.execute(delete(AccountSession).where(found))
    record(actor, "signed_out", "user", user.id)


def end_all_sessions(user: User, actor: Actor) -> None:
    """End every session of the account, on all devices."""
    db.session.execute(delete(AccountSession).where(AccountSession.user_id == user.id))
    record(actor, "signed_out_everywhere", "user", user.id)


def set_password(user: User, password_hash: str, actor: Actor, *, keep: str = "") -> None:
    """Put a new password in force (see `passwords.hashed`): the account's sessions but the one with token `keep` end.

    What was handed out for setting a password is void from now on.
    """
    user.password_hash = password_hash
    others = AccountSession.user_id == user.id
    if keep:
        others &= AccountSession.token_hash != token_hash(keep)
    db.session.execute(delete(AccountSession).where(others))
    db.session.execute(delete(AccountToken).where(AccountToken.user_id == user.id))
    record(actor, "password_changed", "user", user.id)


def set_mail(user: User, mail: str, notices: bool, contact_key: str, actor: Actor) -> None:
    """Keep the account's mail address, sealed, and whether news go there; an empty one removes it."""
    user.mail_sealed = encrypt(contact_key, MAIL_PURPOSE, mail) if mail else None
    user.mail_notices = bool(mail) and notices
    record(actor, "mail_changed", "user", user.id, kept=bool(mail), notices=user.mail_notices)
