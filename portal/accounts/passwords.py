"""Passwords: argon2id, a few at a time, and the same work whether or not the account exists."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

# OWASP's second choice for argon2id (19 MiB, 2 passes, 1 lane): eight at once stay within a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Hashing is meant to be slow: a burst of sign-ins must leave a core to everybody else.
_turns = threading.BoundedSemaphore(2)
_NOBODY = _hasher.hash("nobody has this password")

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 200
# With fewer, a long password is a pattern on the keyboard of a phone.
DIFFERENT_CHARACTERS = 5
# Of at least the minimum length, as they lead every list of leaked passwords.
_COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "0987654321",
        "1234567891",
        "12345678910",
        "123456789a",
        "a123456789",
        "q123456789",
        "qwertyuiop",
        "asdfghjkl1",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "password12",
        "password123",
        "password1234",
        "iloveyou123",
        "qwerty12345",
        "qwerty123456",
        "woaini1314",
        "woaini520520",
        "abc1234567",
        "abcd123456",
        "aa12345678",
        "admin12345",
        "admin123456",
    ]
)


def password_fault(password: str, username: str) -> str | None:
    """Why `password` is too weak for the account, as a sentence; None where it will do.

    The rules of NIST SP 800-63B: length, not among the common ones, not the user name; no kinds of characters asked for.
    """
    folded = password.casefold()
    if len(password) < MINIMUM_LENGTH:
        return _("密码至少要有%(count)s个字符。", count=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        return _("密码最多%(count)s个字符。", count=MAXIMUM_LENGTH)
    if folded in _COMMON or len(set(folded)) < DIFFERENT_CHARACTERS:
        return _("这个密码太常见，容易被猜到，请换一个。可以用几个不相干的词连起来。")
    if username and not folded.replace(username.casefold(), "").strip("0123456789"):
        return _("密码不能就是用户名，加几个数字也不行。")
    return None


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
