"""Place names in messages, well enough to tell two estates with the same complaint apart.

There is no gazetteer: a name is known by how it ends (…小区, …路, …小学). Where it begins is not known, so
a place is keyed by the two characters before its ending: 请问明珠苑小区 and 明珠苑 give the same key.
"""

import re
from dataclasses import dataclass
from functools import cache

from portal.analysis.normalise import data_lines

# Longest first; 小区 and the like behind another ending (明珠苑小区) only repeat what kind of place it is.
_GENERIC = "住宅小区|安置小区|小区|社区|家属区|生活区|宿舍|二期|一期|三期|四期|楼盘|项目|门口|工地"
_ENDINGS = (
    "幼儿园|小学|中学|一中|二中|三中|学校|学院|大学|职校|医院|卫生院|派出所|水库|水厂|电站|工业园|产业园|市场|公园|广场|大厦|酒店|"
    "宾馆|公馆|花园|家园|公寓|花苑|嘉苑|雅苑|名苑|新村|山庄|新城|名城|佳园|嘉园|华庭|豪庭|大道|街道|公路|高速|大桥|隧道|车站|"
    "地铁站|收费站|公司|集团|驾校|超市|饭店|苑|府|城|园|湾|庭|郡|居|村|镇|乡|路|街|巷|桥|站|山|湖|河|厂|矿"
)
_FINE = re.compile(f"([\u4e00-\u9fff]{{2}})({_ENDINGS})(?:{_GENERIC})?|([\u4e00-\u9fff]{{2}})({_GENERIC})")
_COARSE = re.compile("(?:([a-z][0-9]{0,2})|([\u4e00-\u9fff]{2}))(市|区|县)")
_LINE = re.compile(
    "(?<![0-9])[a-z]?[0-9]{1,4}(?:号线|路|线|国道|省道|县道|乡道)"
)  # a bus, a metro line, a road by number
_CODED = re.compile("[a-z][0-9]{0,2}(?:县市|市|区|县|镇)")  # names replaced by a code: A7县
_NOT_COARSE = frozenset("小社校景地片辖市城园山厂矿库郊牧灾疫舍新老旧商超他户置发行")
_EMPTY = frozenset(
    "的我们你他这那该本各某每全一二三四五六七八九十两几个条座所在到从和与及有是为被把对向往于至由上下里内外中前后旁边近住家去进出回"
    "请求问关投诉希望建议咨询反映将要不无没也都就还很最多少年月日大小新老旧"
)


@cache
def _not_places() -> tuple[frozenset[str], frozenset[str]]:
    """Words that end like places and name none; kinds that stand where a name would."""
    sections: dict[str, set[str]] = {}
    for line in data_lines("place_words.txt"):
        if line.startswith("["):
            section = sections.setdefault(line, set())
        else:
            section.update(line.split())
    return frozenset(sections["[words]"]), frozenset(sections["[kinds]"])


@dataclass(frozen=True, slots=True)
class Places:
    """The cities, districts and named places (fine) that one message speaks of, as keys."""

    cities: frozenset[str]
    districts: frozenset[str]
    fine: frozenset[str]


def _fine_key(name: str, ending: str) -> str | None:
    words, kinds = _not_places()
    if name in kinds or name + ending in words or name[1:] + ending in words:
        return None
    return None if any(char in _EMPTY for char in name) else name + ending


def places_in(folded: str) -> tuple[Places, list[tuple[int, int]]]:
    """Place keys in a folded text, and the ranges where the names stand, in order."""
    cities, districts, fine, ranges = set(), set(), set(), []
    for match in _COARSE.finditer(folded):
        if match[1] or match[2][1] not in _NOT_COARSE:
            if match[1]:  # a7县 lies in a市
                cities.add(match[1][0] + "市")
            if match[3] != "市" or (match[1] and len(match[1]) > 1):
                districts.add(match[0])
            else:
                cities.add(match[0])
            ranges.append(match.span())
    for match in _FINE.finditer(_CODED.sub(lambda coded: "\n" * len(coded.group()), folded)):
        key = _fine_key(match[1] or match[3], match[2] or "")
        if key:
            fine.add(key)
            ranges.append(match.span())
    for match in _LINE.finditer(folded):
        fine.add(match[0])
        ranges.append(match.span())
    return Places(frozenset(cities), frozenset(districts), frozenset(fine)), sorted(ranges)
