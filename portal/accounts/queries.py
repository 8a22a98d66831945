"""Looking accounts up."""

import hashlib
import unicodedata

from sqlalchemy import func, select

from portal.accounts.models import AccountSession, RoleGrant, User
from portal.core.clock import now
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.core.rights import Role

MAIL_PURPOSE = "account-mail"


def folded_name(username: str) -> str:
    """A user name as it is stored and compared: trimmed, in lower case, full-width letters as the plain ones."""
    plain = unicodedata.normalize("NFKC", username).strip().casefold()
    return unicodedata.normalize("NFKC", plain)


def token_hash(token: str) -> str:
    """What is stored of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session_user(token: str) -> User | None:
    """The account of the session with that token, if the session still runs and the account is open."""
    query = (
        select(User)
        .join(AccountSession, AccountSession.user_id == User.id)
        .where(AccountSession.token_hash == token_hash(token), AccountSession.expires_at > now(), User.active)
    )
    user = db.session.scalar(query)
    if user is not None:
        user.session_token = token
    return user


def user_named(username: str) -> User | None:
    """The account of that user name."""
    return db.session.scalar(select(User).where(User.username == folded_name(username)))


def staff() -> list[User]:
    """The accounts that hold any role, closed ones too, by name."""
    held = select(RoleGrant.user_id)
    return list(db.session.scalars(select(User).where(User.id.in_(held)).order_by(User.username)))


def accounts_holding(role: Role) -> list[User]:
    """The open accounts that hold the role, wherever."""
    held = select(RoleGrant.user_id).where(RoleGrant.role == role)
    return list(db.session.scalars(select(User).where(User.active, User.id.in_(held)).order_by(User.id)))


def display_name(user_id: int | None) -> str:
    """The name under which staff see that account; empty where there is none."""
    return db.session.scalar(select(User.display_name).where(User.id == user_id)) or ""


def account_mail(user: User, contact_key: str) -> str:
    """The account's mail address; empty where it has none."""
    return decrypt(contact_key, MAIL_PURPOSE, user.mail_sealed) if user.mail_sealed else ""


def session_count(user_id: int) -> int:
    """In how many places the account is signed in now."""
    running = select(func.count()).where(AccountSession.user_id == user_id, AccountSession.expires_at > now())
    return db.session.scalar(running) or 0
