"""Place names in messages, well enough to tell two estates with the same complaint apart.

There is no gazetteer: a name is known by how it ends (…小区, …路, …小学). Where it begins is not known, so
a place is keyed by the two characters before its ending: 请问明珠苑小区 and 明珠苑 give the same key.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from portal.analysis.normalise import data_lines

# Longest first; 小区 and the like behind another ending (明珠苑小区) only repeat what kind of place it is. A company that
# people complain of binds their messages as a place does.
_GENERIC = (
    "住宅小区|安置小区|小区|社区|家属区|生活区|安置区|片区|宿舍|二期|一期|三期|四期|楼盘|项目|门口|工地|公司|集团|置业|车贷|酒吧|网吧|"
    "鞋业|药业|实业|矿业|酒业|垃圾填埋场|填埋场|垃圾场|养猪场|养殖场|采石场|碎石场"
)
_SPOTS = (
    "菜市场|农贸市场|幼儿园|第?[一二三四五六七八九十](?:小学|小(?![区时孩学组]))|小学|中学|学校|"
    "职业技术学院|职业学院|职院|职校|(?:科技|师范|理工|工程|技术|医学)?学院|(?:师范|理工|农业|医科|科技)?大学|医院|卫生院|派出所|水库|水厂|电站|工业园|产业园|市场|公园|广场|大厦|酒店|"
    "宾馆|公馆|花园|家园|公寓|花苑|嘉苑|雅苑|名苑|新村|山庄|新城|名城|佳园|嘉园|华庭|豪庭|大道|公路|高速|大桥|隧道|车站|"
    "里(?=小区|社区|居民|业主|住户|附近|旁|门口|[0-9]+[号栋])|地铁站|收费站|驾校|超市|饭店|苑|府|城|园|湾|庭|郡|村|组|路(?!灯)|街(?!道)|巷|桥|站|厂|矿"
)
_AREAS = f"(?:街道|镇|乡)(?![镇乡村路街巷桥])|[山湖河](?!{_SPOTS}|[镇乡])"
# Verbs before a name are no part of it: 解决翠湖花园停车难.
_VERBS = re.compile(
    "解决|处理|治理|整治|反映|投诉|举报|咨询|建议|关注|重视|加强|希望|盼望|恳请|要求|呼吁|质疑|反对|支持|改造|取缔|查处|督促|落实|规范|完善|位于|居住"
)
# One kind of place under several names.
_SAME_KIND = {"职业技术学院": "职院", "职业学院": "职院", "职校": "职院"}
_NUMBERED_SCHOOL = re.compile("第?([一二三四五六七八九十])小学?")
# Characters that no name of a place holds.
_EMPTY = (
    "离的我们你他这那该本各某每全两几个条座所在到从和与及有是为被把对向往于至由下里内外前后旁边近住家去进出回"
    "省请求问关投诉希望建议咨询反映将要不无没也都就还很最多少年月日小旧"
)
_NAME = f"[^\\W0-9a-z_{_EMPTY}]{{2}}"
# Each pattern begins with a look at a character that it cannot do without: most places of a text have none.
_IN_ENDINGS = "".join(sorted(set(re.findall("[\u4e00-\u9fff]", f"{_GENERIC}{_SPOTS}{_AREAS}"))))
_NAMED = re.compile(
    f"(?=..[{_IN_ENDINGS}])({_NAME})"
    f"(?:(?:(?P<spot>{_SPOTS})|(?P<area>{_AREAS}))(?:{_GENERIC})?|(?:{_GENERIC}))"
)
_ENDING = re.compile(f"(?:{_SPOTS}|{_AREAS}|{_GENERIC})")
_COARSE = re.compile(f"(?:([a-z][0-9]{{0,2}})|(?=..[市区县])({_NAME}))(市(?![场民政委容价面口])|区(?!域)|县)")
# A bus, a metro line, a road, a school known by its number; which kind of line it is belongs to the name.
_NUMBERED = re.compile(
    "(?=[地轨公a-z0-9])(?:地铁|轨道交通|公交车?)?(?<![0-9])(?P<line>[a-z]?[0-9]{1,4}(?:号线|路|线|国道|省道|县道|乡道))(?:公交车?)?|[一二三四五六七八九十]{1,2}中(?![间心央国有的午旬级])"
    # A county has one of each, and calls it so.
    "|职业中专(?![生毕])|职业高中(?![生毕])|职高(?![生毕])"
)
_CODED = re.compile("[a-z][0-9]{0,2}(?:县市|市|区|县|镇)")  # names replaced by a code: A7县
_HEAD = 3  # characters of a name before those that are its key
_HAN = re.compile("[\u4e00-\u9fff]*")
_NOT_COARSE = frozenset("民小社校景地片辖市城园山厂矿库郊牧灾疫舍墅新老旧商超他户置发行")


@cache
def _not_places() -> tuple[frozenset[str], frozenset[str]]:
    """Words that end like places and name none; what stands where a name would and is none: kinds, plain words."""
    sections: dict[str, set[str]] = {}
    for line in data_lines("place_words.txt"):
        if line.startswith("["):
            section = sections.setdefault(line, set())
        else:
            section.update(line.split())
    return frozenset(sections["[words]"]), frozenset(sections["[kinds]"] | sections["[plain]"])


@dataclass(frozen=True, slots=True)
class Places:
    """What one message says of where: keys of cities, districts, areas (towns, lakes) and spots."""

    cities: frozenset[str]
    districts: frozenset[str]
    areas: frozenset[str]
    spots: frozenset[str]

    def or_else(self, other: "Places") -> "Places":
        """These places, and at each level that names none the other's."""
        return Places(
            self.cities or other.cities,
            self.districts or other.districts,
            self.areas or other.areas,
            self.spots or other.spots,
        )


def is_ending(text: str) -> bool:
    """Whether a text is nothing but what the names of places end with: 雅苑, 大道."""
    return _ENDING.fullmatch(text) is not None


def _is_name(name: str, ending: str) -> bool:
    words, no_names = _not_places()
    return not (name in no_names or name + ending in words or name[1:] + ending in words)


@lru_cache(maxsize=4096)
def _kind(ending: str) -> str:
    """An ending as keys spell it: 第一小学 and 一小 are one."""
    return _SAME_KIND.get(ending) or _NUMBERED_SCHOOL.sub(r"\1小", ending)


def places_in(folded: str) -> tuple[Places, list[tuple[int, int]]]:
    """Place keys in a folded text, and the ranges where the names stand, in order."""
    cities, districts, ranges = _coarse(folded)
    areas: set[str] = set()
    spots: set[str] = set()
    for match in _NAMED.finditer(_blanked(folded, ranges)):
        name, ending = match[1], match["spot"] or match["area"] or ""
        if _is_name(name, ending):
            (areas if match["area"] else spots).add(name + _kind(ending))
            ranges.append(match.span())
    for match in _NUMBERED.finditer(folded):
        spots.add(match["line"] or match[0])
        ranges.append(match.span())
    found = Places(frozenset(cities), frozenset(districts), frozenset(areas), frozenset(spots))
    return found, _with_heads(folded, sorted(ranges))


def _with_heads(folded: str, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges, each begun where the one before it ends if a few characters are between: 天心区(涉外)景园."""
    begun = ranges[:1]
    for start, end in ranges[1:]:
        before = begun[-1][1]
        named = start - before <= _HEAD and _HAN.fullmatch(folded, before, start)
        begun.append((before if named else start, end))
    return begun


def _blanked(folded: str, ranges: Sequence[tuple[int, int]]) -> str:
    """The text with the ranges (in order) and all coded names blanked out, so that no further name begins in one."""
    text = _VERBS.sub("  ", _CODED.sub(lambda coded: " " * len(coded.group()), folded))
    pieces: list[str] = []
    at = 0
    for start, end in ranges:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _coarse(folded: str) -> tuple[set[str], set[str], list[tuple[int, int]]]:
    """Keys of cities and of districts, and where they stand."""
    cities: set[str] = set()
    districts: set[str] = set()
    ranges: list[tuple[int, int]] = []
    for match in _COARSE.finditer(folded):
        if match[1]:  # a7县 lies in a市
            cities.add(match[1][0] + "市")
            if len(match[1]) > 1:
                districts.add(match[0])
        elif match[2][1] in _NOT_COARSE:
            continue
        else:
            (cities if match[3] == "市" else districts).add(match[0])
        ranges.append(match.span())
    return cities, districts, ranges
