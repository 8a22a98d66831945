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

    `auto_accept_at_97` is the most that any one threshold could accept of the test messages at ≥ 97 % precision.
    `auto_accept` is what would happen in use: the threshold chosen on out-of-fold training messages
    (`train_share`, `train_precision`) and what it accepts of the test messages (`test_share`, `test_precision`).
    `weak` says that fewer than 500 labels were there. Where nothing can be learned the lexicon decides:
    `decided_by` is then "lexicon" and not "model", and there is no `auto_accept`. `lexicon` holds its figures
    in any case, over the same topics. Raises ValueError without test messages.
    """
    if not asked:
        raise ValueError("no test messages")
    texts, topics = [text for text, _ in asked], [topic for _, topic in asked]
    accepted = None
    try:
        model = train([text for text, _ in known], [topic for _, topic in known], names)
    except TooFewLabels:
        classes = lexicon_classes()
        chances = lexicon_probabilities(texts, classes)
    else:
        classes = model.classes
        chances = model.probabilities(texts)
        right = np.array(
            [classes[at] == topic for at, topic in zip(chances.argmax(axis=1), topics, strict=True)]
        )
        chosen = model.metrics["auto_accept"]
        found = acceptance_at(chosen["threshold"], chances.max(axis=1), right).as_json()
        accepted = {
            "threshold": chosen["threshold"],
            "train_share": chosen["share"],
            "train_precision": chosen["precision"],
            "test_share": found["share"],
            "test_precision": found["precision"],
        }
    plain = figures(classes, lexicon_probabilities(texts, classes), topics)
    told = figures(classes, chances, topics) | {
        "n_train": len(known),
        "n_test": len(asked),
        "weak": len(known) < FEW,
        "decided_by": "model" if accepted else "lexicon",
        "lexicon": {name: plain[name] for name in ("macro_f1", "accuracy", "top2")},
    }
    return Evaluation(told | ({"auto_accept": accepted} if accepted else {}), best(classes, chances))
