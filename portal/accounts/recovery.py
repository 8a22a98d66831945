"""Setting a new password without the old one: by a link that came by mail, or by a code that staff handed over.

Either serves once and expires; only its hash is kept.
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from portal.accounts.models import AccountToken, User
from portal.accounts.operations import set_password
from portal.accounts.queries import folded_name, token_hash, user_named
from portal.audit.operations import record
from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import db
from portal.core.errors import NotThere
from portal.core.ids import CODE_ALPHABET, CODE_LENGTH, grouped_code, normalised_code
from portal.core.rights import Actor

LINK_HOURS = 1
CODE_HOURS = 24


def make_link_token(user: User) -> str:
    """A token for a link that is mailed to the account's owner; an earlier one is void."""
    token = secrets.token_urlsafe(32)
    _keep(user, "mail", token_hash(token), LINK_HOURS)
    return token


def make_reset_code(username: str, lookup_key: str, actor: Actor) -> str:
    """A code in groups of four for the owner of that account, whom staff have before them; an earlier one is void.

    Raises `NotThere` for a name that no open account has.
    """
    user = user_named(username)
    if user is None or not user.active:
        raise NotThere()
    code = "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))
    _keep(user, "code", _code_hash(lookup_key, user.username, code), CODE_HOURS)
    record(actor, "reset_code_made", "user", user.id)
    return grouped_code(code)


def _keep(user: User, way: str, hashed_token: str, hours: int) -> None:
    moment = now()
    earlier = (AccountToken.user_id == user.id) & (AccountToken.way == way)
    db.session.execute(delete(AccountToken).where(earlier | (AccountToken.expires_at <= moment)))
    expires = moment + timedelta(hours=hours)
    db.session.add(
        AccountToken(token_hash=hashed_token, user_id=user.id, way=way, created_at=moment, expires_at=expires)
    )
    db.session.flush()


def _code_hash(lookup_key: str, username: str, code: str) -> str:
    # With the name in it: a code opens that account and no other.
    return keyed_hash(lookup_key, "reset-code", f"{folded_name(username)}\x00{code}")


def link_hash(token: str) -> str:
    """What is kept of the token of a link."""
    return token_hash(token)


def typed_code_hash(lookup_key: str, username: str, typed: str) -> str:
    """What would be kept of a code as somebody typed it, in any case and spacing."""
    return _code_hash(lookup_key, username, normalised_code(typed) or "")


def is_valid(hashed_token: str) -> bool:
    """Whether that token could be used now. Asking does not use it up."""
    found = select(AccountToken.user_id).where(
        AccountToken.token_hash == hashed_token, AccountToken.expires_at > now()
    )
    return db.session.scalar(found) is not None


def owner_name(hashed_token: str) -> str:
    """The user name of the account that the token opens; empty where it opens none."""
    found = (
        select(User.username)
        .join(AccountToken, AccountToken.user_id == User.id)
        .where(AccountToken.token_hash == hashed_token, AccountToken.expires_at > now())
    )
    return db.session.scalar(found) or ""


def use_token(hashed_token: str, password_hash: str, actor: Actor) -> bool:
    """Use the token up and put the new password in force, ending all sessions; whether the token was good.

    Of two that come at once the removal of the row lets one through.
    """
    taken = db.session.execute(
        delete(AccountToken)
        .where(AccountToken.token_hash == hashed_token)
        .returning(AccountToken.user_id, AccountToken.expires_at)
    ).first()
    user = db.session.get(User, taken.user_id) if taken and taken.expires_at > now() else None
    if user is None or not user.active:
        return False
    set_password(user, password_hash, Actor(user.id, network_key=actor.network_key))
    record(actor, "password_reset", "user", user.id)
    return True
