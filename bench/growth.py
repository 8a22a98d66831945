"""Collections of any size that look like real ones: synthetic growth of real text.

Every matter takes clauses of two real messages and a place of its own; its members say most of them in their own order,
among clauses from anywhere. So the words are those that people use, and matters, places, names and near-duplicates
grow in number with the messages, while no matter swallows a fixed part of them. Where the real messages are not at hand,
the sources are those of the benchmark's grammar.
"""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from bench.data import texts
from portal.analysis.normalise import fold
from portal.analysis.places import places_in
from portal.analysis.records import Message

REAL = "messages_answered.csv"
SEED = 20261122
_GRAMMAR = 3000  # sources where there is no real message
_START = datetime(2026, 1, 1)
_CLAUSES = re.compile("[^，,。！!？?；;\r\n]+")
_SHORTEST, _LONGEST = 4, 60  # characters of a clause
_LONE = 0.7  # matters that only one person writes about, besides those that happen to have one
_TAIL = 1.5  # how seldom matters are large: one in k^1.5 has k messages
_LARGEST = 400
_MASS, _MASS_FACTOR = 0.002, 8  # matters that one letter makes, sent in by many, and how much larger they are
_COPY = 0.06  # members that send an earlier one's text again, changed a little
_COARSE = frozenset("市区县")
_OPENINGS = ("", "", "", "尊敬的领导：您好！", "您好，", "领导你好：")
_ENDINGS = ("", "", "", "谢谢！", "盼复。", "请领导重视，谢谢。")
_VERBS = ("", "", "", "关于", "请求解决", "反映", "投诉")
_EDITS = ("请", "了", "的", "都", "也", "还")
# Of which invented places are called; two of them make a name.
_NAME_CHARS = (
    "安百宝碧昌长常成翠大德东鼎定恩芳丰凤福富甘高古观光广贵国海汉和恒弘虹鸿花华欢辉惠吉佳嘉江金锦晋景静九君康兰蓝乐黎丽莲林灵龙隆"
    "鹿洛茂梅美民明南宁鹏平祁琪千青清庆泉荣瑞润三森山尚盛石世寿书松泰唐桃天田桐万望威文武西祥新兴秀雅燕阳瑶宜银盈永玉裕元园月云泽珍正"
    "芝中忠竹紫"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause in parts: even ones are text, odd ones are names of places to be put in anew."""

    parts: tuple[str, ...]

    def at(self, name: str, district: str) -> str:
        """The clause as somebody says it of another place."""
        chosen = list(self.parts)
        for number in range(1, len(chosen), 2):
            old = chosen[number]
            chosen[number] = district if old[-1] in _COARSE else name + old[2:]
        return "".join(chosen)


@dataclass(frozen=True, slots=True)
class _Source:
    title: _Piece
    clauses: tuple[_Piece, ...]


def grown(count: int, data_dir: Path | None = None, seed: int = SEED) -> Iterator[Message]:
    """`count` messages, the same for the same seed and data; `data_dir` holds the shared messages, if there."""
    chance = random.Random(seed)
    sources = _sources(data_dir)
    pool = [clause for source in sources for clause in source.clauses]
    made = 0
    while made < count:
        for title, body in _matter(chance, sources, pool, count):
            author = f"u{chance.randrange(1 + count // 2)}"
            moment = _START + timedelta(seconds=chance.randrange(180 * 86400))
            yield Message(f"{made:07}", title, body, author, moment, support=chance.choice((0, 0, 0, 1, 5)))
            made += 1
            if made == count:
                return


def patterned(count: int) -> Iterator[Message]:
    """`count` letters of the benchmark's grammar: a few patterns filled in, the same for the same count."""
    for number, text in enumerate(texts(count)):
        yield Message(f"{number:07}", text.title, text.body, f"u{number}", _START)


def _matter(
    chance: random.Random, sources: Sequence[_Source], pool: Sequence[_Piece], count: int
) -> Iterator[tuple[str, str]]:
    """The titles and bodies of one matter."""
    first, second = chance.choice(sources), chance.choice(sources)
    names = max(400, count // 4)
    name = _name(int(names * chance.random() ** 2))
    district = f"{chance.choice('ABCDEFGHJKLM')}{1 + chance.randrange(9)}区"
    told = [
        clause
        for source in (first, second)
        for clause in chance.sample(source.clauses, min(5, len(source.clauses)))
    ]
    mass = chance.random() < _MASS
    size = (
        1
        if not mass and chance.random() < _LONE
        else min(_LARGEST, int((1 - chance.random()) ** (-1 / _TAIL)) * (_MASS_FACTOR if mass else 1))
    )
    sent: list[tuple[str, str]] = []
    for _member in range(size):
        if sent and (mass or chance.random() < _COPY):
            title, body = chance.choice(sent)
            yield title, _changed(chance, body)
            continue
        topic = first.title if chance.random() < 0.7 else chance.choice(told)
        title = chance.choice(_VERBS) + topic.at(name, district)
        shared = [clause for clause in told if chance.random() < 0.6] or told[:1]
        own = [chance.choice(pool) for _clause in range(chance.choice((4, 7, 11, 16, 26)))]
        sent.append((title, _body(chance, [*shared, *own], name, district)))
        yield sent[-1]


def _body(chance: random.Random, clauses: list[_Piece], name: str, district: str) -> str:
    chance.shuffle(clauses)
    said = [clause.at(name, district) for clause in clauses]
    text = "".join(one + ("。" if number % 3 == 2 else "，") for number, one in enumerate(said))
    return chance.choice(_OPENINGS) + text[:-1] + "。" + chance.choice(_ENDINGS)


def _changed(chance: random.Random, body: str) -> str:
    """The same letter with a word put in here and there."""
    for _edit in range(chance.randrange(4)):
        at = chance.randrange(len(body) + 1)
        body = body[:at] + chance.choice(_EDITS) + body[at:]
    return body


def _name(number: int) -> str:
    """A name for each number: two characters, a third where there are more places than pairs."""
    number, last = divmod(number * 7919 % (len(_NAME_CHARS) ** 3), len(_NAME_CHARS))
    return _NAME_CHARS[number % len(_NAME_CHARS)] + _NAME_CHARS[last]


@cache
def _sources(data_dir: Path | None) -> tuple[_Source, ...]:
    real = data_dir / REAL if data_dir else None
    if real and real.is_file():
        with real.open(encoding="utf-8-sig", newline="") as stream:
            written = [(row["title"].strip(), row["body"].strip()) for row in csv.DictReader(stream)]
    else:
        written = [(text.title, text.body) for text in texts(_GRAMMAR)]
    found = []
    for title, body in written:
        clauses = [_piece(clause.strip()) for clause in _CLAUSES.findall(body)]
        clauses = [clause for clause in clauses if _SHORTEST <= len("".join(clause.parts)) <= _LONGEST]
        if clauses and title:
            found.append(_Source(_piece(title), tuple(clauses)))
    return tuple(found)


def _piece(text: str) -> _Piece:
    parts: list[str] = []
    at = 0
    for start, end in places_in(fold(text))[1]:
        if start >= at and (end - start >= 3 or text[end - 1] in _COARSE):
            parts += [text[at:start], text[start:end]]
            at = end
    return _Piece((*parts, text[at:]))
