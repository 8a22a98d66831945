"""What a message is for: to ask, to get help, to propose, to complain, to report a wrong, or to thank.

Nobody labels kinds by hand, so rules decide: words that people use for each of them, the verb with
which a title begins or ends, and question marks. No numpy: a page may ask while a person writes.
"""

import re
from functools import cache
from typing import Literal, get_args

from portal.analysis.normalise import data_lines, fold, matter_range

Kind = Literal["咨询", "求助", "建言", "投诉", "举报", "感谢"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FALLBACK: Kind = "求助"  # who names neither question, wish nor wrong still wants something done

_IN_THE_WAY = "无"
_TITLE_WEIGHT = 2.0
_OPENING_WEIGHT = 3.0  # the verb that opens or closes a title is what its writer calls the message
_QUESTION_WEIGHT = 2.0
_HEAD, _TAIL = 200, 120  # characters of a body that are read: how it begins, and what it asks for
_OPENING = re.compile("^(?:关于|再次|强烈|我想|我要|实名|紧急|特此|急|[^\\w])*")
_CLOSING = re.compile("(?:的?(?:问题|事宜|信|函|相关|有关|几点|一点|一些|些|诉求|情况)|[^\\w])*$")
_QUESTION = re.compile("[?？]|[吗呢么]$")
# Where two kinds speak alike, the graver reading is the safer one: a report of a wrong must not be lost.
_GRAVEST: tuple[Kind, ...] = ("举报", "投诉", "建言", "咨询", "感谢", "求助")


@cache
def _cues() -> dict[str, tuple[str, float]]:
    """Each cue word with its kind and its weight."""
    cues = {}
    for line in data_lines("kind_words.txt"):
        kind, weight, words = (part.strip() for part in line.split("|"))
        cues.update({word: (kind, float(weight)) for word in words.split()})
    return cues


@cache
def _pattern() -> re.Pattern[str]:
    """All cue words as one alternation, the longest first."""
    return re.compile("|".join(sorted(map(re.escape, _cues()), key=len, reverse=True)))


def _add(scores: dict[Kind, float], words: set[str], factor: float) -> None:
    for word in words:
        name, weight = _cues()[word]
        for kind in KINDS:
            if kind == name:
                scores[kind] += factor * weight


def _opening_words(title: str) -> set[str]:
    """The cues that open or close a title, courtesies around it left aside."""
    found = set()
    opening = _pattern().match(title, _OPENING.match(title).end())  # type: ignore[union-attr]
    if opening:
        found.add(opening.group())
    closing = title[: _CLOSING.search(title).start()]  # type: ignore[union-attr]
    found.update(word for word in _pattern().findall(closing) if closing.endswith(word))
    return found


def kind_scores(title: str, body: str) -> dict[Kind, float]:
    """How strongly a message speaks for each kind, ≥ 0; all 0 where it says nothing.

    A cue counts once in the title and once in the head and tail of the body, greeting and sign-off left
    aside; more in the title, most where it opens or closes it.
    """
    scores = dict.fromkeys(KINDS, 0.0)
    folded = fold(title).strip()
    start, end = matter_range(body)
    matter = fold(body[start:end])
    read = matter if len(matter) <= _HEAD + _TAIL else f"{matter[:_HEAD]}\n{matter[-_TAIL:]}"
    _add(scores, set(_pattern().findall(folded)), _TITLE_WEIGHT)
    _add(scores, set(_pattern().findall(read)), 1.0)
    _add(scores, _opening_words(folded), _OPENING_WEIGHT)
    for text, factor in ((folded, _TITLE_WEIGHT), (matter[-_TAIL:].strip(), 1.0)):
        scores["咨询"] += _QUESTION_WEIGHT * factor * bool(_QUESTION.search(text))
    return scores


def kind_of(title: str, body: str) -> Kind:
    """The likeliest kind of a message; 求助 where it says nothing of what it wants."""
    scores = kind_scores(title, body)
    best = max(scores.values())
    if not best:
        return FALLBACK
    return next(kind for kind in _GRAVEST if scores[kind] == best)
