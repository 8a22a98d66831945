"""Identifiers that people and programs outside the database see."""

import secrets
import unicodedata

# Without 0/O, 1/I/L: read aloud, copied by hand, typed on a phone (requirement A10).
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
# With the hyphens between its groups of four.
GROUPED_LENGTH = CODE_LENGTH + (CODE_LENGTH - 1) // 4
_PUBLIC_ALPHABET = CODE_ALPHABET.lower()


def public_id() -> str:
    """A short random name for a public page: 10 lower-case characters, about 49 bits. Not a secret."""
    # One draw for all ten: an import makes thousands of them.
    number, chars = secrets.randbelow(len(_PUBLIC_ALPHABET) ** 10), []
    for _place in range(10):
        number, digit = divmod(number, len(_PUBLIC_ALPHABET))
        chars.append(_PUBLIC_ALPHABET[digit])
    return "".join(chars)


def unguessable_id() -> str:
    """A random name of 128 bits for what only its owner should find: jobs, digests, exports."""
    return secrets.token_urlsafe(16)


def grouped_code(code: str) -> str:
    """The 12 characters of a query code (查询码) in groups of four, as people read it: `8X4K-M2PR-T7HW`."""
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def normalised_code(typed: str) -> str | None:
    """A query code as typed, in any case, width and spacing, reduced to its 12 characters; None if it is none."""
    folded = unicodedata.normalize("NFKC", typed[:200]).upper()
    kept = "".join(char for char in folded if char.isalnum())
    if len(kept) != CODE_LENGTH or any(char not in CODE_ALPHABET for char in kept):
        return None
    return kept
