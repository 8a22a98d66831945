"""Accounts for tests. They commit, so that a test can sign in with them."""

from functools import cache

from portal.accounts.models import User
from portal.accounts.operations import give_role
from portal.accounts.passwords import hashed
from portal.accounts.queries import user_named
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import SYSTEM, Actor, Grant, Role
from tests.kit.client import PASSWORD


@cache
def _hash(password: str) -> str:
    # Hashing is slow on purpose, and most tests use one and the same password.
    return hashed(password)


def make_user(username: str = "moderator", *grants: Grant | Role, password: str = PASSWORD) -> User:
    """The account of that name, made where it is missing, holding `grants` (a bare `Role` is for the whole site)."""
    user = user_named(username)
    if user is None:
        user = User(
            username=username,
            display_name=username,
            password_hash=_hash(password),
            created_at=now(),
            roles=[],
        )
        db.session.add(user)
        db.session.flush()
    for grant in grants:
        wanted = Grant(grant) if isinstance(grant, Role) else grant
        if wanted not in user.grants:
            give_role(user, wanted, SYSTEM)
    db.session.commit()
    return user


def actor_with(*grants: Grant | Role, user_id: int = 1, name: str = "somebody") -> Actor:
    """An actor that holds `grants`, without an account behind it: for operations."""
    held = {Grant(grant) if isinstance(grant, Role) else grant for grant in grants}
    return Actor(user_id, name, frozenset(held | {Grant(Role.CITIZEN)}))
