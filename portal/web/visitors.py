"""People as supporters: an account, or a visitor who is known by a random cookie and stored as a keyed hash of it."""

from flask import request

from portal.core.crypto import keyed_hash
from portal.web.guards import actor
from portal.web.network import settings

VISITOR_COOKIE = "visitor"


def known_visitor() -> str:
    """What the visitor's cookie says; empty without one."""
    return request.cookies.get(VISITOR_COOKIE, "")[:64]


def person_key(visitor: str) -> str:
    """Who supports: the account, else the visitor's cookie as a keyed hash."""
    user_id = actor().user_id
    if user_id is not None:
        return f"u:{user_id}"
    return "v:" + keyed_hash(settings().lookup_key, "visitor", visitor)
