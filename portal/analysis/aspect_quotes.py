"""What is quoted of an aspect: opinions that stand alone in it, for those of a matter are quoted with the matter."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from math import log, sqrt

from portal.analysis import aspect_titles
from portal.analysis.normalise import fold
from portal.analysis.openings import beginning
from portal.analysis.quotes import MOST_QUOTES, typical_quotes, written_alike
from portal.analysis.records import Matter, Message, Quote
from portal.analysis.terms import content_words
from portal.analysis.vectors import FEWEST_FOR_RARITY

_READERS = 12  # most central opinions that are looked at
_READ = 400  # characters of their bodies in which words are looked for
_NAMED = 2.0  # what a word counts that the title names, beside the heaviest other one
_BODY = 0.3  # what a word counts that no title of the aspect uses


class AspectQuotes:
    """Knows what the titles of all messages speak of, and which messages are in a matter."""

    def __init__(self, messages: Sequence[Message], matters: Sequence[Matter]) -> None:
        self._messages = messages
        self._grouped = {opinion for matter in matters for opinion in matter.opinion_ids}
        once: dict[str, str] = {}
        self._words = [
            tuple(once.setdefault(word, word) for word in dict.fromkeys(content_words(fold(message.title))))
            for message in messages
        ]
        self._held = Counter(chain.from_iterable(self._words))
        self._count = max(len(messages), FEWEST_FOR_RARITY)

    def of(self, rows: Sequence[int], named: Sequence[str]) -> tuple[Quote, ...]:
        """Up to three sentences of those of `rows` that are in no matter: one for each of the words that the aspect's title
        names, then of what most of the rows speak of.

        A word speaks for the aspect by how many of its titles use it and how rare it is among all. Empty where no
        opinion stands alone, or where each that is looked at holds personal data in all that could be quoted.
        """
        uses = Counter(word for row in rows for word in self._words[row])
        weights = {word: count * self._rarity(word) for word, count in uses.items()}

        def worth(row: int) -> float:
            words = self._words[row]
            return round(sum(weights[word] for word in words) / sqrt(max(len(words), 1)), 6)

        alone = [row for row in rows if self._messages[row].id not in self._grouped]
        alone.sort(key=lambda row: (-worth(row), self._messages[row].id))
        chosen: list[Quote] = []
        for word in named:
            singles = map(self._messages.__getitem__, alone)
            holders = (one for one in singles if word in beginning(one, aspect_titles.READ))
            heavy = weights | {word: _NAMED * max(weights.values(), default=1.0)}
            offered = self._typical(list(islice(holders, _READERS)), heavy)
            chosen += [quote for quote in offered if word in fold(quote.text) and _is_new(quote, chosen)][:1]
        central = self._typical([self._messages[row] for row in alone[:_READERS]], weights)
        chosen += [quote for quote in central if _is_new(quote, chosen)]
        return tuple(chosen[:MOST_QUOTES])

    def _typical(self, readers: Sequence[Message], weights: Mapping[str, float]) -> tuple[Quote, ...]:
        weights = dict(weights)
        # A body may tell the matter of its title in other words.
        for word in content_words(fold("\n".join(reader.body[:_READ] for reader in readers))):
            weights.setdefault(word, _BODY * self._rarity(word))
        return typical_quotes(readers, weights)

    def _rarity(self, word: str) -> float:
        return log((1 + self._count) / max(self._held[word], 1))


def _is_new(quote: Quote, chosen: Sequence[Quote]) -> bool:
    return not any(quote.opinion_id == other.opinion_id or written_alike(quote, other) for other in chosen)
