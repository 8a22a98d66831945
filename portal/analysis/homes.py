"""Where an opinion that no topic claims is at home: by the matter it is in, else by the words it uses."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from portal.analysis.openings import beginning
from portal.analysis.records import Matter, Message
from portal.analysis.topics import OTHER

_READ = 120  # characters of a body that are read
_TAUGHT = 4_000  # opinions that teach; more of them say the same
_RAREST = 3  # opinions that must use a pair of characters before it says anything
_MARGIN = 0.15  # by how much, for each pair of characters read, the best topic must lead the second
_DOUBT = 20  # opinions of the usual kind that every topic is thought to hold besides its own
_FEWEST = 8  # opinions from which a topic has words of its own


def settled_paths(messages: Sequence[Message], paths: Sequence[str], matters: Sequence[Matter]) -> list[str]:
    """The topic path of each message, mended where its matter or its words tell better where it belongs.

    A matter gives its opinions the path that most of them have, except where a person said another. Words give a first-level topic, learned from the opinions
    that have one (naive Bayes over pairs of characters), and only where the best topic leads clearly.
    """
    settled = _by_matter(messages, paths, matters)
    homeless = [row for row, path in enumerate(settled) if path == OTHER]
    if not homeless:
        return settled
    taught = [row for row, path in enumerate(settled) if path != OTHER]
    step = max(1, ceil(len(taught) / _TAUGHT))
    words = _TopicWords()
    for row in taught[::step]:
        words.learn(settled[row].partition("/")[0], _pairs_of(messages[row]))
    for row in homeless:
        settled[row] = words.home(_pairs_of(messages[row])) or OTHER
    return settled


def _by_matter(messages: Sequence[Message], paths: Sequence[str], matters: Sequence[Matter]) -> list[str]:
    place = {message.id: row for row, message in enumerate(messages)}
    settled = list(paths)
    for matter in matters:
        rows = [place[opinion] for opinion in matter.opinion_ids]
        found = Counter(paths[row] for row in rows if paths[row] != OTHER)
        if found:
            common = min(found, key=lambda path: (-found[path], path))
            for row in rows:
                settled[row] = settled[row] if (messages[row].topic or "").strip() else common
    return settled


def _pairs_of(message: Message) -> set[str]:
    text = beginning(message, _READ)
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalpha()}


class _TopicWords:
    """How often the opinions of each first-level topic use each pair of characters."""

    def __init__(self) -> None:
        self._opinions: Counter[str] = Counter()
        self._uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._said: dict[str, NDArray[np.float64]] = {}

    def learn(self, topic: str, pairs: set[str]) -> None:
        """Count one opinion of a topic; all are learned before the first is asked for a home."""
        self._opinions[topic] += 1
        for pair in pairs:
            self._uses[pair][topic] += 1

    def home(self, pairs: set[str]) -> str | None:
        """The topic that the pairs speak for; None where none leads clearly."""
        topics = sorted(topic for topic, count in self._opinions.items() if count >= _FEWEST)
        telling = sorted(pair for pair in pairs if pair in self._uses and self._uses[pair].total() >= _RAREST)
        if len(topics) < 2 or not telling:
            return None
        scores = np.sum([self._speaks(pair, topics) for pair in telling], axis=0).round(9)
        first, second = np.argsort(-scores, kind="stable")[:2].tolist()
        return topics[first] if scores[first] - scores[second] >= _MARGIN * len(telling) else None

    def _speaks(self, pair: str, topics: Sequence[str]) -> NDArray[np.float64]:
        """The logarithm of how likely an opinion of each topic uses the pair."""
        if pair not in self._said:
            uses = self._uses[pair]
            usual = _DOUBT * uses.total() / self._opinions.total()
            used = np.array([uses[topic] for topic in topics], dtype=np.float64)
            opinions = np.array([self._opinions[topic] for topic in topics], dtype=np.float64)
            self._said[pair] = np.log((used + usual) / (opinions + _DOUBT))
        return self._said[pair]
