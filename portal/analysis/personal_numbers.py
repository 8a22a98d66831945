"""Personal data written in digits: phone numbers, identity cards, bank cards.

People break a number up (138 1234-5678), or spell it (一三八…). So the text is cut into runs of digits
with at most three separators between two of them, a run into groups without separators, and only whole
groups that follow each other may form a number. Every step looks at a bounded window: time is linear.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from portal.analysis.personal_kinds import Found

_SPELLED = "〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖"
_HAN_DIGITS = dict(zip(_SPELLED, "00011122233445566778899", strict=True))
_SEPARATORS = " \t\\-‐‑‒–—−_·.)\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3"
_DIGIT = f"0-9{_SPELLED}"
_RUN = re.compile(f"[{_DIGIT}](?:[{_SEPARATORS}]{{0,3}}[{_DIGIT}])*")
_GROUP = re.compile(f"[0-9]+|[{_SPELLED}]+")
_SEPARATOR = re.compile(f"[{_SEPARATORS}]+")
_PLAIN = str.maketrans(_HAN_DIGITS)
_MOST_GROUPS = 7  # a number of more groups is one written digit by digit
_MOST_PARTS = {
    7: 2,
    8: 2,
    12: 3,
    13: 1,
}  # groups of the numbers of other lengths, which nobody breaks up further
# First two digits of GB/T 2260 codes.
_PROVINCES = frozenset(
    str(region * 10 + place)
    for region, last in enumerate((5, 3, 7, 6, 4, 5, 1, 2), 1)
    for place in range(1 if region not in (5, 7) else 0, last + 1)
)
_MOBILE_SHAPES = frozenset({
    (11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 4, 2, 2), (1,) * 11,
    (1, 2, 2, 2, 2, 2), (5, 6), (6, 5), (3, 2, 2, 2, 2),
})  # fmt: skip
_QUANTITY = re.compile(r"\s?(?:元|万|亿|块|吨|千|百|公里|平方|%)")
_PHONE_WORD = re.compile("电话|座机|固话|tel|手机|致电|拨打|联系方式|号码")
_OFFICE_WORD = re.compile(
    "热线|客服|服务|办公[室厅电]|监督|举报|投诉|咨询|值班|总机|局|[科股处站所办](?=电话|联系|[:：(（])|中心|大队|支队|窗口|单位|公司|供水|供电|政府"
)
_CARD_WORD = re.compile("卡号|账号|帐号|银行|账户|帐户|一卡通|存折|农行|建行|工行|信用社")
_ID_WORD = re.compile("身份证|证件号|身份号")


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits that may belong together: their ranges in the text, all digits, and where groups begin."""

    groups: list[tuple[int, int]]
    digits: str
    offsets: list[int]  # in `digits`, of each group, and the number of all digits at the end
    group_at: dict[int, int]
    masked: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Whole groups that follow each other, with the text around them."""

    digits: str
    shape: tuple[int, ...]
    start: int
    end: int
    text: str
    whole_run: bool

    def preceded_by(self, word: re.Pattern[str], window: int = 12) -> bool:
        """Whether a word stands in the characters just before."""
        return bool(word.search(self.text, max(0, self.start - window), self.start))

    def found(self, kind: str, confidence: float, skip: int = 0, longer: int = 0) -> Found:
        """The find that this candidate is, without its first `skip` digits, `longer` at the end."""
        return Found(kind, self.start + skip, self.end + longer, confidence)  # type: ignore[arg-type]


def find_numbers(folded: str) -> Iterator[Found]:
    """All numbers of persons in a folded text, from left to right, without overlap."""
    for run in _RUN.finditer(folded):
        if run.end() - run.start() >= 7:
            yield from _in_run(folded, run.start(), run.end())


def _in_run(text: str, start: int, end: int) -> Iterator[Found]:
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    offsets = list(accumulate((behind - first for first, behind in groups), initial=0))
    run = _Run(
        groups,
        _SEPARATOR.sub("", text[start:end]).translate(_PLAIN),
        offsets,
        {offset: place for place, offset in enumerate(offsets)},
        _touches_mask(text, start, end),
    )
    at = 0
    while at < len(groups):
        found, used = _longest_number(text, run, at)
        if found:
            yield found
        at += used


def _touches_mask(text: str, start: int, end: int) -> bool:
    """Whether the run is what a mask left over (138****5678): its parts must not join with others."""
    before, after = start - 1, end
    while before >= 0 and text[before] in " -\t":
        before -= 1
    while after < len(text) and text[after] in " -\t":
        after += 1
    return (before >= 0 and text[before] == "*") or (after < len(text) and text[after] == "*")


def _longest_number(text: str, run: _Run, at: int) -> tuple[Found | None, int]:
    """The longest number that begins with group `at`, and how many groups to go on by."""
    offset = run.offsets[at]
    for length in _LENGTHS.get(run.digits[offset : offset + 2], ()):
        behind = run.group_at.get(offset + length)
        if behind is None or (run.masked and behind > at + 1):
            continue
        digits = run.digits[offset : offset + length]
        if not _may_be_one(digits, behind - at):
            continue
        taken = run.groups[at:behind]
        shape = tuple(last - first for first, last in taken)
        whole = len(taken) == len(run.groups)
        candidate = _Candidate(digits, shape, taken[0][0], taken[-1][1], text, whole)
        for reader in _READERS[length]:
            found = reader(candidate)
            if found:
                return found, len(taken)
    return None, 1


def _may_be_one(digits: str, groups: int) -> bool:
    """Whether digits in so many groups are worth a closer look: cheap, because it is asked at every group."""
    length = len(digits)
    most = _MOST_PARTS.get(length)
    if most:
        return groups <= most
    dated = digits[6:8] in ("19", "20")
    if groups > _MOST_GROUPS:  # written digit by digit
        return groups == length and (length == 11 or (length in (17, 18) and dated))
    if length >= 16:
        return dated or digits[0] in "34569"
    return length != 15 or groups == 1


def _is_date(digits: str) -> bool:
    """Whether eight digits read as a day between 1900 and 2099."""
    if digits[:2] not in ("19", "20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # the sum of the digits of twice each digit


def id_checksum(first17: str) -> str:
    """The check character of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2), X as x."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    return "10x98765432"[total % 11]


def luhn_holds(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of the others."""
    backwards = digits[::-1]
    return (sum(map(int, backwards[::2])) + sum(_DOUBLED[int(digit)] for digit in backwards[1::2])) % 10 == 0


def _id_card(candidate: _Candidate) -> Found | None:
    digits, longer = candidate.digits, 0
    if len(digits) == 17:
        after = candidate.text[candidate.end : candidate.end + 2]
        if after[:1] == "x":
            digits, longer = digits + "x", 1
        elif after[:1] in (" ", "-") and after[1:] == "x":
            digits, longer = digits + "x", 2
    if digits[:2] not in _PROVINCES:
        return None
    if len(digits) == 18 and _is_date(digits[6:14]):
        if id_checksum(digits[:17]) == digits[17]:
            return candidate.found("id_card", 0.99, longer=longer)
        named = candidate.preceded_by(_ID_WORD)
        return candidate.found("id_card", 0.85 if named else 0.6, longer=longer)
    if len(digits) == 15 and len(candidate.shape) == 1 and _is_date("19" + digits[6:12]):
        return candidate.found("id_card", 0.85 if candidate.preceded_by(_ID_WORD) else 0.5)
    return None


def _bank_card(candidate: _Candidate) -> Found | None:
    digits = candidate.digits
    if not 16 <= len(digits) <= 19 or any(size not in (3, 4) for size in candidate.shape[:-1]):
        return None
    named = candidate.preceded_by(_CARD_WORD, 24)
    if luhn_holds(digits):
        sure = named or digits[:2] == "62"
        return candidate.found("bank_card", 0.95 if sure else 0.6)
    return candidate.found("bank_card", 0.8) if named and not _is_date(digits[:8]) else None


def _mobile(candidate: _Candidate) -> Found | None:
    digits, skip = candidate.digits, 0
    for prefix in ("0086", "86", "0"):
        if len(digits) == 11 + len(prefix) and digits.startswith(prefix) and len(candidate.shape) == 1:
            digits, skip = digits[len(prefix) :], len(prefix)
            break
    if len(digits) != 11 or digits[0] != "1" or digits[1] not in "3456789":
        return None
    text, shape = candidate.text, candidate.shape
    if shape == (11,) and _QUANTITY.match(text, candidate.end):
        return None
    if "." in text[candidate.start : candidate.end] and shape != (3, 4, 4):
        return None
    if shape[0] == 4 and _is_date(digits[:8]):
        return None
    if skip or shape == (11,):
        coded = _is_latin(text, candidate.start - 1) and _is_latin(text, candidate.end)
        return candidate.found("mobile", 0.6 if coded else 0.95, skip=skip)
    if shape in _MOBILE_SHAPES:
        return candidate.found("mobile", 0.9)
    spelled = any(char in _HAN_DIGITS for char in text[candidate.start : candidate.end])
    return candidate.found("mobile", 0.8) if spelled or len(shape) <= 3 else None


def _is_latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalpha()


def _landline(candidate: _Candidate) -> Found | None:
    digits, shape = candidate.digits, candidate.shape
    office = candidate.preceded_by(_OFFICE_WORD, 16)
    if digits[0] == "0" and len(digits) in (11, 12):
        area = 3 if digits[1] in "12" else 4
        local = digits[area:]
        right_size = len(local) == 8 if area == 3 else len(local) in (7, 8)
        if right_size and digits[1] != "0" and local[0] in "2345678" and not _is_date(local):
            split = shape[0] == area and (len(shape) == 2 or (len(shape) == 3 and shape[-1] == 4))
            if split or len(shape) == 1:
                return candidate.found("landline", 0.5 if office else 0.9 if split else 0.85)
        return None
    if len(digits) in (7, 8) and digits[0] in "2345678" and candidate.whole_run and not _is_date(digits):
        plain = len(shape) == 1 or (len(shape) == 2 and shape[1] == 4)
        counted = _QUANTITY.match(candidate.text, candidate.end)
        if plain and not counted and candidate.preceded_by(_PHONE_WORD, 8):
            return candidate.found("landline", 0.5 if office else 0.8)
    return None


_READERS: dict[int, tuple[Callable[[_Candidate], Found | None], ...]] = {
    7: (_landline,),
    8: (_landline,),
    11: (_mobile, _landline),
    12: (_mobile, _landline),
    13: (_mobile,),
    15: (_id_card, _mobile),
    16: (_bank_card,),
    17: (_id_card, _bank_card),
    18: (_id_card, _bank_card),
    19: (_bank_card,),
}


def _possible_lengths(start: str) -> tuple[int, ...]:
    """How many digits a number may have that begins with these two, the most first."""
    lengths = []
    if start in _PROVINCES or start == "00":
        lengths += [18, 17, 15]
    if start[0] in "34569":
        lengths += [19, 18, 17, 16]
    if start == "86":
        lengths.append(13)
    if start[0] == "0":
        lengths += [12, 11]
    if start[0] == "1" and start[1] in "3456789":
        lengths.append(11)
    if start[0] in "2345678":
        lengths += [8, 7]
    return tuple(sorted(set(lengths), reverse=True))


_LENGTHS = {f"{start:02}": _possible_lengths(f"{start:02}") for start in range(100)}
