"""Train a topic model on labelled messages, and say how good it is on messages it has not seen.

Besides the messages it reads the names of the topics themselves (the third-level names of the official list, the
words of the lexicon): each is a very short message whose topic is certain.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from portal.analysis.alike import ALIKE, grams, jaccard, written_text
from portal.analysis.signatures import candidates, signatures
from portal.analysis.topic_calibration import fit_calibration
from portal.analysis.topic_features import Counts, Features, counted
from portal.analysis.topic_metrics import figures, widest_acceptance
from portal.analysis.topic_model import FEW, TopicModel, lexicon_view
from portal.analysis.topic_space import Floats, Ints, Space, learn
from portal.analysis.topics import class_above, lexicon

FOLDS = 5
_CAUTION = 0.5  # standard errors above 97 % that the threshold for automatic decisions must keep
MOST = 5000  # messages learned from: time grows with their cube


class TooFewLabels(ValueError):
    """Fewer than two topics, or messages that are all near-duplicates: nothing can be learned."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names that belong to the classes, as counted messages with their class numbers."""

    counts: list[Counts]
    classes: Ints


def train(texts: Sequence[str], topics: Sequence[str], names: Iterable[str] = ()) -> TopicModel:
    """A model of the labelled messages `texts`, `topics` (one topic for each text, any strings).

    `names` are topic paths (城乡建设/安全生产/事故处理); the last part of each is read as a message of the class at
    or above it. The result depends on the set of labelled messages, not on their order; of more than `MOST` it
    learns from an even sample (`n_learned`). Its metrics come from folds that keep near-duplicates together.
    Raises TooFewLabels; ValueError for lists of different lengths.
    """
    labelled = sorted(zip(texts, topics, strict=True))
    learned = evenly(sorted(labelled, key=lambda one: one[1]), MOST)
    texts, topics = [text for text, _ in learned], [topic for _, topic in learned]
    classes = tuple(sorted(set(topics)))
    groups = near_duplicates(texts)
    if len(classes) < 2 or groups.max(initial=0) < 1:
        raise TooFewLabels
    numbers = {name: number for number, name in enumerate(classes)}
    truth = np.array([numbers[topic] for topic in topics], np.int64)
    counts = counted(texts)
    named = _named(names, numbers)
    spaces = _out_of_fold(counts, truth, folds(groups), named, len(classes))
    unseen = np.stack([*spaces, lexicon_view(texts, classes)])
    calibration = fit_calibration(unseen, truth)
    features, words, grams = _fitted(counts, truth, named, len(classes))
    metrics = _metrics(classes, calibration.probabilities(unseen), topics) | _size(labelled, learned)
    return TopicModel(classes, features, words, grams, calibration, training_hash(labelled), metrics)


def training_hash(labelled: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of the labelled messages, whatever their order: says what a model was made of, and does not show it."""
    digest = hashlib.sha256()
    for text, topic in sorted(labelled):
        for part in (text, topic):
            raw = part.encode("utf-8", "surrogatepass")
            digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def evenly(rows: Sequence[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """At most `most` of the rows, in their order, as far apart as can be."""
    if len(rows) <= most:
        return list(rows)
    return [rows[place * len(rows) // most] for place in range(most)]


def near_duplicates(texts: Sequence[str]) -> Ints:
    """A group number for each text, from 0 on: near-duplicates, and what they link, have one number.

    Near-duplicates as `portal.analysis.alike` has them: Jaccard ≥ 0.5 of character 3-grams.
    """
    written = [written_text("", text) for text in texts]
    group = list(range(len(texts)))
    for one, other in candidates(signatures(written)).tolist():
        if (
            _root(group, one) != _root(group, other)
            and jaccard(grams(written[one]), grams(written[other])) >= ALIKE
        ):
            first, second = sorted((_root(group, one), _root(group, other)))
            group[second] = first
    roots = [_root(group, place) for place in range(len(texts))]
    return np.unique(np.array(roots, np.int64), return_inverse=True)[1].astype(np.int64)


def _root(group: list[int], place: int) -> int:
    while group[place] != place:
        group[place] = group[group[place]]
        place = group[place]
    return place


def folds(groups: Ints, count: int = FOLDS) -> Ints:
    """A fold number for each row: groups stay together, each goes where the fewest rows are so far."""
    count = min(count, int(groups.max()) + 1)
    sizes = np.bincount(groups)
    order = np.argsort(-sizes, kind="stable")
    filled = np.zeros(count, np.int64)
    fold_of = np.empty(len(sizes), np.int64)
    for group in order:
        fold_of[group] = int(filled.argmin())
        filled[fold_of[group]] += sizes[group]
    return fold_of[groups]


def _named(names: Iterable[str], numbers: Mapping[str, int]) -> _Names:
    rows: dict[tuple[str, int], None] = {}
    from_lexicon = [
        (word, entry.path)
        for entry in lexicon().values()
        for word in entry.words
        if word not in entry.passing
    ]
    for text, path in [*((path.rpartition("/")[2], path) for path in names), *from_lexicon]:
        above = class_above(path, numbers)
        if above is not None:
            rows[text, numbers[above]] = None
    ordered = sorted(rows)
    return _Names(
        counted([text for text, _ in ordered]), np.array([number for _, number in ordered], np.int64)
    )


def _fitted(
    counts: Sequence[Counts], truth: Ints, named: _Names, count: int
) -> tuple[Features, Space, Space]:
    features = Features.of(counts)
    words, grams = features.rows_of([*counts, *named.counts])
    classes = np.concatenate((truth, named.classes))
    return features, learn(words, classes, count), learn(grams, classes, count)


def _out_of_fold(counts: Sequence[Counts], truth: Ints, fold: Ints, named: _Names, count: int) -> Floats:
    """Scores (space × message × class) of each message by spaces that learned from the other folds alone."""
    scores = np.zeros((2, len(truth), count))
    for number in range(int(fold.max()) + 1):
        known, held = np.flatnonzero(fold != number).tolist(), np.flatnonzero(fold == number).tolist()
        features, *spaces = _fitted([counts[row] for row in known], truth[known], named, count)
        rows = features.rows_of([counts[row] for row in held])
        for place, space in enumerate(spaces):
            scores[place, held] = space.scores(rows[place])
    return scores


def _metrics(classes: Sequence[str], probabilities: Floats, topics: Sequence[str]) -> dict[str, Any]:
    """The figures of messages that were not learned from, and the threshold for automatic decisions."""
    right = np.array(
        [classes[place] == topic for place, topic in zip(probabilities.argmax(axis=1), topics, strict=True)]
    )
    accepted = widest_acceptance(probabilities.max(axis=1), right, _CAUTION).as_json()
    return figures(classes, probabilities, topics) | {"auto_accept": accepted}


def _size(labelled: Sequence[tuple[str, str]], learned: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How many messages of each topic there were, and whether that is too few to rely on."""
    sizes = Counter(topic for _, topic in labelled)
    return {
        "n_train": len(labelled),
        "n_learned": len(learned),
        "labels": {str(name): sizes[name] for name in sorted(sizes)},
        "weak": len(labelled) < FEW,
    }
