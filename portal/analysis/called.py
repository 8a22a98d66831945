"""Names that no dictionary holds and that do not end like a place's: 云锦里, 水木年华, 家家乐 are known by what follows them.

Somebody writes 云锦里楼下, another 云锦里业主: what stands right before such words in two messages, and mostly so, is what people
call a place, an estate, a shop. Where the name begins is told by its other uses: the characters before it stay the same.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import rjieba

from portal.analysis.openings import Letter, opening
from portal.analysis.places import is_ending
from portal.analysis.spread import spread, together
from portal.analysis.terms import stop_words
from portal.analysis.thing_words import things_in

# What stands behind the name of a place, of one kind or another.
_BEHIND = re.compile(
    "(?=[\u4e00-\u9fff]{2}"
    "(?:小区|社区|家属区|校区|片区|景区|的?业主|的?居民|的?住户|的?村民|的?职工|楼[上下]|门[口前]|附近|旁|周边|对面|隔壁|边上|[一二三四五六]期"
    "|[0-9]+[栋号期幢座]|[东南西北]门|项目|楼盘|工地|开发商|售楼|物业|公司|集团|超市|商场|门?店|商铺|底商|小学|中学|学校|幼儿园|学院|医院|广场|公园|市场|菜场|酒店|宾馆|新[村城]|健身|酒吧|茶楼|会所|足浴|网吧|影[院楼]|驾校|培训|教育|美容|美发|口腔|诊所|药[店房]|卫生[院室]|[敬养]老院|福利院|殡仪馆|公墓|陵园|商业街|步行街|美食街|小吃街|夜市|水厂|电站|猪场|鸡场|砖厂|石场|砂场|工业园|产业园|物流|快递|平台|软件|理财|车贷|投资|旅行社|客运|巴士|车站|码头|大桥|隧道|水库))"
)
_HAN = re.compile("[\u4e00-\u9fff]+")
_ENDINGS = (
    2,
    3,
)  # characters by which a name is looked for: two may end other names as well (锦悦天地, 新天地)
# Characters that no name holds.
_NONE = re.compile(
    "[的我们你他她它这那该本各某每全两几个条座所在到从和与及有是为被把对向往于至由前后旁边近住去进出回请求问关希将要不无没也都就还很最少了吗呢吧啊]"
)
_COARSE = frozenset("市区县镇乡号第")  # end the name before: A6区月亮岛
_DONE = frozenset(("v", "vn", "d", "c", "p"))  # what the dictionary calls verbs, adverbs and the like
_LEAST = 2  # messages in which such a word follows
_MOSTLY = (
    0.25  # of those who write the characters: of fewer, they are a word that may stand before such words too
)
_SAME = 0.8  # of the bearers write the same character before it: it belongs to the name
_LONGEST = 6  # characters
_TOGETHER = 4000  # messages that a process reads together


def called(
    letters: Callable[[Iterable[int]], list[Letter]],
    count: int,
    fewest: int,
    most: int,
    seeds: Mapping[str, int],
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names with the rows of the messages that bear them, in the order of their characters; none with the rows of another.

    `letters` gives what is read of some rows among `count`. `seeds` are ends of names that are known already, with how many
    messages say that they are.
    """

    def parts() -> Iterator[tuple[int, list[Letter]]]:
        for start in range(0, count, _TOGETHER):
            yield start, letters(range(start, min(count, start + _TOGETHER)))

    uses: Counter[str] = Counter()
    for counted in spread(_told, None, parts(), count):
        uses.update(counted)
    uses.update(seeds)
    told = {ending: told for ending, told in uses.items() if told >= _LEAST and _may_end(ending)}
    # In four bytes each: every message holds many endings. Of one that more bear than may, it does not matter who else does.
    rows = {ending: array("i") for ending in sorted(told)}
    for found in spread(_bearers, frozenset(told), parts(), count):
        for ending, bearers in found.items():
            if len(rows[ending]) <= most:
                rows[ending].extend(bearers)
    likely = [
        (ending, bearers)
        for ending, bearers in rows.items()
        if fewest <= len(bearers) <= most and told[ending] >= _MOSTLY * len(bearers)
    ]
    batches = together(likely, lambda one: len(one[1]), _TOGETHER)
    asked = ([(ending, letters(bearers)) for ending, bearers in batch] for batch in batches)
    names = (name for part in spread(_names, None, asked, count) for name in part)
    known: dict[tuple[int, ...], str] = {}
    for (_, bearers), name in zip(likely, names, strict=True):
        if _may_be_called(name):
            known.setdefault(tuple(bearers), name)
    yield from sorted((name, bearers) for bearers, name in known.items())


def _told(_: None, part: tuple[int, list[Letter]]) -> Counter[str]:
    """The last two and three characters of what may be names, with how many messages tell so by what stands behind them."""
    told: Counter[str] = Counter()
    for text in map(opening, part[1]):
        ends = {found.end() + 2 for found in _BEHIND.finditer(text)}
        told.update({text[end - size : end] for end in ends for size in _ENDINGS if size <= end})
    return told


def _may_end(ending: str) -> bool:
    """Whether a name may end so."""
    return bool(_HAN.fullmatch(ending)) and not (_NONE.search(ending) or ending[0] in _COARSE)


def _bearers(endings: frozenset[str], part: tuple[int, list[Letter]]) -> dict[str, "array[int]"]:
    """In which messages each of the endings stands."""
    start, letters = part
    found: defaultdict[str, array[int]] = defaultdict(partial(array, "i"))
    for row, letter in enumerate(letters, start):
        for ending in endings & _runs(opening(letter)):
            found[ending].append(row)
    return dict(found)


def _names(_: None, part: Sequence[tuple[str, list[Letter]]]) -> list[str]:
    return [_begun(ending, [opening(letter) for letter in letters]) for ending, letters in part]


def _runs(text: str) -> set[str]:
    return {text[at : at + size] for size in _ENDINGS for at in range(len(text) - size + 1)}


def _begun(name: str, texts: Sequence[str]) -> str:
    """The name with the characters before it that nearly all bearers write."""
    while len(name) < _LONGEST:
        before = Counter(text[at - 1] for text in texts if (at := text.find(name)) > 0)
        char, count = min(before.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if count < _SAME * len(texts) or _NONE.match(char) or char in _COARSE or not _HAN.match(char):
            break
        name = char + name
    return name


def _may_be_called(name: str) -> bool:
    """Whether it is no word of the language (幼儿园, 开发), tells of no thing (烧烤店), is not merely an ending (佳苑, 苑小区)
    and no name with a word that says nothing (影响泉塘) or something done (点建设)."""
    if rjieba.has_word(name) or things_in(name) or is_ending(name) or name[-2:] in stop_words():
        return False
    # Of a word that the dictionary does not hold its tag is a guess.
    if any(len(word) > 1 and tag in _DONE and rjieba.has_word(word) for word, tag in rjieba.tag(name)):
        return False
    return len(name) > 3 or not (is_ending(name[1:]) or name[:2] in stop_words())
