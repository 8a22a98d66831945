"""One way to read what people write: fold characters for matching, tell letter formulas from the matter.

Nothing here changes the length of a text, so that every offset found in a folded text is an offset
into the original.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import add
from typing import Literal

# Where compatibility characters stand for one ordinary character (full-width forms, radicals, compatibility
# ideographs, mathematical digits). Circled numbers are left out: ①138… is a list item, not one number.
_COMPATIBLE = (
    (0xA0, 0x100),
    (0x2000, 0x2070),
    (0x2F00, 0x2FE0),
    (0x3000, 0x3001),
    (0xF900, 0xFB00),
    (0xFE30, 0xFFF0),
    (0x1D400, 0x1D800),
    (0x2F800, 0x2FA20),
)
_COMMON = (0x3000, 0xA000)  # where nearly all characters of a Chinese text stand
# What nearly every text holds. Replaced first, so that most texts need no look at each of their characters.
_FREQUENT = tuple(zip("，！？：；（）～\u3000％．", ",!?:;()~ %.", strict=True))
# The only letters whose lower case is longer than one character or depends on the neighbours.
_ODD_LOWER = {"İ": "i", "Σ": "σ", "ς": "σ"}
_CLAUSE_ENDS = "，,。．.！!？?：:；;、~～…\n\r\t　 "
_BETWEEN = re.compile(f"[{re.escape(_CLAUSE_ENDS)}]*")
_FORMULAS = 120  # characters at each end of a message that are searched for formulas
_LONGEST_FORMULA = 40  # characters; a longer clause says something
_CLAUSE = re.compile(f"[^{re.escape(_CLAUSE_ENDS)}]{{0,{_LONGEST_FORMULA + 1}}}")

PartKind = Literal["greeting", "matter", "sign_off"]


@dataclass(frozen=True, slots=True)
class Part:
    """A range of one text: the pasted head of a letter, its matter, or its pasted tail."""

    kind: PartKind
    start: int
    end: int


def data_lines(name: str) -> list[str]:
    """The lines of a data file of the engine, without comments and empty ones."""
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def _fold_table() -> dict[int, str]:
    table = {ord(odd): plain for odd, plain in _ODD_LOWER.items()}
    for first, last in _COMPATIBLE:
        for code in range(first, last):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                table[code] = plain
    for line in data_lines("traditional_simplified.txt"):
        table.update((ord(pair[0]), pair[1]) for pair in line.split())
    settled = {code: _settled(plain, table) for code, plain in table.items()}
    # str.translate takes twice as long over a character that the table lacks.
    return {code: chr(code) for code in range(*_COMMON)} | settled


def _settled(char: str, table: dict[int, str]) -> str:
    """Follow the table to its end, so that folding twice is folding once."""
    for _ in range(4):
        after = table.get(ord(char), char)
        after = _ODD_LOWER.get(after, after.lower() if len(after.lower()) == 1 else after)
        if after == char:
            break
        char = after
    return char


@cache
def _folded_otherwise() -> re.Pattern[str]:
    """A character that the table changes; those outside the Basic Multilingual Plane are not told apart."""
    changed = [chr(code) for code, plain in _fold_table().items() if chr(code) != plain and code < 0x10000]
    return re.compile(f"[{re.escape(''.join(changed))}\U00010000-\U0010ffff]")


def fold(text: str) -> str:
    """The same text for matching: simplified, half-width, lower case; as long as `text`, char by char.

    Folding twice is folding once. Traditional characters with several simplified forms get the most
    frequent one (OpenCC's first), so a folded text is for comparing, never for showing.
    """
    for odd, plain in _FREQUENT:
        text = text.replace(odd, plain)
    if _folded_otherwise().search(text):
        text = text.translate(_fold_table())
    return text.lower()


def pairs_of(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text."""
    return set(map(add, text, text[1:]))


@cache
def _formula_words() -> dict[str, dict[str, tuple[str, ...]]]:
    """The words of greetings and of sign-offs, by their first characters."""
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    section: dict[str, tuple[str, ...]] = {}
    for line in data_lines("letter_words.txt"):
        if line.startswith("["):
            section = words.setdefault(line.strip("[]"), {})
            continue
        for word in line.split():
            section[word[0]] = (*section.get(word[0], ()), word)
    return words


def _made_of(clause: str, words: Mapping[str, Sequence[str]]) -> bool:
    """Whether the clause can be cut into the words, given by their first characters, nothing left over."""
    reached = {0}
    for at, char in enumerate(clause):
        if at in reached:
            reached.update(at + len(word) for word in words.get(char, ()) if clause.startswith(word, at))
            if max(reached) == at:
                return False
    return len(clause) in reached


_SALUTATION = re.compile(  # bounded repeats only: no run can be split in more than 13 ways
    r"(?:尊?敬爱?的?.{0,12}?(?:部门|政府|单位|中心|委)"
    r"|(?:尊敬的|敬爱的)?.{0,12}?(?:书记|市长|县长|区长|镇长|省长|州长|局长|厅长|主任|部长|院长|领导|编辑|同志|老师))们?"
    r"(?:您好|你好|您们好|你们好|大家好|好)?"
)
_HELLO = re.compile(r"(?:尊敬的|敬爱的)?[^，,。！!？?：:；;\n]{0,16}?(?:您好|你好|您们好|你们好|大家好)")
_LONGEST_HELLO = 3 + 16 + 3
_ADDRESSED = re.compile(  # without one of these, names of offices at the head are the matter itself
    "好|尊敬|敬爱|亲爱|领导|书记|[市县区镇乡省州局厅处校院所部]长|主任|主席|编辑|老师|小编|版主|网友|朋友|同志|叔叔|阿姨"
)
_DATE = re.compile(r"\d{2,4}[年./-]\d{1,2}[月./-]\d{1,2}日?")
_SPEAKS = re.compile("我|本人|请求|反映|投诉|举报|建议|咨询|希望|关于|问题|知道")


def _is_greeting(clause: str) -> bool:
    if len(clause) > _LONGEST_FORMULA:
        return False
    if _made_of(clause, _formula_words()["greeting"]):
        return True
    if len(clause) > 20 or _SPEAKS.search(clause):
        return False
    return bool(_SALUTATION.fullmatch(clause))


def _is_sign_off(clause: str) -> bool:
    if len(clause) > _LONGEST_FORMULA:
        return False
    return _made_of(clause, _formula_words()["sign-off"]) or bool(_DATE.fullmatch(clause))


def _end_of_greeting(text: str) -> int:
    """Where the matter begins in a folded text; 0 where nothing is pasted before it."""
    at = 0
    while at < len(text):
        start = _skip(text, at)
        clause = _CLAUSE.match(text, start)[0]  # type: ignore[index]  # matches nothing as well
        if clause and _is_greeting(clause):
            at = _skip(text, start + len(clause))
            continue
        near = text.find("好", start, start + _LONGEST_HELLO) >= 0
        hello = _HELLO.match(text, start) if near else None
        if hello and not _SPEAKS.search(hello.group()):
            at = _skip(text, hello.end())
            continue
        break
    return _skip(text, at) if _ADDRESSED.search(text, 0, at) else 0


def _skip(text: str, at: int) -> int:
    return _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # matches nothing as well


def _start_of_sign_off(text: str) -> int:
    """Where the pasted tail begins in a folded text; its length where there is none."""
    tail = len(text)
    while tail > 0:
        end = len(text[:tail].rstrip(_CLAUSE_ENDS))
        start = end
        while start > 0 and text[start - 1] not in _CLAUSE_ENDS and end - start <= _LONGEST_FORMULA:
            start -= 1
        if start == end or not _is_sign_off(text[start:end]):
            break
        tail = start
    return tail


def letter_parts(text: str) -> list[Part]:
    """Cut a message into greeting, matter and sign-off: ranges that follow each other and cover it.

    A message that is nothing but formulas is all matter: somebody wrote it, and it must not vanish.
    """
    if not text:
        return []
    head, tail = matter_range(text)
    cuts: Iterable[tuple[PartKind, int, int]] = (
        ("greeting", 0, head),
        ("matter", head, tail),
        ("sign_off", tail, len(text)),
    )
    return [Part(kind, start, end) for kind, start, end in cuts if start < end]


def matter_range(text: str) -> tuple[int, int]:
    """Start and end of what a message is about, greeting and sign-off left aside."""
    return folded_matter_range(text, fold(text[:_FORMULAS]), fold(text[-_FORMULAS:]))


def folded_matter_range(text: str, head: str, tail: str) -> tuple[int, int]:
    """`matter_range` of a text whose first and last 120 characters (or more) are folded already."""
    start = _end_of_greeting(head[:_FORMULAS])
    behind = max(start, len(text) - _FORMULAS)
    end = behind + _start_of_sign_off(tail[len(tail) - (len(text) - behind) :])
    return (start, end) if text[start:end].strip() else (0, len(text))
