"""The places of an original that may be masked before it is published, and the original cut at them for reading."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.analysis.personal_data import SURE, Found, Kind, find_personal_data, mask
from portal.opinions.models import Opinion

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
    "by_hand": _l("审核员标出"),
}


class Place(NamedTuple):
    """A place of the original that may be masked; `masked` says whether the mask is on, or proposed."""

    found: Found
    text: str
    masked: bool

    @property
    def key(self) -> str:
        """What a form sends for this place."""
        return f"{self.found.start}-{self.found.end}-{self.found.kind}"

    @property
    def label(self) -> str:
        """The kind as moderators read it."""
        return KIND_LABELS[self.found.kind]


class Segment(NamedTuple):
    """A stretch of the original; `label` names the kind of personal data, None for plain text."""

    text: str
    label: str | None


def original(opinion: Opinion) -> str:
    """The text as it was handed in: title, newline, body. Ranges of masks count its characters."""
    return f"{opinion.case.title}\n{opinion.case.body}"


def places(opinion: Opinion) -> list[Place]:
    """The places that are masked now and those that the engine finds, from left to right.

    Before anybody decided about masks, the surer finds are proposed.
    """
    text = original(opinion)
    in_force = [Found(kind, start, end, 1.0) for start, end, kind in _ranges(opinion)]
    found = [
        item
        for item in find_personal_data(text)
        if not any(item.start < kept.end and kept.start < item.end for kept in in_force)
    ]
    propose = not opinion.layers
    listed = [Place(item, text[item.start : item.end], True) for item in in_force]
    listed += [
        Place(item, text[item.start : item.end], propose and item.confidence >= SURE) for item in found
    ]
    return sorted(listed, key=lambda place: (place.found.start, place.found.end))


def _ranges(opinion: Opinion) -> list[tuple[int, int, Kind]]:
    return [(start, end, kind) for start, end, kind in opinion.layers[-1].ranges] if opinion.layers else []


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
        cut.append(Segment(text[left:right], place.label))
        at = right
    if at < end:
        cut.append(Segment(text[at:end], None))
    return cut


def applied(text: str, ranges: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """What a layer with these `ranges` hides: the label of each kind, and what stays readable of the place."""
    hidden = []
    for start, end, kind in ranges:
        place = Found(kind, start, end, 1.0)
        hidden.append((KIND_LABELS[place.kind], mask(text, [place])[start:end]))
    return hidden
