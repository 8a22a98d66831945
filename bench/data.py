"""Synthetic opinions from a small grammar: the same seed gives the same text, whatever the machine."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench import phrases
from bench.phrases import THEMES

SEED = 20261122


@dataclass(frozen=True, slots=True)
class Text:
    """One synthetic opinion; `topic` is a path, `unit` the path of a department, `reply` is empty for most."""

    title: str
    body: str
    topic: str
    unit: str
    reply: str


def unit_paths() -> list[str]:
    """The paths of all units that the texts name, parents first."""
    below = [f"{district}/{name}" for district in phrases.DISTRICTS for name in phrases.DEPARTMENTS]
    return [*phrases.DISTRICTS, *below]


def texts(count: int, seed: int = SEED) -> Iterator[Text]:
    """`count` opinions; every RARE_EVERY-th holds the rare word, about a third has a reply."""
    chance = random.Random(seed)
    for number in range(count):
        yield _text(chance, rare=number % phrases.RARE_EVERY == phrases.RARE_EVERY // 2)


def _text(chance: random.Random, rare: bool) -> Text:
    one = chance.choice
    theme = one(THEMES)
    district = one(phrases.DISTRICTS)
    place = one(phrases.NAME_HEADS) + one(phrases.NAME_TAILS)
    thing, complaint, wish = one(theme.things), one(theme.complaints), one(theme.wishes)
    title = one((
        f"{place}的{thing}{complaint}",
        f"建议{place}{wish}",
        f"{district}{place}{thing}的问题",
        f"关于{place}{thing}，希望{wish}",
    ))  # fmt: skip
    sentences = [
        f"{one(phrases.OPENINGS)}{district}{place}{one(phrases.PARTS)}的{thing}，{one(phrases.TIMES)}{complaint}。",
        f"{one(phrases.PEOPLE)}{one(('都觉得不方便', '意见很大', '只好绕着走', '天天发愁'))}。",
        f"{one(phrases.FOLLOWED)}{one(phrases.RESULTS)}",
        f"建议{wish}，" + f"也可以考虑{one(theme.wishes)}。",
    ]
    for _more in range(chance.choice((0, 0, 1, 2, 4))):
        other = one(phrases.NAME_HEADS) + one(phrases.NAME_TAILS)
        sentences.append(
            f"听说{other}的{one(theme.things)}也是{one(theme.complaints)}，{one(phrases.PEOPLE)}一样受影响。"
        )
    if rare:
        sentences.append(phrases.RARE_SENTENCE)
    sentences.append(one(phrases.ENDINGS))
    cut = chance.randint(2, 3)
    body = "".join(sentences[:cut]) + "\n\n" + "".join(sentences[cut:])
    reply = (
        f"您好，{place}的情况已到现场看过。{theme.unit}将{wish}，预计一个月内完成。"
        if chance.random() < 0.3
        else ""
    )
    return Text(title, body.strip(), theme.topic, f"{district}/{theme.unit}", reply)
