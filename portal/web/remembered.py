"""Query codes that an author had remembered on this very device: a sealed cookie, sent to the receipts' pages only.

The cookie is sealed with `SECRET_KEY` and out of reach of scripts; the server keeps nothing of it. Because of its path
public pages never receive it and stay the same for everybody.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from flask import Response, request

from portal.core.crypto import decrypt, encrypt
from portal.core.ids import normalised_code
from portal.web.network import settings

COOKIE = "receipts"
PATH = "/receipts"
DAYS = 90
MOST = 20
_PURPOSE = "remembered"
_LONGEST = 4000


def remembered_codes() -> list[str]:
    """The codes (12 characters each) that this device remembers, the newest first; none where the cookie is no good."""
    sealed = request.cookies.get(COOKIE, "")[:_LONGEST]
    if not sealed:
        return []
    try:
        opened = decrypt(settings().secret_key, _PURPOSE, urlsafe_b64decode(sealed))
    except (InvalidTag, binascii.Error, ValueError):
        # Another key, or somebody's own idea of a cookie: the device remembers nothing.
        return []
    return [code for part in opened.split(",") if (code := normalised_code(part))][:MOST]


def remember(response: Response, code: str) -> None:
    """Have the device remember `code` as well."""
    _write(response, [code, *[other for other in remembered_codes() if other != code]][:MOST])


def forget(response: Response, code: str | None) -> None:
    """Have the device forget `code`; all of them where it is None."""
    _write(response, [other for other in remembered_codes() if code is not None and other != code])


def _write(response: Response, codes: list[str]) -> None:
    if not codes:
        response.delete_cookie(COOKIE, path=PATH, secure=settings().secure, httponly=True, samesite="Lax")
        return
    sealed = urlsafe_b64encode(encrypt(settings().secret_key, _PURPOSE, ",".join(codes))).decode()
    response.set_cookie(
        COOKIE, sealed, max_age=DAYS * 24 * 3600, path=PATH, secure=settings().secure, httponly=True, samesite="Lax"
    )  # fmt: skip
