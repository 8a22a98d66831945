"""Do two near-duplicates speak of different things: another place, estate, school, number or date?

Two letters with the same complaint about two estates are two matters, however alike their words. What tells them
apart is looked for in two ways: each letter's own facts (keys of places, numbers with what they count), and the
words that one letter has where the other has different ones.

Only a difference on both sides counts: a letter that also names a second place, or none, may be the same matter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from portal.analysis.normalise import fold, matter_range
from portal.analysis.places import places_in

_DIGITS = {char: at % 10 for at, char in enumerate("零一二三四五六七八九0123456789")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100}
_HAN = "零〇一二两三四五六七八九十百"
# What a number in Chinese numerals must stand before to name something (三栋) and not to be a word (一样, 三轮).
_NAMING = (
    "号楼|生产队|村民小组|小组|栋|幢|座|单元|室|期|号|组|队|班|届|街|弄|门|中|小|村|楼|层|线|标段|年|月|日"
)
_DATE = re.compile(r"(?<![0-9.])((?:19|20)[0-9]{2})[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?(?![0-9.])")
_NUMBER = re.compile(
    f"(?P<code>(?<![a-z0-9])[a-z]{{1,2}}-?[0-9]{{1,4}}(?![0-9a-z]))"
    "|(?P<letter>(?<![a-z0-9])[a-z])(?P<lettered>[座栋幢区馆口门]|单元)"
    f"|(?P<plain>(?<![0-9.])[0-9]+(?:[.][0-9]+)?) ?(?P<unit>[\\u4e00-\\u9fff])"
    f"|(?P<han>[{_HAN}0-9]{{1,6}})(?P<naming>{_NAMING})"
)
_WEEKDAY = re.compile("(?:[上这本下]个?)?(?:周|星期|礼拜)([一二三四五六日天])")
_CLAUSE = re.compile(r"[^，,。！!？?；;：:、\s]+")
_SIDES = frozenset("东南西北上下前后左右")
_SIDED = re.compile("门|侧|面|边|区|段|头|街|路|站|苑|院|城")
# Words that stand before a name and are no part of it: another one of them is only another wording.
_WORDING = re.compile(
    "[的我们你他她它这那该本各某每全所在到从和与及或有是为被把对向往于至由请求问望要让给将已再又都就还很最不没无未也即]"
    "|解决|处理|整治|治理|反映|投诉|举报|咨询|建议|关于|关注|加强|希望|强烈|附近|旁边|周边|门口|目前|现在|近期|最近|业主|居民|村民|群众|市民|住户"
)
# What stands behind the name of a place and not behind other words: 康桥水岸的业主, 金色屋顶楼下, 左家|塘街道.
_AT_PLACE = re.compile(
    "的?(?:业主|居民|住户|村民)|楼下|楼上|门口|门前|大门|路口|路面|附近|旁边|对面|公交|幼儿园|小学|中学|学校|医院|小区|社区|广场|市场|公园|工地|超市"
    "|[\u4e00-\u9fff]?(?:地铁站|街道|[镇乡村](?![里上]))"
)
_NO_NAME = re.compile(
    "[的我你他她它们这那每各该本有在从到很太多大小老新早晚夜今昨一两几某等]|[以之]?[前后]$|上午|中午|下午|凌晨|白天|目前|现在|附近|旁边|周边|门口|业主|居民|村民|住户|孩子|学生|家长|全体|广大"
)
# What another road or line has more: 人民中路, 三一大道辅道, 138路区间车.
_ROAD_PART = re.compile("[东南西北中](?=[路街]|大道)|辅[道路]|[道路]辅|区间|支线|快线")
_LONGEST_NAME = 8  # characters
_LOOK_AHEAD = 10  # characters behind a replaced word in which the place ends that it names
_MOST_CLAUSES = 400  # clauses compared one by one; what letters of more have in common says little


@dataclass(frozen=True, slots=True)
class Facts:
    """What one message says of where, when and which: places by level, and numbers by what they count."""

    places: tuple[frozenset[str], ...]
    numbers: frozenset[tuple[str, str]]


def matter_of(title: str, body: str) -> str:
    """The folded title and body in which facts are looked for, greeting and sign-off left out."""
    start, end = matter_range(body)
    return fold(f"{title}\n{body[start:end]}")


def facts_of(matter: str) -> Facts:
    """The facts of a matter (see `matter_of`)."""
    found = places_in(matter)[0]
    # A street office here and an estate there are two places as well: both are fine enough to tell letters apart.
    return Facts((found.cities, found.districts, found.areas | found.spots), frozenset(_numbers(matter)))


def speak_of_different_things(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two near-duplicates, each a title and a body, speak of different places, numbers or dates."""
    mine, theirs = matter_of(*one), matter_of(*other)
    return facts_differ(facts_of(mine), facts_of(theirs)) or names_differ(mine, theirs)


def _numbers(matter: str) -> Iterator[tuple[str, str]]:
    """Pairs of what is counted and how many of it or which."""
    for day in _DATE.finditer(matter):
        yield from ((unit, str(int(part))) for unit, part in zip("年月日", day.groups(), strict=True) if part)
    yield from (("周", day[1]) for day in _WEEKDAY.finditer(matter))
    for number in _NUMBER.finditer(matter):
        if number["code"]:
            yield number["code"][0], number["code"]
        elif number["letter"]:
            yield number["lettered"], number["letter"]
        elif number["plain"]:
            yield number["unit"], number["plain"].lstrip("0") or "0"
        else:
            yield number["naming"][0], str(_value(number["han"]))


def _value(numeral: str) -> int:
    """What a Chinese numeral below a thousand means: 二十三 and 二三 are 23."""
    total, digit = 0, 0
    for char in numeral:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[char]
    return total + digit


def places_differ(one: Facts, other: Facts) -> bool:
    """Whether each names a place of some level that the other does not."""
    return any(mine - theirs and theirs - mine for mine, theirs in zip(one.places, other.places, strict=True))


def facts_differ(one: Facts, other: Facts) -> bool:
    """Whether each names a place of some level, or a number of some unit, that the other does not."""
    if places_differ(one, other):
        return True
    mine = {unit for unit, _ in one.numbers - other.numbers}
    return any(unit in mine for unit, _ in other.numbers - one.numbers)


def names_differ(one: str, other: str) -> bool:
    """Whether one matter has the name of a place, or a word throughout, where the other has a different one."""
    words: set[tuple[str, str]] = set()
    for mine, theirs, after in _replaced(one, other):
        if not mine or not theirs:
            if _ROAD_PART.match(f"{mine or theirs}{after}"):
                return True
            continue
        if _AT_PLACE.match(after) and not _NO_NAME.search(mine + theirs):
            return True
        if not _may_name(mine) or not _may_name(theirs):
            continue
        if _ends_place(mine + after, len(mine)) and _ends_place(theirs + after, len(theirs)):
            return True
        if mine in _SIDES and theirs in _SIDES and _SIDED.match(after):
            return True
        if (mine, theirs) in words and min(len(mine), len(theirs)) >= 2:
            return True
        words.add((mine, theirs))
    return False


def _replaced(one: str, other: str) -> Iterator[tuple[str, str, str]]:
    """Words of `one` with those that `other` has in their place, and what follows both."""
    for before, after in _clauses_apart(_clauses(one), _clauses(other)):
        yield from _words_apart(before, after)


def _clauses_apart(mine: list[str], theirs: list[str]) -> Iterator[tuple[str, str]]:
    """The clauses of one that stand where the other has different ones, with those."""
    if _in_step(mine, theirs):
        yield from ((before, after) for before, after in zip(mine, theirs, strict=True) if before != after)
        return
    for kind, start, end, first, last in SequenceMatcher(None, mine, theirs, False).get_opcodes():
        if kind == "replace":
            yield from zip(mine[start:end], theirs[first:last], strict=False)


def _in_step(mine: list[str], theirs: list[str]) -> bool:
    """Whether each clause stands where the other has its own or one that it has nowhere else: most copies of a letter.

    No alignment says anything else then, and none need be looked for.
    """
    if len(mine) != len(theirs):
        return False
    own, other = set(mine), set(theirs)
    if len(own) < len(mine) or len(other) < len(theirs):
        return False
    same = sum(before == after for before, after in zip(mine, theirs, strict=True))
    return len(own & other) == same


@lru_cache(maxsize=4096)
def _clauses(matter: str) -> list[str]:
    return _CLAUSE.findall(matter)[:_MOST_CLAUSES]


@lru_cache(maxsize=4096)
def _words_apart(one: str, other: str) -> list[tuple[str, str, str]]:
    """The differing words of two clauses, "" where only the other has one, with what follows them."""
    if max(len(one), len(other)) > 200:
        return []
    apart = []
    for kind, start, end, first, last in SequenceMatcher(None, one, other, False).get_opcodes():
        mine, theirs = one[start:end], other[first:last]
        if kind != "equal" and max(len(mine), len(theirs)) <= _LONGEST_NAME and (mine + theirs).isalnum():
            apart.append((mine, theirs, one[end : end + _LOOK_AHEAD]))
    return apart


def _may_name(word: str) -> bool:
    return not _WORDING.search(word)


def _ends_place(text: str, named: int) -> bool:
    """Whether a place begins within the first `named` characters or right behind them."""
    return any(start <= named < end for start, end in places_in(text)[1])
