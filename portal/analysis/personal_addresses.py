"""Addresses down to the door: 6栋2单元1203室, 石桥村8组26号, 家住解放路123号.

Building and door of a dwelling are personal data even where they are the matter: a moderator who sees that the public
needs them takes the tick away, and what was published cannot be taken back. A building alone (3栋的电梯) is none.

All patterns are anchored on a character class and repeat at most a fixed number of times: the work at each place of the
text is bounded.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from portal.analysis.personal_kinds import Found

_HAN_NUMBER = "[〇零一二三四五六七八九十百]{1,5}"
STEMS = "甲乙丙丁戊"  # which of several buildings: 丙栋
_NUMBER = f"(?:[甲乙丙丁]?[0-9]{{1,4}}|[a-z][0-9]{{0,3}}|[{STEMS}]|{_HAN_NUMBER})"
_GAP = "[ ,，-]?"
_NOT_COUNTED = "(?![ -]?[*]|[0-9]|[,.][0-9]|[元万平户人年米多余个名家路天套间幢栋楼层部台株棵])"
_ROOM = (
    f"(?:(?![0-9]{{0,2}}00户){_NUMBER} ?(?:室|房间|房|号房|号(?!门面|铺|商铺)|户(?!型))"
    f"|{_NUMBER} ?[楼层][左右东西中](?:边|侧|手|面)?户?(?![\u4e00-\u9fff])|[0-9]{{3,4}}{_NOT_COUNTED}|[〇零一二三四五六七八九]{{3,4}}(?![*〇零一二三四五六七八九十百元万平户人年米多余个名家路天套间]))"
)
_FLOOR = f"(?:{_NUMBER} ?(?:楼|层){_GAP})?"
_ENTRANCE = f"(?:{_NUMBER}|[东南西北中]){{1}} ?(?:单元|门|梯)"
_PART = "(?:号[楼栋]|[栋幢座#组队弄]|村民小?组|单元)"
# Behind numbers of which the last is a room: no other number, and no word that says what the last one is instead.
_ALL_TOLD = f"(?![*0-9-]| ?{_PART})"
_NOT_BEFORE = "(?<![0-9a-z*])"
_DOOR = re.compile(
    # A cheap look at what follows, because nearly every place of a text is none where a door begins.
    f"(?=(?:[0-9a-z{STEMS}〇零一二三四五六七八九十百]{{1,5}} ?[号栋幢座#组队期区弄单村-]|第[0-9一二三四五六七八九十]))(?:"
    f"{_NOT_BEFORE}(?:[0-9]{{1,4}}号院?{_GAP}|{_NUMBER}期{_GAP}|[a-z]区{_GAP})?{_NUMBER} ?(?:号楼|号栋|栋|幢|座|#[楼栋]?){_GAP}"
    f"(?:{_ENTRANCE}{_GAP}|[0-9]{{1,2}}-)?{_FLOOR}{_ROOM}"
    f"|{_NOT_BEFORE}{_NUMBER} ?单元{_GAP}{_FLOOR}{_ROOM}"
    f"|{_NOT_BEFORE}[0-9]{{1,4}}弄{_GAP}[0-9]{{1,4}}号(?!线|楼|门口)(?:{_GAP}{_FLOOR}{_ROOM})?"
    f"|{_NOT_BEFORE}第?{_NUMBER}(?:村民小?组|组|队){_GAP}{_NUMBER}(?:号|户)(?!线|楼|令|文)"
    f"|(?<![0-9a-z.*-])[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{3,4}}室?{_ALL_TOLD}"
    f"|(?<![0-9a-z.*-])[a-z]?[0-9]{{1,3}}-[0-9]{{3,4}}室?{_ALL_TOLD})"
)
# What every door has behind its first number: looked for first, because most texts name no door.
_DOOR_WORD = re.compile(f"[0-9a-z{STEMS}〇零一二三四五六七八九十百] ?{_PART}|[0-9]-[0-9]")
_ROAD_DOOR = re.compile(
    f"(?:路|街|大道|巷|弄|胡同){_GAP}(?P<door>(?:[0-9]{{1,4}}(?:-[0-9]{{1,3}})?|(?P<spelled>{_HAN_NUMBER}))号"
    "(?:附[0-9]{1,3}号|之[0-9一二三四五六七八九]{1,2}|院)?)(?!线|楼|公交|站|门|桥|口|文|令)"
)
_ALWAYS_A_DOOR = re.compile("附|之|院")  # 12号附3号 is where somebody lives, 12号 may be where an office is
# A number behind the name of a village or estate, where somebody says to live there: 家住官黎坪17号. Behind that of a village
# it may be a house whatever else is said: 上泉村12号; but not that of 我村12号停电, a day.
_VILLAGES = "村屯庄寨"
_OF_NO_NAME = frozenset("我全本各该农乡")
_DAY = re.compile(
    "[上中下]午|[早晚][上间]?|夜|凌晨|停|开|起|到|至|以[前后]|之[前后]|就|又|[^,，。;；]{0,4}日"
)
_NUMBERED = re.compile(
    f"[{_VILLAGES}湾坪屋坳冲岭坝垸沟里园苑巷坊](?P<door>(?:[0-9]{{1,4}}|{_HAN_NUMBER})号(?:附[0-9]{{1,3}}号)?)(?!线|楼|令|文|公交|站|门(?!前)|桥|口|院|车)"
)
# A plate at a door, and a house of a village group that has a name instead of a number.
_PLATED = re.compile(
    f"(?:门牌(?:号码?)?[是为:： ]{{0,2}}|村[\u4e00-\u9fff]{{1,4}}(?:组|湾|屋场){_GAP})(?P<door>(?:[0-9]{{1,4}}|{_HAN_NUMBER})号)"
    "(?!线|楼|令|文|公交|站|门|桥|口)"
)
_LIVES = re.compile("家住|住址|地址|我住|住在|居住|家在|户籍地|门牌|房号|房间号|住着")
_BEFORE = 26  # characters between such a word and the door
_LIVES_THERE = re.compile("室|号?的?(?:业主|住户|房主|户主|租户)")
_HAN = re.compile("[\u4e00-\u9fff#]")


def find_addresses(folded: str) -> Iterator[Found]:
    """Addresses in a folded text; one that is but a number behind a road is sure only where somebody says to live there."""
    said = [word.end() for word in _LIVES.finditer(folded)]
    for door in _DOOR.finditer(folded) if _DOOR_WORD.search(folded) else ():
        if _HAN.search(door.group().removesuffix("室")):
            yield Found("address", door.start(), door.end(), 0.9)
        elif (
            (door.group().count("-") == 2 and _said_to_live(said, door))
            or door.group().endswith("室")
            or _LIVES_THERE.match(folded, door.end())
        ):
            yield Found("address", door.start(), door.end(), 0.8)
    for door in _ROAD_DOOR.finditer(folded):
        lives = _said_to_live(said, door) or _ALWAYS_A_DOOR.search(door["door"]) is not None
        if lives or not door["spelled"]:
            yield Found("address", door.start("door"), door.end("door"), 0.85 if lives else 0.5)
    for door in _NUMBERED.finditer(folded):
        lives = _said_to_live(said, door)
        if lives or _is_house_of_a_village(folded, door):
            yield Found("address", door.start("door"), door.end("door"), 0.85 if lives else 0.5)
    for door in _PLATED.finditer(folded):
        yield Found("address", door.start("door"), door.end("door"), 0.85)


def _is_house_of_a_village(folded: str, door: re.Match[str]) -> bool:
    """Whether a number stands behind the name of a village, and is no day on which something happens there."""
    return (
        door.group()[0] in _VILLAGES
        and door["door"][0].isdecimal()
        and folded[max(0, door.start() - 1) : door.start()] not in _OF_NO_NAME
        and not _DAY.match(folded, door.end())
    )


def _said_to_live(said: list[int], door: re.Match[str]) -> bool:
    """Whether somebody says in the words before, which end at the places `said`, that this is where a person lives."""
    last = bisect_right(said, door.start()) - 1
    return last >= 0 and said[last] >= door.start() - _BEFORE
