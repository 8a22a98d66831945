"""Messages that enumerate several points (一、二、三; 1. 2.; 首先…其次…): proposals where to split them.

About one message in ten does. A person decides; the machine only says where the points would begin and end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.analysis.normalise import fold, matter_range

_HAN = "一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_COUNT = f"(?P<han>十?[{_HAN}]|十)"
# Each way to number points, outer ones first where two begin at the same place.
_WAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|(?<=[\s。!?;:,)”])){_COUNT}[、.:]",
        rf"\({_COUNT}\)[、.:,]?",
        rf"第{_COUNT}(?:点|个问题|个建议)?[、.,:是 ]{{1,2}}",
        r"(?<![0-9a-z.*/-])(?P<number>[1-9][0-9]?)(?:、|[.](?![0-9])|:(?![0-9]))",
        r"(?<![0-9a-z.*/-])\(?(?P<number>[1-9][0-9]?)\)[、.:,]?",
        rf"(?P<circled>[{_CIRCLED}])[、.]?",
        rf"(?:^|(?<=[\s。!?;:,])){_COUNT}(?:是|来)[,:]?(?!否|不是)",
        rf"其{_COUNT}[、,:是]?",
        r"(?:^|(?<=[\s。!?;:,]))(?P<word>首先|其次|再次|再者|最后)[,:]?",
    )
)
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 4}
_SHORTEST = 8  # letters and digits of a point; what is shorter is a heading, or 1、2、3栋
_CONTENT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Points:
    """Where one message may be split: ranges of the original text, in order, none overlapping another.

    `lead` stands before the first point and may say what all of them are about. Each point begins behind its
    number. What follows the last one (thanks, a signature) belongs to none.
    """

    lead: tuple[int, int]
    points: tuple[tuple[int, int], ...]


def propose_points(text: str) -> Points | None:
    """Where to split a message that enumerates at least two points; None where it does not.

    Numbers must run 1, 2, 3… without a gap; of two ways to number in one message the one that begins first is
    taken, so that 一、 and not the 1. below it makes the points. Time is linear in the length of the text.
    """
    folded = fold(text)
    start, end = matter_range(text)
    chains = [chain for way in _WAYS if (chain := _chain(folded, way, start, end))]
    if not chains:
        return None
    marks = min(chains, key=lambda chain: chain[0][0])
    begins = [behind for _, behind in marks]
    ends = [first for first, _ in marks[1:]]
    ranges = [
        _trimmed(text, *piece)
        for piece in zip(begins, [*ends, _end_of_last(text, begins, ends, end)], strict=True)
    ]
    return Points(_trimmed(text, start, marks[0][0]), tuple(ranges))


def _chain(folded: str, way: re.Pattern[str], start: int, end: int) -> list[tuple[int, int]] | None:
    """Ranges of the numbers 1, 2, 3… of one way, two at least, with enough behind each of them."""
    chain: list[tuple[int, int]] = []
    best: list[tuple[int, int]] = []
    expected = 1
    for value, first, behind in _numbers(folded, way, start, end):
        worded = way is _WAYS[-1]
        fits = value == expected or (worded and chain and value > expected)
        if fits and (not chain or _says_something(folded, chain[-1][1], first)):
            chain.append((first, behind))
            expected = value + 1
        elif value == 1:
            best = max(best, chain, key=len)
            chain, expected = [(first, behind)], 2
    chain = max(best, chain, key=len)
    if len(chain) > 1 and not _says_something(folded, chain[-1][1], end):
        chain.pop()
    return chain if len(chain) > 1 else None


def _numbers(folded: str, way: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The numbers of one way: value, where it begins, where the point begins behind it."""
    for match in way.finditer(folded, start, end):
        kind = match.lastgroup or ""
        number = match[kind]
        if kind == "han":
            value = _value(number)
        elif kind == "number":
            value = int(number)
        elif kind == "circled":
            value = _CIRCLED.index(number) + 1
        else:
            value = _WORDS[number]
        yield value, match.start(), match.end()


def _value(numeral: str) -> int:
    """What a Chinese numeral from 1 to 19 means."""
    tens = 10 if numeral[0] == "十" else 0
    return tens + (_HAN.index(numeral[-1]) + 1 if numeral[-1] in _HAN else 0)


def _says_something(folded: str, start: int, end: int) -> bool:
    return (
        sum(1 for _, _ in zip(range(_SHORTEST), _CONTENT.finditer(folded, start, end), strict=False))
        == _SHORTEST
    )


def _end_of_last(text: str, begins: list[int], ends: list[int], end: int) -> int:
    """The end of the last point: of its line where all others are one line each, else of the matter."""
    others = (text[start:stop].strip() for start, stop in zip(begins, ends, strict=False))
    if any("\n" in other for other in others) or "\n" not in text[begins[0] : begins[-1]]:
        return end
    line = text.find("\n", begins[-1], end)
    return line if line >= 0 else end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
