"""A trained topic model: texts in, calibrated probabilities and the best candidates out.

Needs numpy, scipy and rjieba: import it inside the job or command that runs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from portal.analysis.topic_calibration import Calibration
from portal.analysis.topic_features import LEAD, Features, counted
from portal.analysis.topic_space import Floats, Space
from portal.analysis.topics import class_above, lexicon, topic_scores

FEW = 500  # labelled messages below which a model is weak
_AT_ONCE = 250  # texts predicted at a time: what is held of them fits the processor's cache
_DOUBT = 1.0  # lexicon score that each topic has before anything is read
# How fast the lexicon grows sure of itself: chosen on one half of 1,876 labelled messages, where the calibration error
# was .027; on the other half it was .019 (over their seven topics; .029 over all fifteen).
_SURENESS = 2.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic and its probability."""

    topic: str
    probability: float


@dataclass(frozen=True, slots=True)
class TopicModel:
    """What was learned from labelled messages; `metrics` are plain numbers and sentences, ready for JSON.

    Three views are asked of each text and weighed: the space of words, the space of characters, the lexicon.
    """

    classes: tuple[str, ...]
    features: Features
    words: Space
    grams: Space
    calibration: Calibration
    training_hash: str
    metrics: dict[str, Any]

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """One row of probabilities over `classes` for each text, in order; each row sums to 1."""
        parts = [np.empty((0, len(self.classes)))]
        for start in range(0, len(texts), _AT_ONCE):
            asked = texts[start : start + _AT_ONCE]
            words, grams = self.features.rows_of(counted(asked))
            views = (self.words.scores(words), self.grams.scores(grams), lexicon_view(asked, self.classes))
            parts.append(self.calibration.probabilities(np.stack(views)))
        return np.concatenate(parts)

    def candidates(self, texts: Sequence[str], limit: int = 2) -> list[list[Candidate]]:
        """The `limit` likeliest topics of each text, best first."""
        return best(self.classes, self.probabilities(texts), limit)


def best(classes: Sequence[str], probabilities: Floats, limit: int = 2) -> list[list[Candidate]]:
    """The `limit` likeliest classes of each row of probabilities; the earlier class first among equals."""
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :limit]
    return [
        [Candidate(classes[place], float(row[place])) for place in places]
        for places, row in zip(ranked, probabilities, strict=True)
    ]


def lexicon_classes() -> tuple[str, ...]:
    """The first-level topics that the lexicon can tell apart, in its order."""
    return tuple(path for path in lexicon() if "/" not in path)


def lexicon_probabilities(texts: Sequence[str], classes: Sequence[str]) -> Floats:
    """The same as `lexicon_chances` of texts without titles: the lead of each stands for its title."""
    return lexicon_chances([(text[:LEAD], text[LEAD:]) for text in texts], classes)


def lexicon_view(texts: Sequence[str], classes: Sequence[str]) -> Floats:
    """What the lexicon says as scores beside those of the spaces: logarithms of its probabilities."""
    scores: Floats = np.log(lexicon_probabilities(texts, classes))
    return scores


def lexicon_chances(messages: Sequence[tuple[str, str]], classes: Sequence[str]) -> Floats:
    """What the lexicon makes of (title, body) without any training: a row of probabilities over `classes` for each.

    A class counts what speaks for it and for all topics below it, so that the first of the first-level classes is
    the one that `topics.topic_of` chooses.
    """
    scores = np.full((len(messages), len(classes)), _DOUBT)
    places: dict[str, int] = {name: place for place, name in enumerate(classes)}
    for row, (title, body) in enumerate(messages):
        for path, score in topic_scores(title, body).items():
            place = places.get(class_above(path, places) or "")
            if place is not None:
                scores[row, place] += score
    raised = scores**_SURENESS
    chances: Floats = raised / raised.sum(axis=1, keepdims=True)
    return chances
