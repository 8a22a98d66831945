"""Codes for a phone's camera (QR), as pictures that stand in the page itself."""

import segno

_MODULE_PIXELS = 6
_QUIET_MODULES = 3
_MASK = 3


def qr_picture(text: str) -> str:
    """A black and white PNG of `text` as a data address: no request names what is in it."""
    # Any mask can be read; to try all eight for the finest costs as much as storing an opinion.
    code = segno.make(text, error="m", micro=False, mask=_MASK)
    picture: str = code.png_data_uri(scale=_MODULE_PIXELS, border=_QUIET_MODULES, compresslevel=1)
    return picture
