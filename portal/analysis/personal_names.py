"""Names of persons in a text: those that are announced (我叫…, 联系人：…), and the same names elsewhere in it.

A name is a surname with one or two characters behind it, where a word announces one and what follows ends one. The
plainer the announcement, the surer the find; characters that given names are mostly written with make it surer.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from portal.analysis.normalise import data_lines
from portal.analysis.personal_kinds import Found

_HAN = re.compile("[\u4e00-\u9fff]")
_HANS = re.compile("[\u4e00-\u9fff]*")
_TITLE = re.compile("总(?![\u4e00-\u9fff])")  # 李总
_KIN = (
    "女儿|儿子|孩子|父亲|母亲|爸爸|妈妈|丈夫|妻子|爱人|老伴|老公|老婆|弟弟|哥哥|姐姐|妹妹|孙子|孙女|儿媳|女婿|岳父|岳母|公公|婆婆|"
    "爷爷|奶奶|外公|外婆|姥姥|姥爷|伯父|伯母|叔叔|婶婶|舅舅|舅妈|姑姑|姨妈|侄子|侄女|外甥|堂弟|堂哥|表弟|表哥|嫂子|弟媳|我[爸妈哥姐弟妹]"
)
_LIVING = "村民|业主|居民|市民|户主|房主|老师|法人代表|法定代表人|法人|工人|教师|职工|群众|邻居|家长"
_ASKS = "投诉|举报|反映|写信|代笔|收款|签收|申请|求助|报料|当事|信访|上访|请求|来访|来信|留言|检举|控告|报告|建议|询问|咨询|经办|收件|委托|申诉|受害|被害|承包|购房|经营|被征地|患"
_LABELS = f"(?:{_ASKS})[人者户]|病患|死者|伤者|学生|租客|房东"
# What an announcement begins with: looked at first, because few places of a text are one.
_FIRST = "".join(sorted({word[0] for words in (_KIN, _LIVING, _ASKS) for word in words.split("|")}))
_NAME_AFTER = re.compile(
    f"(?=[{_FIRST}名姓户我本叫租房联法署签落病死伤学])(?:"
    "(?P<sure>(?:名字|姓 ?名)(?:叫做?|是|为)?|户名|我叫做?|本人叫|叫做|名叫|我名(?:叫|是)?|本人(?:姓)?名|联系人(?:是|为)?|法定?代表人?[是为]?"
    f"|(?:我的?|我家)?(?:{_KIN}|老人)(?:名?叫|名字[叫是])|(?:{_LABELS}|署名|签名|签字|落款|(?:签字|签名|盖章)[)）]|{_LIVING})(?=[:：;；]))[:：;；,， ]{{0,2}}"
    "|(?P<likely>本人(?:系|是)?|我是(?:[\u4e00-\u9fff]{1,9}的)?|(?<![*\u4e00-\u9fff])我[:：,，]"
    f"|{_LABELS}|(?:{_LIVING})(?:代表)?(?![区楼]))|(?P<kin>(?:我的?|我家)?(?:{_KIN})))"
)
_SAYS = re.compile(
    "(?:叫做?|[是为:：;；]|我名|联系人|代表人?)[ ,，]{0,2}$"
)  # an announcement that leaves no doubt
_DOUBT = (
    dict.fromkeys([f"{asks}{who}" for asks in _ASKS.split("|") for who in "人者户"], 0.2)
    | dict.fromkeys(["病患", "死者", "伤者", "学生", "租客", "房东"], 0.2)
    | {"本人": 0.05, "本人系": 0.1, "本人是": 0.1, "我是": 0.25}
    | dict.fromkeys(_LIVING.split("|"), 0.3)
    | dict.fromkeys(_KIN.split("|"), 0.1)
)
_END_OF_LETTER = 100  # characters
# A name that stands alone near the end, among other names, or behind a word that says who the person is.
_ALONE = re.compile(
    "(?<=[\n!。 :：])(?:(?:普通|老|退休)?(?:市民|党员|村民|业主|教师|职工|工人|群众|家长|居民|百姓) ?)?"
    "(?P<name>[\u4e00-\u9fff]{2,4}?)(?= ?(?:[敬谨呈拜]上| |\n|$|[0-9]))"
)
_MOBILE = re.compile("1[3-9][0-9]")
# A name before the number of a mobile: 请找岳鹏飞，138…
_BEFORE_MOBILE = re.compile(
    "(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff]{0,6}[找与联系] ?)?(?P<name>[\u4e00-\u9fff]{2,4}?)"
    "(?:联系)?(?=[ ,(]{0,3}(?:(?:联系)?电话|手机号?码?|tel)?[ :]{0,2}1[3-9][0-9])"
)
_MOST_NAMES = 40  # distinct names of one text that are looked for elsewhere in it: keeps the time linear
_GOES_ON = re.compile(  # what a sentence about a person goes on with, so that the name has ended
    "去世|今年|现年|现在|[五六七八九]十|现住|现为|家住|住在|住址|来自|是[^,，。]|在[^,，。]|男|女|电话|手机|身份证|先生|女士|同志|老师|联系"
)
_TELLS = re.compile("去世|今年|现年|现住|家住|身份证|电话|手机")  # what is said of one person
_AFTER_NAME = frozenset("是家住在男女今现于系的来向从因有身和与户电手联反及等")
_NOT_LAST = frozenset("等人们者员的了吗呢市县区镇村")
# Surnames that oftener join, point or modify: 联系人和电话, 姓名从不公开. Nothing but a plain 我叫 or a colon
# makes a name of them.
_JOINS = frozenset("和时从向应可全单后连原能成于来")
SURE_NAME = 0.8
_PLACE = re.compile("[城园苑府湾路街巷村镇乡厂店寺桥山建]|小区|大厦|广场|公司")  # 燕兴华城 is no person
_ESTATE = re.compile("[\u4e00-\u9fff]{1,3}(?:社区|小区|花园|大厦|广场)")  # 业主金星小区
_SPACED = re.compile(" [\u4e00-\u9fff](?![\u4e00-\u9fff])")  # 田 野
_LISTED = re.compile("[,，、 ;；]{1,2}")  # between the names of several persons who sign


@dataclass(frozen=True, slots=True)
class _Words:
    """The file of surnames, a section each."""

    common: frozenset[str]
    also_words: frozenset[str]
    double: frozenset[str]
    given: frozenset[str]
    given_too: frozenset[str]
    no_names: frozenset[str]
    not_given: frozenset[str]
    foreign: re.Pattern[str]


@cache
def _words() -> _Words:
    sections: dict[str, list[str]] = {}
    for line in data_lines("surnames.txt"):
        if line.startswith("["):
            words = sections.setdefault(line, [])
        else:
            words += line.split()
    beginnings = "|".join(sorted(sections["[beginnings]"], key=lambda part: -len(part)))
    return _Words(
        frozenset("".join(sections["[common]"])),
        frozenset("".join(sections["[also words]"])),
        frozenset(sections["[double]"]),
        frozenset("".join(sections["[given]"])),
        frozenset("".join(sections["[given]"] + sections["[given too]"])),
        frozenset(sections["[no names]"]),
        frozenset(sections["[not given]"]),
        re.compile(
            f"[\u4e00-\u9fff]{{1,8}}(?:[·•・‧][\u4e00-\u9fff]{{1,8}}?(?=[^\u4e00-\u9fff]|$|{_GOES_ON.pattern})){{1,3}}"
            f"|(?:{beginnings}){{1,4}}[\u4e00-\u9fff]?(?=[^\u4e00-\u9fff]|$|{_GOES_ON.pattern})"
        ),
    )


def find_names(folded: str, addresses: Sequence[int] = ()) -> Iterator[Found]:
    """Names in a folded text, announced or not; what is announced with little doubt is found everywhere.

    `addresses` are the places where addresses begin, in their order: none is part of a name (我叫王小明五组12号).
    """
    known: dict[str, float] = {}
    announced: set[int] = set()
    for word in _NAME_AFTER.finditer(folded):
        for found in _names_at(folded, word, addresses):
            yield found
            announced.add(found.start)
            name = folded[found.start : found.end]
            if found.confidence >= 0.8 and len(known) < _MOST_NAMES:
                known.setdefault(name, found.confidence if len(name) > 2 else 0.7)
    yield from _signed(folded)
    for name, confidence in known.items():
        at = folded.find(name)
        while at >= 0:
            if at not in announced:
                yield Found("name", at, at + len(name), confidence)
            at = folded.find(name, at + len(name))


def _signed(folded: str) -> Iterator[Found]:
    """A name that stands alone near the end of a letter, or before the number of a mobile."""
    places = [line.span("name") for line in _ALONE.finditer(folded, max(0, len(folded) - _END_OF_LETTER))]
    if _MOBILE.search(folded):
        places += [line.span("name") for line in _BEFORE_MOBILE.finditer(folded)]
    for start, end in places:
        if _is_whole_name(folded, start, end):
            yield Found("name", start, end, SURE_NAME)


def _is_whole_name(folded: str, start: int, end: int) -> bool:
    """Whether these characters are a surname that is no word as well, and what given names are written with."""
    words = _words()
    surname = _surname(folded, start)
    given = folded[start + surname : end]
    if not surname or not 1 <= len(given) <= 2 or folded[start : start + 2] in words.no_names:
        return False
    if surname == 1 and folded[start] in words.also_words:
        return False
    if _is_title(folded, start + surname) or folded[end - 1] in _NOT_LAST:
        return False
    told = [char in words.given for char in given]
    return all(told) or (len(told) == 2 and any(told) and words.given_too.issuperset(given))


def _names_at(folded: str, word: re.Match[str], addresses: Sequence[int]) -> Iterator[Found]:
    """The name that begins behind `word`, if one does, and those of others who sign with it."""
    sure = word["sure"] is not None
    following = bisect_left(addresses, word.end())
    end = addresses[following] if following < len(addresses) else len(folded)
    found = _name_at(folded, word.end(), end, word, sure)
    if found:
        yield found
    for _other in range(_MOST_NAMES if found and word.group().endswith((":", "：")) else 0):
        between = _LISTED.match(folded, found.end) if found else None
        found = _name_at(folded, between.end(), end, word, False) if between else None
        if found is None or found.end - found.start < 3:
            return
        yield found


def _name_at(folded: str, start: int, limit: int, word: re.Match[str], sure: bool) -> Found | None:
    """A name that begins at `start` and ends at `limit` or before, announced by `word`; `sure` when by that alone."""
    foreign = _words().foreign.match(folded, start, limit)
    if foreign:
        return Found("name", start, foreign.end(), 0.9)
    surname = _surname(folded, start)
    if not surname or folded[start : start + 2] in _words().no_names or _is_title(folded, start + surname):
        return None
    if _ESTATE.match(folded, start):
        return None
    found = _ended_name(folded, start, limit, surname, word, sure)
    if found and found.confidence >= SURE_NAME:
        return found
    telling = _telling_name(folded, start, limit, surname)
    if telling and not _PLACE.match(folded, telling.end):
        return telling
    if found and found.end - start == 3 and folded[start] in _words().common:
        partly = not _words().given_too.isdisjoint(folded[start + surname : found.end])
        return found._replace(confidence=SURE_NAME) if partly else found
    return found


def _is_title(folded: str, start: int) -> bool:
    """Whether what begins behind a surname is a title, or a word, and no given name."""
    not_given = _words().not_given
    return (
        folded[start : start + 1] in not_given
        or folded[start : start + 2] in not_given
        or _TITLE.match(folded, start) is not None
    )


def _surname(folded: str, start: int) -> int:
    """How many characters the surname has that begins at `start`; 0 where none does."""
    words = _words()
    if folded[start : start + 2] in words.double:
        return 2
    first = folded[start : start + 1]
    return int(first in words.common or first in words.also_words)


def _telling_name(folded: str, start: int, limit: int, surname: int) -> Found | None:
    """A plain surname and what given names are written with: two such characters, or one that ends the clause."""
    words = _words()
    if surname == 1 and folded[start] in words.also_words:
        return None
    for given in (2, 1):
        end = start + surname + given
        ends = given == 2 or not _HAN.match(folded, end, limit)
        if end <= limit and ends and words.given.issuperset(folded[start + surname : end]):
            return Found("name", start, end, SURE_NAME)
    return None


def _ended_name(
    folded: str, start: int, limit: int, surname: int, word: re.Match[str], sure: bool
) -> Found | None:
    """A name behind whose last character the sentence goes on, or ends, as it does behind a name."""
    first = folded[start : start + 1]
    doubtful = surname == 1 and first in _words().also_words
    if doubtful and (word["kin"] or (first in _JOINS and not _SAYS.search(word.group()))):
        return None
    if sure and _SPACED.match(folded, start + 1):
        return Found("name", start, start + 3, 0.85)
    han = _HANS.match(folded, start, min(limit, start + surname + 4)).end()  # type: ignore[union-attr]  # matches nothing as well
    own = word["kin"] is not None and word["kin"].startswith("我")
    doubt = (0.0 if sure else 0.05 if own else _DOUBT.get(word.group(), 0.1)) + (0.1 if doubtful else 0.0)
    living = doubt >= 0.3 and word.group() in _DOUBT
    for given in (1, 2):
        end = start + surname + given
        if living and not (given == 2 and _TELLS.match(folded, end)):
            continue
        if end < han and _GOES_ON.match(folded, end) and folded[end - 1] not in _NOT_LAST:
            return Found("name", start, end, round(0.85 - doubt, 2))
    for given in (2, 1):
        end = start + surname + given
        if folded[end - 1 : end] in _NOT_LAST or (given == 1 and (living or (doubtful and not sure))):
            continue
        if end == han:
            return Found("name", start, end, round(0.9 - doubt, 2))
        if end < han and not living and folded[end] in _AFTER_NAME and (sure or word["kin"]):
            return Found("name", start, end, round(0.85 - doubt, 2))
    if not sure or doubtful or han <= start + surname or folded[start + surname + 1] in _NOT_LAST:
        return None
    plain = _SAYS.search(word.group()) is not None
    return Found("name", start, min(han, start + surname + 2), 0.8 if plain else 0.6)
