"""Personal data written in words: names, addresses down to the door, accounts, plates, e-mail.

All patterns are anchored on a word or a character class and repeat at most a fixed number of times, so
that the work at each place of the text is bounded and the whole is linear.
"""

import re
from collections.abc import Iterator

from portal.analysis.personal_kinds import Found
from portal.analysis.personal_names import find_names

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
    f"(?:{_NUMBER}(?:室|房间|房|号房|号(?!门面|铺|商铺)|户(?!型))"
    "|[0-9]{3,4}(?![*]|,?[0-9]|[.][0-9]|元|万|平|户|人|年|米|多|余|个|名|家|路|天|套|间|幢|栋|平))"
)
_GAP = "[ ,，-]?"
# Building and door of a dwelling (12栋802户) are personal data even where they are the matter: a moderator who sees that
# the public needs them takes the tick away, and what was published cannot be taken back.
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
_LIVES = re.compile("家住|住址|地址|我住|住在|居住|家在|户籍地|门牌|房号|房间号")


def find_words(folded: str) -> Iterator[Found]:
    """Everything personal in a folded text that is not a plain number; finds of two kinds may overlap."""
    yield from _emails(folded)
    for plate in _PLATE.finditer(folded):
        if sum(char.isdigit() for char in plate.group()) >= 3:
            yield Found("plate", plate.start(), plate.end(), 0.95)
    for account in _IM.finditer(folded):
        yield Found("im_account", account.start("id"), account.end("id"), 0.6 if account["group"] else 0.9)
    yield from _addresses(folded)
    yield from find_names(folded)


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
