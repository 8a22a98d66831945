"""Codes for a phone's camera (QR), as pictures that stand in the page itself."""

import segno

_MODULE_PIXELS = 6
_QUIET_MODULES = 3


def qr_picture(text: str) -> str:
    """A black and white PNG of `text` as a data address: no request names what is in it."""
    picture: str = segno.make(text, error="m", micro=False).png_data_uri(
        scale=_MODULE_PIXELS, border=_QUIET_MODULES
    )
    return picture
