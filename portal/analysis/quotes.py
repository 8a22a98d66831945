"""The sentences that speak for a group of opinions: central, different from each other, nobody's own data."""

import re
from collections.abc import Mapping, Sequence

from portal.analysis.normalise import fold, matter_range
from portal.analysis.personal_data import MASK, Found, find_personal_data
from portal.analysis.records import Message, Quote
from portal.analysis.sentences import SENTENCE_ENDS, sentence_ranges

MOST_QUOTES = 3
_TERMS = 40  # heaviest words of a group that a sentence is weighed by
_READERS = 6  # most central opinions that are read for sentences
_SHORTEST, _LONGEST = 12, 140  # characters of a sentence that can be quoted by itself
_WEAKEST = 0.3  # of the best sentence's score; weaker ones are about something else
_POLITE = 0.7  # what a sentence counts that begins with a greeting or ends with thanks
_WHO_WRITES = re.compile("(?:我|我们|本人)(?:是|叫|系|家住|住在)")
# What says nothing of the matter: who writes (我是北山镇的一名普通村民。), or an aside (（毛新屋组的村民）).
_BESIDE_THE_MATTER = re.compile(
    f"{_WHO_WRITES.pattern}[^,:;]{{0,40}}(?:居民|村民|市民|农民|公民|业主|住户|家长|学生|老百姓|职工|员工|教师|老师)[。.!]?"
    "|\\([^()]*\\)"
)
_INTRODUCED = 0.7  # what a sentence counts that begins with who writes
# A sentence that follows from one before it reads badly without that one.
_GOES_ON = re.compile(
    "使得|但|不过|而且|而是|并且|所以|因此|因而|于是|然而|可是|同时|另外|此外|其次|再者|还有|如果这样|如此|这样|这些|\\("
)
_CONTINUED = 0.7
_UNFINISHED = 0.5  # what a line without a full stop counts
# Shares of common words, or of common pairs of characters, from which two sentences say the same. The latter tell a sentence
# that many copy, each with the own place in it.
_ALIKE, _ALIKE_WRITTEN = 0.4, 0.5
_ARTEFACT = "_x000D_"


def typical_quotes(messages: Sequence[Message], weights: Mapping[str, float]) -> tuple[Quote, ...]:
    """One to three whole sentences of `messages` (most central first), verbatim and without personal data.

    `weights` says how much each word stands for the group. Bodies are quoted first; a title only where no
    sentence of a body will do. Empty where every sentence holds personal data.
    """
    private = _Private(messages)
    weights = dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_TERMS])
    candidates = [found for message in messages[:_READERS] for found in _candidates(message, weights)]
    candidates.sort(key=lambda found: (-found[0], found[1].opinion_id, found[1].start))
    chosen: list[Quote] = []
    said: list[tuple[frozenset[str], frozenset[str]]] = []  # the words and the pairs of characters of each
    for score, quote, words in candidates:
        if score <= candidates[0][0] * _WEAKEST or any(
            quote.opinion_id == other.opinion_id for other in chosen
        ):
            continue
        pairs = _pairs(quote.text)
        if any(
            _overlap(words, others) >= _ALIKE or _overlap(pairs, written) >= _ALIKE_WRITTEN
            for others, written in said
        ) or private.touches(quote):
            continue
        chosen.append(quote)
        said.append((words, pairs))
        if len(chosen) == MOST_QUOTES:
            break
    if chosen:
        return tuple(chosen)
    return tuple(quote for message in messages for quote in _title_quotes(message))[:1]


class _Private:
    """Where the messages hold personal data, looked up once a message and only when asked."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = {message.id: message for message in messages}
        self._found: dict[str, list[Found]] = {}

    def touches(self, quote: Quote) -> bool:
        """Whether any personal data stands in the quoted range."""
        if quote.opinion_id not in self._found:
            self._found[quote.opinion_id] = find_personal_data(self._messages[quote.opinion_id].text)
        places = self._found[quote.opinion_id]
        return any(place.start < quote.end and quote.start < place.end for place in places)


def _candidates(message: Message, weights: Mapping[str, float]) -> list[tuple[float, Quote, frozenset[str]]]:
    start, end = matter_range(message.body)
    whole, offset = message.text, len(message.title) + 1
    found = []
    for first, last in sentence_ranges(message.body):
        if last <= start or first >= end:
            continue
        polite = first < start or last > end
        first, last = first + offset, last + offset
        text = whole[first:last]
        if not _SHORTEST <= len(text) <= _LONGEST or MASK * 2 in text or _ARTEFACT in text:
            continue
        folded = fold(text)
        if _BESIDE_THE_MATTER.fullmatch(folded):
            continue
        words = frozenset(word for word in weights if word in folded)
        score = sum(weights[word] for word in sorted(words)) / (_LONGEST + len(text)) ** 0.5
        if polite:
            score *= _POLITE
        if _WHO_WRITES.match(folded):
            score *= _INTRODUCED
        if _GOES_ON.match(folded):
            score *= _CONTINUED
        if text[-1] not in SENTENCE_ENDS:  # a heading, or the names at the end of a letter
            score *= _UNFINISHED
        found.append((round(score, 9), Quote(message.id, first, last, text), words))
    return found


def _title_quotes(message: Message) -> list[Quote]:
    if not message.title.strip() or find_personal_data(message.title):
        return []
    return [Quote(message.id, 0, len(message.title), message.title)]


def written_alike(one: Quote, other: Quote) -> bool:
    """Whether two quotes are written so much alike that the second says nothing new."""
    return _overlap(_pairs(one.text), _pairs(other.text)) >= _ALIKE_WRITTEN


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
