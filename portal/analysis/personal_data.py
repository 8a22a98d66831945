"""Find personal data in a text and mask it without moving a character.

Light enough for a web worker. What is found: mobile and land-line numbers, identity cards (checksum),
bank cards (Luhn), number plates, e-mail, WeChat and QQ accounts, addresses down to the door, and names
that are announced as such; written with full-width digits, separators or Chinese numerals too.
"""

import re
from collections.abc import Container, Iterable, Iterator
from operator import itemgetter

from portal.analysis.normal_form import is_plain, normal_form
from portal.analysis.normalise import fold
from portal.analysis.personal_addresses import STEMS
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
# How many characters a number of each kind has; a find of another size is masked from end to end.
_SIZES: dict[Kind, Container[int]] = {
    "mobile": {11},
    "id_card": {15, 18},
    "bank_card": range(16, 20),
    "plate": {7, 8},
    "im_account": range(5, 21),
    "name": range(2, 5),
}
_LETTER = re.compile(r"[^\W_]")
_LONG_NUMBER = re.compile("[0-9]{7}")
# What stands in a text and is not seen: soft hyphens, joiners, marks of direction, variation selectors, fillers, controls; and
# the frame of a keycap, which is seen but changes no digit.
_UNSEEN_CHARACTERS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{_UNSEEN_CHARACTERS}]")
_SEEN = re.compile(f"[^{_UNSEEN_CHARACTERS}]+")
_APART = "|\n"  # between lines that do not follow each other


def find_personal_data(text: str) -> list[Found]:
    """All places of personal data in `text`, from left to right, none overlapping another.

    Offsets count characters of `text` as given. Time is linear in its length. Where two kinds claim the
    same characters (a mobile number that is a WeChat account), the surer one has them, and the other what
    it leaves.
    """
    folded = fold(text)
    claims = [*find_numbers(folded), *find_words(folded)]
    if _UNSEEN.search(folded) or not is_plain(folded):
        claims = list({*claims, *_found_in_normal_form(text, folded)})
    finds = sorted(claims, key=itemgetter(1))
    apart: list[Found] = []
    together: list[Found] = []  # finds of which each overlaps one before it
    reached = 0
    for found in finds:
        if found.start >= reached:
            apart += together if len(together) < 2 else _shared_out(together, text)
            together = []
        together.append(found)
        reached = max(reached, found.end)
    return [*apart, *_shared_out(together, text)]


def _shared_out(finds: list[Found], text: str) -> list[Found]:
    """What each of some finds has that overlap, the surer before the less sure, from left to right."""
    finds.sort(key=lambda found: (-found.confidence, found.start - found.end, found.start, found.kind))
    first = min((found.start for found in finds), default=0)
    taken = bytearray(max((found.end for found in finds), default=0) - first)
    pieces = [piece for found in finds for piece in _untaken(found, taken, first, text)]
    return sorted(pieces, key=itemgetter(1))


def _found_in_normal_form(text: str, folded: str) -> Iterator[Found]:
    """What shows only in the normal form of lines, without what nobody sees: ①③⑧…, 1️⃣3️⃣8️⃣…, 138\u200b1234…"""
    pieces: list[str] = []
    places: list[int] = []  # of each character of the pieces, in the text
    start = 0
    for line in folded.split("\n"):
        end = start + len(line)
        unseen = _UNSEEN.search(line) is not None
        if unseen or not is_plain(line):
            for run in _SEEN.finditer(folded, start, end):
                pieces.append(text[run.start() : run.end()])
                places += range(run.start(), run.end())
            pieces.append("\n")
            places.append(end)
        elif pieces and pieces[-1] != _APART:
            pieces.append(_APART)
            places += [start] * len(_APART)
        start = end + 1
    form = normal_form("".join(pieces))
    for found in (*find_numbers(form.text), *find_words(form.text)):
        first, last = form.origin(found.start, found.end)
        yield Found(found.kind, places[first], places[last - 1] + 1, found.confidence)


def _untaken(found: Found, taken: bytearray, first: int, text: str) -> list[Found]:
    """The pieces of a find that no surer one has taken, of the characters from `first` on; they are taken from now on."""
    pieces = []
    start = found.start
    while start < found.end:
        end = taken.find(1, start - first, found.end - first)
        end = found.end if end < 0 else end + first
        if _LETTER.search(text, start, end):
            pieces.append(Found(found.kind, start, end, found.confidence))
        start = end + 1
    taken[found.start - first : found.end - first] = b"\1" * (found.end - found.start)
    return pieces


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
        if len(shown) not in _SIZES.get(place.kind, range(head + tail + 1, len(text) + 1)):
            head = tail = 0  # too short to show any of it, or what another find has left
        for at in shown[head : len(shown) - tail]:
            chars[at] = MASK
    return "".join(chars)


def _end_of_secret(place: Found, text: str) -> int:
    """Where the part to hide ends: the domain of a mail address tells nobody apart."""
    domain = max(text.rfind(sign, place.start, place.end) for sign in "@＠")
    if place.kind != "email" or domain < 0 or _LONG_NUMBER.search(fold(text[domain : place.end])):
        return place.end
    return domain


def _is_content(place: Found, char: str) -> bool:
    if place.kind == "address":
        return char.isnumeric() or (char.isascii() and char.isalpha()) or char in STEMS
    return char.isalnum()
