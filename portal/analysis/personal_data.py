"""Find personal data in a text and mask it without moving a character.

Light enough for a web worker. What is found: mobile and land-line numbers, identity cards (checksum),
bank cards (Luhn), number plates, e-mail, WeChat and QQ accounts, addresses down to the door, and names
that are announced as such; written with full-width digits, separators or Chinese numerals too.
"""

from collections.abc import Iterable

from portal.analysis.normalise import fold
from portal.analysis.personal_kinds import KINDS, Found, Kind
from portal.analysis.personal_numbers import find_numbers
from portal.analysis.personal_words import find_words

__all__ = ["KINDS", "MASK", "SURE", "Found", "Kind", "find_personal_data", "mask"]

MASK = "*"
SURE = 0.8  # from this confidence on a find may be ticked before a person has looked at it

# How many characters stay readable at the head and at the tail of each kind, so that a person can still tell
# two numbers apart, and nobody can dial them.
_KEPT: dict[Kind, tuple[int, int]] = {
    "mobile": (3, 4),
    "landline": (0, 0),
    "id_card": (3, 2),
    "bank_card": (4, 4),
    "plate": (2, 1),
    "email": (1, 0),
    "im_account": (2, 0),
    "address": (0, 0),
    "name": (1, 0),
    "by_hand": (0, 0),
}


def find_personal_data(text: str) -> list[Found]:
    """All places of personal data in `text`, from left to right, none overlapping another.

    Offsets count characters of `text` as given. Time is linear in its length. Where two kinds claim the
    same characters (a mobile number that is a WeChat account), the surer one names the union of both.
    """
    folded = fold(text)
    finds = sorted((*find_numbers(folded), *find_words(folded)), key=lambda found: (found.start, -found.end))
    apart: list[Found] = []
    for found in finds:
        if apart and found.start < apart[-1].end:
            apart[-1] = _union(apart[-1], found)
        else:
            apart.append(found)
    return apart


def _union(one: Found, other: Found) -> Found:
    surer = max(one, other, key=lambda found: (found.confidence, found.end - found.start))
    return Found(surer.kind, min(one.start, other.start), max(one.end, other.end), surer.confidence)


def mask(text: str, found: Iterable[Found]) -> str:
    """The text with the found places starred out (`138****5678`), exactly as long as before.

    Separators and the words of an address stay, so that the sentence still reads. Finds must come from
    this text. Masking a masked text again changes nothing.
    """
    chars = list(text)
    for place in found:
        shown = [at for at in range(place.start, _end_of_secret(place, text)) if _is_content(place, text[at])]
        head, tail = _KEPT[place.kind]
        if place.kind == "landline":
            head = len(shown) - 8 if len(shown) > 8 else 0
        if head + tail >= len(shown):
            head = tail = 0
        for at in shown[head : len(shown) - tail]:
            chars[at] = MASK
    return "".join(chars)


def _end_of_secret(place: Found, text: str) -> int:
    """Where the part to hide ends: the domain of a mail address tells nobody apart."""
    if place.kind == "email":
        return next((at for at in range(place.end - 1, place.start, -1) if text[at] in "@＠"), place.end)
    return place.end


def _is_content(place: Found, char: str) -> bool:
    if place.kind == "address":
        return char.isnumeric() or (char.isascii() and char.isalpha())
    return char.isalnum()
