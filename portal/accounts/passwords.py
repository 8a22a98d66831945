"""Passwords: argon2id, a few at a time, and the same work whether or not the account exists."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second choice for argon2id (19 MiB, 2 passes, 1 lane): eight at once stay within a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Hashing is meant to be slow: a burst of sign-ins must leave a core to everybody else.
_turns = threading.BoundedSemaphore(2)
_NOBODY = _hasher.hash("nobody has this password")

MINIMUM_LENGTH = 10


def hashed(password: str) -> str:
    """The argon2id hash of `password`, with its parameters and salt."""
    with _turns:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one that was hashed. None (no such account) takes as long and is False."""
    with _turns:
        try:
            _hasher.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
