"""Hot issues of our own invention, told by many people each: what finding matters is measured with.

Half of them (`choose`) is for setting the engine, the other half (`report`) for its figures alone.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.analysis.records import Message

HALVES = ("choose", "report")
SEED = 20261122
_FILE = Path(__file__).with_name("hot_issues.txt")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SIZES = (5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40)  # messages of the issues of a half, in their order
_ELSEWHERE = 2  # messages with the same complaint about each of the other places
_GREETINGS = ("", "", "", "您好！", "尊敬的领导：您好！", "领导好，", "你好，", "书记您好：")
_ENDINGS = (
    "",
    "",
    "",
    "谢谢！",
    "盼复。",
    "望回复",
    "请领导重视，谢谢。",
    "恳请相关部门尽快处理！",
    "此致敬礼",
)
_ASIDES = (
    "打过好几次热线了，每次都说已经转办。",
    "作为普通老百姓，我们真的不知道该找谁。",
    "希望能给我们一个明确的答复。",
    "网上也有很多人在说这件事。",
    "请派人来现场看一看。",
    "不要再踢皮球了。",
    "这件事已经影响到大家的正常生活。",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: ways to write its place, places with the same complaint, sentences, other complaints there."""

    name: str
    half: str
    at: Sequence[str]
    elsewhere: Sequence[str]
    titles: Sequence[str]
    sentences: Sequence[str]
    others: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """Messages, and for each the name of its issue; whatever is of no issue has a name of its own."""

    messages: list[Message]
    labels: list[str]


def issues() -> list[Issue]:
    """All issues of the file, in its order."""
    blocks = re.split(r"^== ", _FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_issue(block.splitlines()) for block in blocks]


def _issue(lines: Sequence[str]) -> Issue:
    half, name = lines[0].split()
    parts = [line.split(": ", 1) for line in lines[1:] if line]
    held = {key: [text for kind, text in parts if kind == key] for key in ("at", "else", "t", "b", "also")}
    return Issue(
        name,
        half,
        held["at"][0].split("|"),
        held["else"][0].split("|"),
        held["t"],
        held["b"],
        [(title, body) for title, _, body in (text.partition(" // ") for text in held["also"])],
    )


def told(half: str, seed: int = SEED) -> Told:
    """The messages of one half: its issues, the same complaints elsewhere, other complaints at the same places."""
    chance = random.Random(f"{half} {seed}")
    found = [issue for issue in issues() if issue.half == half]
    texts = [text for at, issue in enumerate(found) for text in _of_issue(issue, _SIZES[at % 11], chance)]
    messages = [
        Message(f"h{row:04}", title, body, f"h{row:04}", None) for row, (_, title, body) in enumerate(texts)
    ]
    return Told(messages, [label for label, _, _ in texts])


def _of_issue(issue: Issue, size: int, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """Triples of label, title and body."""
    for _ in range(size):
        yield issue.name, *_message(issue, chance.choice(issue.at), chance)
    for place in issue.elsewhere:
        for _ in range(chance.randint(1, _ELSEWHERE)):
            yield f"{issue.name} {place}", *_message(issue, place, chance)
    for title, body in issue.others:
        place = chance.choice(issue.at)
        yield title, _spoken(title, place, chance), _spoken(body, place, chance)


def _message(issue: Issue, place: str, chance: random.Random) -> tuple[str, str]:
    title = _spoken(chance.choice(issue.titles), place, chance)
    count = chance.choice((1, 1, 2, 2, 3, 4))
    chosen = sorted(chance.sample(range(len(issue.sentences)), count))
    said = [_spoken(issue.sentences[at], place, chance) for at in chosen]
    if chance.random() < 0.4:
        said.insert(chance.randint(0, len(said)), chance.choice(_ASIDES))
    if place not in title + "".join(said):
        said.insert(0, f"事情发生在{place}。")
    return title, chance.choice(_GREETINGS) + "".join(said) + chance.choice(_ENDINGS)


def _spoken(text: str, place: str, chance: random.Random) -> str:
    """The text with one way of each choice, about this place."""
    return _CHOICE.sub(lambda choice: chance.choice(choice[1].split("|")), text).replace("P", place)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well groups agree with people's: F1 of the best group of each issue, and how many groups mix things."""

    f1: dict[str, float]
    mixed: int
    groups: int

    @property
    def mean(self) -> float:
        """The mean F1 over the issues."""
        return sum(self.f1.values()) / len(self.f1)

    @property
    def found(self) -> int:
        """How many issues have a group that is more of it than not (F1 ≥ .5)."""
        return sum(value >= 0.5 for value in self.f1.values())


def agreement(labels: Sequence[str], groups: Sequence[Sequence[int]], names: Sequence[str]) -> Agreement:
    """Compare groups of rows with the issues `names`; a group mixes things where one row in ten is of another."""
    sizes = Counter(labels)
    best = dict.fromkeys(names, 0.0)
    mixed = looked = 0
    for group in groups:
        held = Counter(labels[row] for row in group)
        if best.keys().isdisjoint(held):
            continue
        looked += 1
        mixed += max(held.values()) < 0.9 * len(group)
        for name in best.keys() & held.keys():
            best[name] = max(best[name], 2 * held[name] / (len(group) + sizes[name]))
    return Agreement(best, mixed, looked)
