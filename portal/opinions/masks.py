"""Places of personal data in a text as people see them: named, cut out for reading, masked or offered for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.analysis.personal_data import Found, Kind, find_personal_data
from portal.opinions.operations import CERTAIN

KIND_LABELS: dict[Kind, str] = {
    "mobile": _l("手机号"),
    "landline": _l("固定电话"),
    "id_card": _l("身份证号"),
    "bank_card": _l("银行卡号"),
    "plate": _l("车牌号"),
    "email": _l("邮箱"),
    "im_account": _l("微信、QQ号"),
    "address": _l("住址"),
    "name": _l("姓名"),
    "by_hand": _l("手工标出"),
}


def counted_kinds(found: Mapping[str, int]) -> str:
    """How much of each kind was found, as people read it: 手机号2处、姓名1处."""
    return "、".join(
        _("%(kind)s%(count)s处", kind=label, count=found[kind])
        for kind, label in KIND_LABELS.items()
        if kind in found
    )


class Place(NamedTuple):
    """A place of the original that may be masked; `masked` says whether the mask is on, or proposed."""

    found: Found
    text: str
    masked: bool

    @property
    def key(self) -> str:
        """What a moderator's form sends for this place."""
        return f"{self.found.start}-{self.found.end}-{self.found.kind}"

    @property
    def label(self) -> str:
        """The kind as people read it."""
        return KIND_LABELS[self.found.kind]

    @property
    def fixed(self) -> bool:
        """Whether the author must leave it masked: what the engine is sure of (requirement B8)."""
        return self.found.kind != "by_hand" and self.found.confidence >= CERTAIN


class Segment(NamedTuple):
    """A stretch of the original; `label` names the kind of personal data, None for plain text."""

    text: str
    label: str | None
    masked: bool = False


def occurrences(text: str, words: Iterable[str]) -> list[Found]:
    """Every place of `text` where one of `words` stands, marked as found by hand."""
    found = []
    for word in words:
        start = text.find(word)
        while start >= 0:
            found.append(Found("by_hand", start, start + len(word), 1.0))
            start = text.find(word, start + len(word))
    return found


def segments(text: str, listed: Sequence[Place], start: int, end: int) -> list[Segment]:
    """`text[start:end]` cut at the places in `listed`, which are in order."""
    cut, at = [], start
    for place in listed:
        left, right = max(place.found.start, at), min(place.found.end, end)
        if left >= right:
            continue
        if left > at:
            cut.append(Segment(text[at:left], None))
        cut.append(Segment(text[left:right], place.label, place.masked))
        at = right
    if at < end:
        cut.append(Segment(text[at:end], None))
    return cut


def author_places(text: str, words: Sequence[str]) -> list[Place]:
    """The places of a text that its author is shown before handing it in, from left to right.

    Masked are those that the engine is sure of, and every place where one of `words` stands that the author wants
    hidden; the others are on offer.
    """
    wanted = set(words)
    listed = [
        Place(found, shown, found.confidence >= CERTAIN or shown in wanted)
        for found in find_personal_data(text)
        for shown in [text[found.start : found.end]]
    ]
    covered = bytearray(len(text))
    for place in listed:
        if place.masked:
            covered[place.found.start : place.found.end] = b"\1" * len(place.text)
    by_hand = [found for found in occurrences(text, words) if not all(covered[found.start : found.end])]
    listed += [Place(found, text[found.start : found.end], True) for found in by_hand]
    return sorted(listed, key=lambda place: (place.found.start, place.found.end))


def author_masks(text: str, words: Sequence[str]) -> list[Found]:
    """The masks with which a text is handed in whose author wants `words` hidden; see `author_places`."""
    return [place.found for place in author_places(text, words) if place.masked]
