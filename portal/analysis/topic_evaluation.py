"""Train on one set of labelled messages, test on another, beside the lexicon that needs no training."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from portal.analysis.topic_metrics import acceptance_at, figures
from portal.analysis.topic_model import FEW, Candidate, best, lexicon_classes, lexicon_probabilities
from portal.analysis.topic_training import TooFewLabels, train


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`figures` ready for JSON, and the two best candidates of each test message, in order."""

    figures: dict[str, Any]
    candidates: list[list[Candidate]]


def evaluate(
    known: Sequence[tuple[str, str]], asked: Sequence[tuple[str, str]], names: Iterable[str] = ()
) -> Evaluation:
    """Figures of a model trained on `known` (text, topic) and asked about `asked`.

    `auto_accept_at_97` is what would be accepted in use: the share of the test messages that are at least as sure as a
    threshold that was chosen on the training side, on messages that the model had not learned from, as the
    lowest at which 97 % of them and a margin are right. `auto_accept` says the threshold, that share and the precision reached, on
    both sides; and `widest`, the most that any threshold could accept of the test messages at ≥ 97 %, which
    nobody could know beforehand. `weak` says that fewer than 500 labels were there. Where nothing can be learned the
    lexicon decides: `decided_by` is then "lexicon" and not "model", and nothing may be accepted unseen. `lexicon` holds its
    figures in any case, over the same topics. Raises ValueError without test messages.
    """
    if not asked:
        raise ValueError("no test messages")
    texts, topics = [text for text, _ in asked], [topic for _, topic in asked]
    try:
        model = train([text for text, _ in known], [topic for _, topic in known], names)
    except TooFewLabels:
        model = None
    classes = model.classes if model else lexicon_classes()
    chances = model.probabilities(texts) if model else lexicon_probabilities(texts, classes)
    told = figures(classes, chances, topics)
    accepted = _accepted(model.metrics["auto_accept"] if model else None, told.pop("widest_at_97"))
    if model:
        right = np.array(
            [classes[at] == topic for at, topic in zip(chances.argmax(axis=1), topics, strict=True)]
        )
        found = acceptance_at(accepted["threshold"], chances.max(axis=1), right).as_json()
        accepted |= {"test_share": found["share"], "test_precision": found["precision"]}
    told |= {
        "auto_accept_at_97": accepted["test_share"],
        "auto_accept": accepted,
        "n_train": len(known),
        "n_test": len(asked),
        "weak": len(known) < FEW,
        "decided_by": "model" if model else "lexicon",
        "lexicon": lexicon_figures(asked, classes),
    }
    return Evaluation(told, best(classes, chances))


def _accepted(chosen: dict[str, float] | None, widest: float) -> dict[str, float]:
    """What the training side says of automatic decisions; without one nothing is accepted."""
    chosen = chosen or {"threshold": 1.0, "share": 0.0, "precision": 1.0}
    return {
        "threshold": chosen["threshold"],
        "train_share": chosen["share"],
        "train_precision": chosen["precision"],
        "test_share": 0.0,
        "test_precision": 1.0,
        "widest": widest,
    }


def lexicon_figures(asked: Sequence[tuple[str, str]], classes: Sequence[str]) -> dict[str, float]:
    """Macro-F1, accuracy and top 2 of the lexicon, which learns nothing, on labelled messages (text, topic)."""
    chances = lexicon_probabilities([text for text, _ in asked], classes)
    told = figures(classes, chances, [topic for _, topic in asked])
    return {name: told[name] for name in ("macro_f1", "accuracy", "top2")}
