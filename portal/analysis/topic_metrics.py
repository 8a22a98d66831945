"""How good probabilities of topics are: macro-F1, accuracy, calibration, and what may be accepted unseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TRUSTED = 0.97  # precision that an automatic decision must reach
_BINS = 10


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Accept at `threshold` confidence: the share of messages that get it, and how many of these are right."""

    threshold: float
    share: float
    precision: float

    def as_json(self, digits: int = 4) -> dict[str, float]:
        """The three numbers, rounded; the threshold to more places and down, for what stands at it is accepted."""
        return {
            "threshold": floor(self.threshold * 1e6) / 1e6,
            "share": round(self.share, digits),
            "precision": round(self.precision, digits),
        }


def widest_acceptance(confidence: Floats, right: npt.NDArray[np.bool_], caution: float = 0.0) -> Acceptance:
    """The lowest threshold at which ≥ 97 % of the accepted are right, and what it accepts of these rows.

    Chosen on the rows it is measured on: on test rows it is the most that any threshold could have accepted. On
    out-of-fold rows of the training set it is the threshold to use, and then wants `caution`: by so many standard errors the
    precision must be above 97 %, for the lowest of many thresholds is one that was lucky. Equal confidences go together.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    counts = np.arange(1, len(order) + 1)
    precision = np.cumsum(right[order]) / counts
    wanted = TRUSTED + caution * np.sqrt(TRUSTED * (1.0 - TRUSTED) / counts)
    last_of_equals = np.append(ranked[1:] != ranked[:-1], True)[: len(order)]
    enough = np.flatnonzero((precision >= wanted) & last_of_equals)
    if not len(enough):
        return Acceptance(1.0, 0.0, 1.0)
    last = enough[-1]
    return Acceptance(float(ranked[last]), float((last + 1) / len(order)), float(precision[last]))


def acceptance_at(threshold: float, confidence: Floats, right: npt.NDArray[np.bool_]) -> Acceptance:
    """What a threshold chosen elsewhere accepts of these rows."""
    accepted = confidence >= threshold
    share = float(accepted.mean()) if len(accepted) else 0.0
    return Acceptance(threshold, share, float(right[accepted].mean()) if accepted.any() else 1.0)


def calibration_error(confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error (ECE, Guo et al. 2017) of the first candidate, in ten bins of equal width."""
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    gaps = [
        abs(confidence[bins == place].mean() - right[bins == place].mean()) * (bins == place).mean()
        for place in np.unique(bins)
    ]
    return float(sum(gaps))


def figures(classes: Sequence[str], probabilities: Floats, topics: Sequence[str]) -> dict[str, Any]:
    """Macro-F1, accuracy, top2, widest_at_97, ece and per_class of probabilities (row × class).

    Macro-F1 is the mean over the topics that people gave; a topic that is not among `classes` counts as never
    found. `widest_at_97` is the largest share that any threshold could accept at ≥ 97 % precision, chosen on these
    very rows.
    """
    number = {name: place for place, name in enumerate(classes)}
    truth = np.array([number.get(topic, -1) for topic in topics], np.int64)
    ranked = np.argsort(-probabilities, axis=1, kind="stable")
    right = ranked[:, 0] == truth
    confidence = probabilities.max(axis=1)
    per_class = {
        topic: _class_figures(ranked[:, 0], number.get(topic, -1), np.array([t == topic for t in topics]))
        for topic in sorted(set(topics))
    }
    return {
        "macro_f1": round(float(np.mean([one["f1"] for one in per_class.values()])), 4),
        "accuracy": round(float(right.mean()), 4),
        "top2": round(float((ranked[:, :2] == truth[:, None]).any(axis=1).mean()), 4),
        "widest_at_97": round(widest_acceptance(confidence, right).share, 4),
        "ece": round(calibration_error(confidence, right), 4),
        "per_class": per_class,
    }


def _class_figures(chosen: Ints, number: int, given: npt.NDArray[np.bool_]) -> dict[str, float]:
    found = chosen == number
    both = int((found & given).sum())
    precision = both / found.sum() if found.any() else 0.0
    recall = both / given.sum()
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return {
        "precision": round(float(precision), 4),
        "recall": round(float(recall), 4),
        "f1": round(float(f1), 4),
        "support": int(given.sum()),
    }
