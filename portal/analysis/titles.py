"""What to call a group of opinions: a clause of its members' own titles, without the words of petitioning."""

import re
from collections.abc import Mapping, Sequence, Set

from portal.analysis.normalise import fold
from portal.analysis.personal_data import find_personal_data, mask
from portal.analysis.places import places_in
from portal.analysis.terms import content_words

LONGEST_TITLE = 40
_BEFORE = re.compile(
    "(?:(?:有关部门|相关部门|职能部门|政府部门|再次|早日|尽早|强烈|紧急|急切|迫切|恳切|实名|多次|三次|严重|尽快|我要|我想|想|请|请问|麻烦|关于|有关|就(?![读业近医地餐诊])|对于|对|为(?!什么|何)|望|求|急|"
    "请求|恳请|恳求|支持(?=[通对在给为]|[a-zA-Z][0-9])|希望|盼望|期盼|期望|呼吁|要求|建议|咨询|投诉|举报|反映|反应|求助|质疑|督促|敦促|申诉|控诉|感谢|询问|了解|"
    "解决|处理|关注|重视|严查|彻查|查处|核实|调查|落实|加快推进|加快|推进|指导|监督|合理|及时|领导|政府|一下|下|帮忙|帮助|能否|可否|能(?=[在够把将给为])|能(?=优化|增加|增设|开通|解决|恢复|安装)|[在给](?=[a-zA-Z][0-9市区县])|能不能|是否能|:|：|,|，|、| ))+"
)
_AFTER = re.compile(
    "(?:(?:的|之)?(?:第[一二三四五]次|再次?)?(?:咨询|投诉|举报|反映|求助|请求|建议|(?<![遭受被])质疑|申诉|疑问|意见和建议|几点建议|一点建议|紧急求助|再次投诉|控诉)"
    "|(?:请|望|求|盼|恳请|希望|请求|急盼)(?:领导|政府|有关部门|相关部门|上级)?(?:予以|给予|尽快|早日|帮忙)?"
    "(?:解决|处理|关注|重视|答复|回复|解释|核实|查处|帮助)"
    "|[,，](?:老百姓|群众|居民|业主|村民|家长|学生)?(?:盼望|希望|请求|恳请|恳求|急盼|强烈要求).{0,12}"
    "|急急急|谢谢|[!！。.?？~～…,，、;；:： ])+$"
)
# What is asked of whom, behind such a verb: 呼吁C4市重视…, 请求A市允许…
_ASKED = re.compile(
    "^(?P<whom>[a-zA-Z]?[0-9]{0,2}[\u4e00-\u9fff]{0,4}(?:市|区|县|镇|乡))(?:人民)?(?:政府|领导|有关部门|相关部门)?"
    "(?:能够?(?!否)|可以|尽快|早日|及时|予以|大力|切实|重视|关注|允许|解决|处理|落实|支持|加强对?|帮忙|帮助|给|和)+(?![力度量])"
)
# What is asked about a thing that people complain of: the thing is the matter, not the asking.
_AGAINST = re.compile("^(?:依法|立即|坚决)?(?:撤销|撤掉|取缔|搬离|搬走|停止|叫停|关停)(?![费电水])")
_VAGUE = re.compile("(?:一事|的?事宜|的?(?:相关|有关)问题|的?事情|的事|一事的?(?:回复|答复)|的步伐)$")
_INVISIBLE = re.compile("[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff]")  # as pasted from web pages
_CLAUSES = re.compile("[,，。！!？?；;…\n]+")
_SHORTEST = 5
_SHARED = 0.4  # a word speaks for the group from this share of the other members on
_EASY = 24  # characters that are read at one glance; each further one costs
_FULL = 8  # characters of a title that says something; each missing one costs
_PLACED = 6.0  # about what one rare word weighs
_LENGTH_COST = 0.25
_EMPTY = 100.0  # what a clause costs that says nothing: 希望尽快解决


def group_title(
    titles: Sequence[str],
    support: Mapping[str, float],
    weight: Mapping[str, float],
    places: Set[str] = frozenset(),
) -> str:
    """The clause of the members' titles that says most of what they share; at most 40 characters.

    `support` is the share of the others that use a word, for one who uses it (a word of one member alone has
    none); `weight` is how rare the word is among all opinions.
    `places` are the keys (see `portal.analysis.places`) of spots and areas that most members name: a title that
    names one is better than one that names none. Personal data is starred out. Where no title is usable the longest one is cut.
    """
    best: tuple[float, int, str] | None = None
    seen: set[str] = set()
    for place, title in enumerate(dict.fromkeys(titles)):
        for clause in _clauses(title):
            if clause in seen:
                continue
            seen.add(clause)
            score = _worth(clause, support, weight) + _PLACED * _names(clause, places)
            if best is None or (-score, place) < (best[0], best[1]):
                best = (-score, place, clause)
    chosen = best[2] if best else max((title.strip() for title in titles), key=len, default="")
    return _safe(chosen[:LONGEST_TITLE])


def _clauses(title: str) -> list[str]:
    """The whole title and its clauses, cleaned; those too short or too long left out."""
    cleaned = [cleaned_title(part) for part in (title, *_CLAUSES.split(title))]
    return [part for part in dict.fromkeys(cleaned) if _SHORTEST - 1 <= len(part) <= LONGEST_TITLE]


def cleaned_title(title: str) -> str:
    """A title without the petitioner's verbs at its head and tail: 请求解决…, …的咨询."""
    text = _INVISIBLE.sub("", title).strip()
    head = _BEFORE.match(text)
    if head and len(text) - head.end() >= _SHORTEST:
        text = text[head.end() :]
        asked = _ASKED.match(text)
        if asked and len(text) - asked.end() >= _SHORTEST:
            text = asked["whom"] + text[asked.end() :]
    tail = _AFTER.search(text)
    if tail and tail.start() >= _SHORTEST - 1:
        text = text[: tail.start()]
    return _told_as_matter(text.strip(' ,，。、:：“”"'))


def _told_as_matter(text: str) -> str:
    """撤销…收集站 and …硬化一事 as 问题, which is what people call them: …收集站问题, …硬化问题."""
    against, vague = _AGAINST.match(text), _VAGUE.search(text)
    start = against.end() if against else 0
    end = vague.start() if vague else len(text)
    if not (against or vague) or end - start < _SHORTEST - 1:
        return text
    matter = text[start:end].removesuffix("的")
    return matter if matter.endswith("问题") else f"{matter}问题"


def _worth(clause: str, support: Mapping[str, float], weight: Mapping[str, float]) -> float:
    """Words that many members use raise it by their rarity, words of one member alone lower it."""
    words = dict.fromkeys(content_words(fold(clause)))
    gain = sum((support.get(word, 0.0) - _SHARED) * weight.get(word, 1.0) for word in words)
    length = max(0, len(clause) - _EASY) + max(0, _FULL - len(clause))
    return round(gain - _LENGTH_COST * length - (0.0 if words else _EMPTY), 9)


def _names(clause: str, places: Set[str]) -> bool:
    if not places:
        return False
    found, _ = places_in(fold(clause))
    return not places.isdisjoint(found.spots | found.areas)


def _safe(title: str) -> str:
    return mask(title, find_personal_data(title))
