"""Keyed hashes for looking things up without storing them, and encryption of what only few may read.

The keys are settings (`LOOKUP_KEY`, `CONTACT_KEY`), kept apart from the database.
"""

import hashlib
import hmac
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.core.ids import CODE_ALPHABET, CODE_LENGTH, grouped_code


def keyed_hash(key: str, purpose: str, value: str) -> str:
    """HMAC-SHA256 of `value` under `key`, separated by `purpose`; 64 hexadecimal digits."""
    message = f"{purpose}\x00{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(key.encode(), message, "sha256").hex()


def code_from_key(key: str, value: str) -> str:
    """A query code that only `key` can make from `value`: the same form sent twice gets the same code.

    The 256 bits of the HMAC are reduced modulo 31^12 (about 2^59): the bias is below 2^-190.
    """
    number = int(keyed_hash(key, "code", value), 16)
    letters = []
    for _position in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return grouped_code("".join(letters))


def sha256_text(text: str) -> str:
    """SHA-256 of `text` in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _cipher(key: str, purpose: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(
        key.encode()
    )
    return AESGCM(derived)


def encrypt(key: str, purpose: str, plain: str) -> bytes:
    """AES-256-GCM of `plain` with a fresh nonce; `purpose` is bound in, so that fields cannot be swapped."""
    nonce = token_bytes(12)
    return nonce + _cipher(key, purpose).encrypt(nonce, plain.encode(), purpose.encode())


def decrypt(key: str, purpose: str, sealed: bytes) -> str:
    """The text that `encrypt` sealed. Raises `cryptography.exceptions.InvalidTag` under another key or purpose."""
    return _cipher(key, purpose).decrypt(sealed[:12], sealed[12:], purpose.encode()).decode()
