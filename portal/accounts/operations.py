"""Making accounts, giving roles, beginning and ending sessions."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from portal.accounts.models import AccountSession, RoleGrant, User
from portal.accounts.passwords import MINIMUM_LENGTH, hashed, is_outdated
from portal.accounts.queries import folded_name, token_hash, user_named
from portal.audit.operations import record
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import UNIT_ROLES, Actor, Grant, Role
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
    if user_named(name) is not None:
        raise PortalError(_("用户名「%(name)s」已经有人用了。", name=name))
    if len(password) < MINIMUM_LENGTH:
        raise PortalError(_("密码至少要有%(count)s个字符。", count=MINIMUM_LENGTH))
    user = User(
        username=name,
        display_name=clean_line(display_name)[:40] or name,
        password_hash=hashed(password),
        created_at=now(),
    )
    db.session.add(user)
    db.session.flush()
    record(actor, "account_created", "user", user.id)
    for grant in grants:
        give_role(user, grant, actor)
    return user


def give_role(user: User, grant: Grant, actor: Actor) -> None:
    """Give the account a role. Raises `PortalError` for a unit role without unit, or an unknown unit."""
    if grant.role is Role.CITIZEN:
        return
    if grant.role in UNIT_ROLES and grant.unit_path is None:
        raise PortalError(_("角色「%(role)s」要指定单位。", role=grant.role))
    if grant.unit_path is not None and unit_by_path(grant.unit_path) is None:
        raise PortalError(_("没有单位「%(path)s」。", path=grant.unit_path))
    user.roles.append(RoleGrant(role=grant.role, unit_path=grant.unit_path))
    db.session.flush()
    record(actor, "role_given", "user", user.id, role=grant.role, unit=grant.unit_path)


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
