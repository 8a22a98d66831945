"""People as supporters and commenters: an account, or a visitor known by a random cookie, stored as a keyed hash of it.

The cookie is signed, so that nobody makes up visitors by the thousand; and a visitor without one is known by the
token of the form on the page, so that a button pressed twice on the first visit is one person.
"""

import secrets

from flask import Response, request, session
from itsdangerous import BadSignature, Signer

from portal.core.crypto import keyed_hash
from portal.web.guards import actor
from portal.web.network import settings

VISITOR_COOKIE = "visitor"
VISITOR_SECONDS = 400 * 24 * 3600
_LONGEST_COOKIE = 200
# Where Flask-WTF keeps the secret of a browser's forms.
_FORM_SECRET = "csrf_token"


def _signer() -> Signer:
    return Signer(settings().secret_key, salt="visitor", sep=".")


def known_visitor() -> str:
    """The visitor whom the cookie names; empty without one, or where this site did not sign it."""
    sent = request.cookies.get(VISITOR_COOKIE, "")[:_LONGEST_COOKIE]
    try:
        return _signer().unsign(sent.encode("utf-8", "surrogatepass")).decode("ascii") if sent else ""
    except (BadSignature, UnicodeDecodeError):
        return ""


def visitor_of_form() -> str:
    """The visitor who sends a form: the known one, else one made of the form's own secret."""
    held = session.get(_FORM_SECRET)
    fresh = keyed_hash(settings().lookup_key, "new visitor", held)[:32] if held else secrets.token_hex(16)
    return known_visitor() or fresh


def remember_visitor(response: Response, visitor: str) -> None:
    """Let the browser carry the visitor from now on, unless it is signed in: then the account says who it is."""
    if actor().user_id is not None:
        return
    response.set_cookie(
        VISITOR_COOKIE,
        _signer().sign(visitor).decode("ascii"),
        max_age=VISITOR_SECONDS,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )


def person_keys(visitor: str) -> tuple[str, ...]:
    """Who the person is, the key to store first: the account; and the visitor, stored as a keyed hash.

    Somebody who did something as a visitor and then signs in is still the same person. Empty for nobody known.
    """
    user_id = actor().user_id
    account = (f"u:{user_id}",) if user_id is not None else ()
    return account + (("v:" + keyed_hash(settings().lookup_key, "visitor", visitor),) if visitor else ())
