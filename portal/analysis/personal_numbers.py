"""Personal data written in digits: phone numbers, identity cards, bank cards.

Every step looks at a bounded window of a run of digits: time is linear.
"""

import re
from collections.abc import Callable, Iterator

from portal.analysis.check_digits import PROVINCES, id_checksum, is_date, is_identity, luhn_holds
from portal.analysis.digit_runs import Candidate, Run, runs
from portal.analysis.number_shapes import (
    BEGINNINGS,
    BEGINNINGS_AMONG_NUMERALS,
    MOBILE_SHAPES,
    is_card_shape,
    lengths_of,
    may_be_one,
)
from portal.analysis.personal_kinds import Found

_WHOLE = bytes((11,))
_STRICT_SHAPES = (bytes((3, 4, 4)), _WHOLE)  # those that no version or date has
_WINDOW = 24  # characters before a number in which words are looked for
_WIDEST = 80  # more than a number has of digits, separators and what is looked at behind it
_TIED_TO_A_YEAR = 9  # characters before a number in which the year of a paper is looked for
_TIED = 4  # characters before a number that tell whether digits are tied to it
_LOOSE = re.compile("[./~]")  # separators of versions, dates and ranges too
_QUANTITY = re.compile(r"\s?(?:元|万|亿|块|吨|千|百|公里|平方|%)")
_PHONE_WORD = re.compile("电话|座机|固话|tel|手机|致电|拨打|联系方式|号码")
_OFFICE_WORD = re.compile(
    "热线|客服|服务|办公[室厅电]|监督|举报|投诉|咨询|值班|总机|局|[科股处站所办](?=电话|联系|[:：(（])|中心|大队|支队|窗口|单位|公司|供水|供电|政府"
)
# An office whose telephone the number is said to be: （值班电话）, 是街道办事处的监督电话, 这个服务电话.
_OFFICE_BEHIND = re.compile(
    r"[ (（]{0,2}(?:这个|这部|这条|的|(?:是|为)[\u4e00-\u9fff]{0,10}?)?(?:热线|(?:服务|客服|值班|监督|举报|投诉|咨询|办公室?|对外公开)(?:电话|热线|号码))(?! ?[:：0-9]|[是为])"
)
# What has a number of fifteen digits as old identity cards have, and what has a year before it as no telephone number has.
_PAPER_WORD = re.compile("执照|注册号|登记|许可证|信用代码|编号|编码|批号|文号|单号|案号")
_YEAR_OF_A_PAPER = re.compile(r"[a-z\[(（〔][ -]?(?:19|20)[0-9]{2}[-\])）〕 ]{1,2}$")
_CARD_WORD = re.compile("卡号|账号|帐号|银行|账户|帐户|一卡通|存折|农行|建行|工行|信用社")
_CARD = re.compile("卡")  # tells enough where the check digit holds
_ID_WORD = re.compile("身份证|证件号|身份号|证号")
# A number cut by a line break: between two digits nothing, a space or hyphen, or a line break.
_LINE_BREAK = re.compile("[0-9][ -]?\n ?[0-9]")
_GAP = "(?:[ -]?\n ?|[ -])?"
_GAPS = re.compile("[ \n-]+")
_MOST_GAPS = 4
_ACROSS = re.compile(
    # Of so few gaps, three digits stand together somewhere.
    f"(?=[1-8][0-9 \n-]{{0,24}}?[0-9]{{3}})(?<![0-9*])(?:(?=(?P<mobile>1{_GAP}[3-9](?:{_GAP}[0-9]){{9}})(?![0-9*]))"
    f"|(?=(?P<id_card>[1-8](?:{_GAP}[0-9]){{16}}{_GAP}[0-9x])(?![0-9a-z]))"
    f"|(?=(?P<bank_card>6{_GAP}2(?:{_GAP}[0-9]){{14,17}})(?![0-9])))"
)
# A mobile number cut by commas: the groups of a price have three digits, and two years are none.
_BY_COMMAS = re.compile(
    "(?<![0-9])(?<![0-9][,、])1[3-9][0-9][,、](?!(?:19|20)[0-9]{2}[,、](?:19|20))[0-9]{4}[,、][0-9]{4}(?![0-9]|[,、][0-9])"
)


def find_numbers(folded: str) -> Iterator[Found]:
    """All numbers of persons in a folded text; one that a line break cuts may overlap a shorter one beside it."""
    for run in runs(folded, BEGINNINGS, BEGINNINGS_AMONG_NUMERALS):
        behind = 0
        none: set[str] = set()  # what begins no number, seen with all that tells so
        for at in run.beginnings:
            start = run.starts[at]
            inside = start - run.starts[0] >= _WINDOW  # no word that stands before is near
            seen = folded[start - _TIED : start + _WIDEST] if inside else ""
            if at < behind or seen in none:
                continue
            found, used = _longest_number(folded, run, at)
            behind = at + used
            if found:
                yield found
            elif inside:
                none.add(seen)
    if _LINE_BREAK.search(folded):
        yield from _across_lines(folded)
    for number in _BY_COMMAS.finditer(folded):
        yield Found("mobile", *number.span(), 0.85)


def _across_lines(folded: str) -> Iterator[Found]:
    """Numbers that a line break cuts, of the kinds that can be told without the words before them."""
    for number in _ACROSS.finditer(folded):
        for kind in ("mobile", "id_card", "bank_card"):
            written = number[kind]
            if written and "\n" in written and len(_GAPS.findall(written)) <= _MOST_GAPS:
                digits = _GAPS.sub("", written)
                start, end = number.span(kind)
                if (
                    kind == "mobile"
                    or (kind == "id_card" and is_identity(digits))
                    or (kind == "bank_card" and digits.startswith("62") and luhn_holds(digits))
                ):
                    yield Found(kind, start, end, 0.85 if kind == "mobile" else 0.97)


def _longest_number(text: str, run: Run, at: int) -> tuple[Found | None, int]:
    """The longest number that begins with group `at`, and how many groups to go on by."""
    offset = run.offsets[at]
    for length in lengths_of(run.digits[offset : offset + 2], run.sizes[at]):
        behind = run.group_at.get(offset + length)
        if behind is None or (run.masked and behind > at + 1):
            continue
        digits = run.digits[offset : offset + length]
        shape = run.sizes[at:behind]
        if not may_be_one(digits, shape):
            continue
        start = run.starts[at]
        end = run.starts[behind - 1] + shape[-1]
        if length == 11 and len(shape) > 3 and shape not in MOBILE_SHAPES and text[start:end].isascii():
            continue
        candidate = Candidate(digits, shape, start, end, text, run.starts[0])
        for reader in _READERS[length]:
            found = reader(candidate)
            if found:
                return (None, 1) if candidate.beside_mask else (found, len(shape))
    return None, 1


def _id_card(candidate: Candidate) -> Found | None:
    digits, longer = candidate.digits, 0
    if len(digits) == 17:
        after = candidate.text[candidate.end : candidate.end + 2]
        if after[:1] == "x":
            digits, longer = digits + "x", 1
        elif after[:1] in (" ", "-") and after[1:] == "x":
            digits, longer = digits + "x", 2
    if digits[:2] not in PROVINCES:
        return None
    if len(digits) == 18 and is_date(digits[6:14]):
        if id_checksum(digits[:17]) == digits[17]:
            return candidate.found("id_card", 0.99, longer=longer)
        named = candidate.preceded_by(_ID_WORD)
        return candidate.found("id_card", 0.85 if named else 0.6, longer=longer)
    if len(digits) == 15 and len(candidate.shape) == 1 and is_date("19" + digits[6:12]):
        if candidate.preceded_by(_ID_WORD):
            return candidate.found("id_card", 0.85)
        return None if candidate.preceded_by(_PAPER_WORD) else candidate.found("id_card", 0.5)
    return None


def _bank_card(candidate: Candidate) -> Found | None:
    digits = candidate.digits
    if not is_card_shape(candidate.shape):
        return None
    if luhn_holds(digits):
        sure = (
            digits[:2] == "62" or candidate.preceded_by(_CARD_WORD, _WINDOW) or candidate.preceded_by(_CARD)
        )
        return candidate.found("bank_card", 0.95 if sure else 0.6)
    named = not is_date(digits[:8]) and candidate.preceded_by(_CARD_WORD, _WINDOW)
    return candidate.found("bank_card", 0.8) if named else None


def _mobile(candidate: Candidate) -> Found | None:
    digits, skip = candidate.digits, 0
    for prefix in ("0086", "86", "0"):
        if len(digits) == 11 + len(prefix) and digits.startswith(prefix) and len(candidate.shape) == 1:
            digits, skip = digits[len(prefix) :], len(prefix)
            break
    if len(digits) != 11 or digits[0] != "1" or digits[1] not in "3456789":
        return None
    text, shape = candidate.text, candidate.shape
    if shape == _WHOLE and _QUANTITY.match(text, candidate.end):
        return None
    if shape not in _STRICT_SHAPES and _LOOSE.search(text, candidate.start, candidate.end):
        return None
    if shape[0] == 4 and is_date(digits[:8]):
        return None
    if skip or shape == _WHOLE:
        coded = _is_latin(text, candidate.start - 1) and _is_latin(text, candidate.end)
        return candidate.found("mobile", 0.6 if coded else 0.95, skip=skip)
    if shape in MOBILE_SHAPES:
        return candidate.found("mobile", 0.9)
    return candidate.found("mobile", 0.8)


def _is_latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalpha()


def _landline(candidate: Candidate) -> Found | None:
    if len(candidate.digits) > 11 and candidate.digits.startswith("86"):
        return _foreign_style(candidate)
    if candidate.digits[0] == "0":
        return _with_area(candidate)
    digits, shape = candidate.digits, candidate.shape
    if digits[0] in "2345678" and candidate.alone and not is_date(digits):
        plain = len(shape) == 1 or (len(shape) == 2 and shape[1] == 4)
        counted = _QUANTITY.match(candidate.text, candidate.end)
        if plain and not counted and candidate.preceded_by(_PHONE_WORD, 8):
            return candidate.found("landline", _landline_confidence(candidate, 0.8))
    return None


def _with_area(candidate: Candidate) -> Found | None:
    """A number with its area code: (0731) 8828-1234, 07318828 1234."""
    digits, shape = candidate.digits, candidate.shape
    area = _area_digits(digits)
    local = digits[area:]
    if (
        not area
        or len(local) not in ((8,) if area == 3 else (7, 8))
        or local[0] not in "2345678"
        or is_date(local)
        or _YEAR_OF_A_PAPER.search(candidate.text, max(0, candidate.start - _TIED_TO_A_YEAR), candidate.start)
    ):
        return None
    split = shape[0] == area and (len(shape) == 2 or (len(shape) == 3 and shape[-1] == 4))
    if split or len(shape) == 1 or (len(shape) == 2 and shape[-1] == 4):
        return candidate.found("landline", _landline_confidence(candidate, 0.9 if split else 0.85))
    return None


def _foreign_style(candidate: Candidate) -> Found | None:
    """A number as one gives it to strangers: +86-731-88281234; the find begins with the area."""
    area = _area_digits("0" + candidate.digits[2:]) - 1
    local = candidate.digits[2 + area :]
    if (
        area < 0
        or candidate.shape[:2] != bytes((2, area))
        or not candidate.text.startswith("+", candidate.start - 1)
    ):
        return None
    if len(local) not in (7, 8) or local[0] not in "2345678":
        return None
    return candidate.found("landline", _landline_confidence(candidate, 0.9), skip=3)


def _area_digits(digits: str) -> int:
    """How many digits the area code has with which a number begins: 010, 02x, 03xx to 09xx; 0 for none."""
    if digits[1] == "2" or digits[:3] == "010":
        return 3
    return 4 if digits[1] in "3456789" else 0


def _landline_confidence(candidate: Candidate, usual: float) -> float:
    """Numbers of offices and hot lines are public."""
    public = candidate.preceded_by(_OFFICE_WORD, 16) or _OFFICE_BEHIND.match(candidate.text, candidate.end)
    return 0.5 if public else usual


_READERS: dict[int, tuple[Callable[[Candidate], Found | None], ...]] = {
    7: (_landline,),
    8: (_landline,),
    11: (_mobile, _landline),
    12: (_mobile, _landline),
    13: (_mobile, _landline),
    15: (_id_card, _mobile),
    16: (_bank_card,),
    17: (_id_card, _bank_card),
    18: (_id_card, _bank_card),
    19: (_bank_card,),
}
