"""How often somebody may guess the password of one account, at sign-in and where it is asked for again.

A guess is counted before the password is looked at and given back where it was right: looking takes long, and guesses
that are made at once would otherwise all be let through before the first of them counts.
"""

from portal.core.errors import TooFast
from portal.web.limits import limits
from portal.web.network import settings

_NAME = "sign-in-name"


def count_guess(username: str) -> bool:
    """Count a guess for the account of that (folded) name, whether or not it exists; whether it may be made."""
    try:
        limits().hit(settings().lockout_limit, _NAME, username)
    except TooFast:
        return False
    return True


def forget_guess(username: str) -> None:
    """The guess was right: it counts no more."""
    limits().give_back(settings().lockout_limit, _NAME, username)
