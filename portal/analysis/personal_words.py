"""Personal data written in words: names, addresses down to the door, accounts, plates, e-mail.

All patterns are anchored on a word or a character class and repeat at most a fixed number of times, so
that the work at each place of the text is bounded and the whole is linear.
"""

import re
from collections.abc import Iterator
from functools import cache

from portal.analysis.normalise import data_lines
from portal.analysis.personal_kinds import Found

_HAN = re.compile("[\u4e00-\u9fff]")
_EMAIL_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
_EMAIL_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?![a-z0-9@-])")

_PLATE = re.compile(
    "(?<![a-z0-9*])[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z][·. -]?"
    "(?:[df][0-9]{5}|[0-9]{5}[df]|[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳])(?![a-z0-9])"
)

_IM = re.compile(
    "(?P<app>微信|薇信|威信|weixin|wechat|(?<![a-z])wx|(?<![a-z])vx|qq|扣扣|企鹅)(?P<group>群)?"
    r"(?:号码|账号|帐号|号|id|加|是|为|就是|联系|[:： ()（）,，]){0,4}"
    "(?P<id>[a-z][a-z0-9_-]{5,19}|[1-9][0-9]{4,10}|[1-9][0-9]{2,4}[ -][0-9]{3,4}(?:[ -][0-9]{2,4})?)"
    "(?![a-z0-9_*])"
)

_NUMBER = "(?:[0-9]{1,4}|[a-z][0-9]{0,2}|[一二三四五六七八九十百]{1,4})"
_ROOM = (
    f"(?:{_NUMBER}(?:室|房间|房|号房|号|户)"
    "|[0-9]{3,4}(?![*]|,?[0-9]|[.][0-9]|元|万|平|户|人|年|米|多|余|个|名|家|路|天))"
)
_GAP = "[ ,，-]?"
_DOOR = re.compile(
    f"(?<![0-9a-z*]){_NUMBER}(?:号楼|号栋|栋|幢|座|#楼?){_GAP}(?:{_NUMBER}(?:单元|门|梯){_GAP})?"
    f"(?:{_NUMBER}(?:楼|层){_GAP})?{_ROOM}"
    f"|(?<![0-9a-z*]){_NUMBER}单元{_GAP}(?:{_NUMBER}(?:楼|层){_GAP})?{_ROOM}"
    f"|(?<![0-9a-z*]){_NUMBER}(?:村民小?组|组|队){_GAP}{_NUMBER}(?:号|户)(?!线|楼|令|文)"
    "|(?<![0-9a-z.*-])[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}室?(?![0-9-])"
)
# What every door has behind its first number: looked for first, because most texts name no door.
_DOOR_WORD = re.compile("[0-9a-z一二三四五六七八九十百](?:号[楼栋]|[栋幢座#组队]|村民小?组|单元)|[0-9]-[0-9]")
_ROAD_DOOR = re.compile(f"(?:路|街|大道|巷|弄|胡同){_GAP}(?P<door>[0-9]{{1,4}}号)(?!线|楼|公交|站|门|桥|口)")
_LIVES = re.compile("家住|住址|地址|我住|住在|居住|家在|户籍地|门牌")

_KIN = (
    "女儿",
    "儿子",
    "父亲",
    "母亲",
    "丈夫",
    "妻子",
    "爱人",
    "老公",
    "老婆",
    "弟弟",
    "哥哥",
    "姐姐",
    "妹妹",
    "孙子",
    "孙女",
)
_DOUBT = {"本人": 0.05, "我是": 0.25} | dict.fromkeys(_KIN, 0.1)
_NAME_AFTER = re.compile(
    "(?P<sure>我的?名字?叫做?|我叫|本人叫|姓名(?:是|为)?|名叫|联系人(?:是|为)?|本人姓名|(?:投诉|举报|反映|申请|求助|报料|当事)人(?=[:：])"
    "|(?:村民|业主|居民|市民|户主|署名|落款|经办人|收件人)(?=[:：]))"
    f"[:： ]{{0,2}}|(?P<likely>本人|我是)|(?P<kin>{'|'.join(_KIN)})"
)
_MOST_NAMES = 40  # distinct names of one text that are looked for elsewhere in it: keeps the time linear
_AFTER_NAME = re.compile("[是家住在男女今现于系的来向从因有身和与户电手联反]|(?:先生|女士|同志|老师)")
_NOT_NAMES = re.compile(  # words that begin with a surname, and follow 我是 and 本人 oftener than a name
    "马上|高中|高龄|高度|高级|高考|高一|高二|高三|方便|方面|安全|安排|安置|安装|常年|常住|常常|常客|和谐|和平|时常|文化|成年|成家|明年|明天|"
    "明确|平时|平常|能够|"
    "全家|全部|全职|全体|全县|全市|应届|应该|从事|向您|单位|单身|单独|连续|原来|可以|万分|万般|包括|关于|关注|于是|曾经|曾多|"
    "来自|来到|何时|何种|任何|任职|水电|车主|车辆|金融|江南|江北|余款|易地|项目|管理|管委|武警|毕业|温馨|施工|程序|阳台|米田|解决|石灰"
)
_NOT_GIVEN = re.compile("[的了是有在要去来不为被把等位个名人两]|经[常过]|[一三几]个")


def find_words(folded: str) -> Iterator[Found]:
    """Everything personal in a folded text that is not a plain number; finds of two kinds may overlap."""
    yield from _emails(folded)
    for plate in _PLATE.finditer(folded):
        if sum(char.isdigit() for char in plate.group()) >= 3:
            yield Found("plate", plate.start(), plate.end(), 0.95)
    for account in _IM.finditer(folded):
        yield Found("im_account", account.start("id"), account.end("id"), 0.6 if account["group"] else 0.9)
    yield from _addresses(folded)
    yield from _names(folded)


def _emails(folded: str) -> Iterator[Found]:
    at = folded.find("@")
    while at >= 0:
        start = at
        while start > 0 and at - start < 64 and folded[start - 1] in _EMAIL_LOCAL:
            start -= 1
        domain = _EMAIL_DOMAIN.match(folded, at + 1)
        if start < at and domain and domain.group().rpartition(".")[2].isalpha():
            yield Found("email", start, domain.end(), 0.98)
        at = folded.find("@", at + 1)


def _addresses(folded: str) -> Iterator[Found]:
    for door in _DOOR.finditer(folded) if _DOOR_WORD.search(folded) else ():
        bare = "-" in door.group() and not _HAN.search(door.group())
        lives = _LIVES.search(folded, max(0, door.start() - 30), door.start())
        if not bare or lives:
            yield Found("address", door.start(), door.end(), 0.9 if not bare else 0.8)
    for door in _ROAD_DOOR.finditer(folded):
        lives = _LIVES.search(folded, max(0, door.start() - 30), door.start())
        yield Found("address", door.start("door"), door.end("door"), 0.85 if lives else 0.5)


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    sections: dict[str, str] = {}
    name = ""
    for line in data_lines("surnames.txt"):
        if line.startswith("["):
            name = line
        else:
            sections[name] = sections.get(name, "") + line
    return (
        frozenset(sections["[common]"]),
        frozenset(sections["[also words]"]),
        frozenset(sections["[double]"].split()),
    )


def _names(folded: str) -> Iterator[Found]:
    """Names announced as such, and the same names wherever else they stand."""
    known: dict[str, float] = {}
    for word in _NAME_AFTER.finditer(folded):
        found = _name_at(folded, word)
        if found:
            yield found
            name = folded[found.start : found.end]
            if found.confidence >= 0.8 and len(known) < _MOST_NAMES:
                known.setdefault(name, found.confidence if len(name) > 2 else 0.7)
    for name, confidence in known.items():
        at = folded.find(name)
        while at >= 0:
            yield Found("name", at, at + len(name), confidence)
            at = folded.find(name, at + len(name))


def _name_at(folded: str, word: re.Match[str]) -> Found | None:
    """The name that begins behind `word`, if one does: surer the plainer the word announces one."""
    start, sure = word.end(), word["sure"] is not None
    common, also_words, double = _surnames()
    surname = 2 if folded[start : start + 2] in double else 1
    first = folded[start : start + 1]
    if surname == 1 and first not in common and first not in also_words:
        return None
    if _NOT_NAMES.match(folded, start) or _NOT_GIVEN.match(folded, start + surname):
        return None
    han = start
    while han < len(folded) and han - start < surname + 4 and _HAN.match(folded[han]):
        han += 1
    doubt = 0.0 if sure else _DOUBT[word.group()]
    if surname == 1 and first in also_words:
        if word["kin"]:  # 老婆和…, 父亲从…
            return None
        doubt += 0.1
    for given in (2, 1):
        end = start + surname + given
        if end == han:
            return Found("name", start, end, round(0.9 - doubt, 2))
        if end < han and _AFTER_NAME.match(folded, end) and (sure or word["kin"]):
            return Found("name", start, end, round(0.85 - doubt, 2))
    if not sure or han <= start + surname:
        return None
    return Found("name", start, min(han, start + surname + 2), 0.8 if word["sure"].endswith("叫") else 0.6)
