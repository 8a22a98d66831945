"""Names that no dictionary holds and that do not end like a place's: 云锦里, 水木年华, 家家乐 are known by what follows them.

Somebody writes 云锦里楼下, another 云锦里业主: what stands right before such words in two messages, and mostly so, is what people
call a place, an estate, a shop. Where the name begins is told by its other uses: the characters before it stay the same.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import rjieba

from portal.analysis.places import is_ending
from portal.analysis.things import things_in

# What stands behind the name of a place, of one kind or another.
_BEHIND = re.compile(
    "(?=.."
    "(?:小区|社区|家属区|校区|片区|景区|的?业主|的?居民|的?住户|的?村民|的?职工|楼[上下]|门[口前]|附近|旁|周边|对面|隔壁|边上|[一二三四五六]期"
    "|[0-9]+[栋号期幢座]|[东南西北]门|项目|楼盘|工地|开发商|售楼|物业|公司|集团|超市|商场|门?店|商铺|底商|小学|中学|学校|幼儿园|学院|医院|广场|公园|市场|菜场|酒店|新[村城]))"
    "([\u4e00-\u9fff]{2})"
)
# Characters that no name holds.
_NONE = re.compile(
    "[的我们你他她它这那该本各某每全两几个条座所在到从和与及有是为被把对向往于至由前后旁边近住去进出回请求问关希将要不无没也都就还很最少了吗呢吧啊]"
)
_LEAST = 2  # messages in which such a word follows
_MOSTLY = (
    0.25  # of those who write the characters: of fewer, they are a word that may stand before such words too
)
_SAME = 0.8  # of the bearers write the same character before it: it belongs to the name
_LONGEST = 6  # characters


def called(texts: Sequence[str], fewest: int, most: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names with the rows of the (folded) texts that bear them, in the order of their characters."""
    told: Counter[str] = Counter()
    for text in texts:
        told.update(set(_BEHIND.findall(text)))
    wanted = {pair for pair, count in told.items() if count >= _LEAST and not _NONE.search(pair)}
    rows: dict[str, list[int]] = {pair: [] for pair in sorted(wanted)}
    for row, text in enumerate(texts):
        for pair in wanted.intersection(map("".join, pairwise(text))):
            rows[pair].append(row)
    for pair, bearers in rows.items():
        if fewest <= len(bearers) <= most and told[pair] >= _MOSTLY * len(bearers):
            name = _begun(pair, [texts[row] for row in bearers])
            if _may_be_called(name):
                yield name, tuple(bearers)


def _begun(name: str, texts: Sequence[str]) -> str:
    """The name with the characters before it that nearly all bearers write."""
    while len(name) < _LONGEST:
        before = Counter(text[at - 1] for text in texts if (at := text.find(name)) > 0)
        char, count = min(before.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if count < _SAME * len(texts) or _NONE.match(char) or not "\u4e00" <= char <= "\u9fff":
            break
        name = char + name
    return name


def _may_be_called(name: str) -> bool:
    """Whether it is no word of the language (幼儿园, 开发), tells of no thing (烧烤店) and is not merely an ending (佳苑)."""
    return not (rjieba.has_word(name) or things_in(name) or is_ending(name))
