"""From scores to probabilities that mean what they say.

p = softmax(Σ slope of a view · its scores + biases): a multinomial logistic regression with one number for each view and
one for each class (stacking, Wolpert 1992, with Platt's scaling); fitted to scores of messages that no view
has seen. Few numbers, so that few messages suffice.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PULL = 2.0  # weight of a prior that holds biases near 0: as much as about two messages of each class say
_STEEPEST = 20.0  # where few messages are told apart without a fault, certainty would have no end


def softmax(scores: Floats) -> Floats:
    """Rows of positive numbers that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result


@dataclass(frozen=True, slots=True)
class Calibration:
    """A slope for the scores of each view, ≥ 0, and a bias for each class."""

    slopes: Floats
    biases: Floats

    def probabilities(self, scores: Floats) -> Floats:
        """Probabilities (message × class) of scores (view × message × class)."""
        return softmax(np.tensordot(self.slopes, scores, axes=1) + self.biases)


def fit_calibration(scores: Floats, truth: Ints) -> Calibration:
    """Fit to scores (view × message × class) and the true class of each message, by likelihood."""
    views, count, classes = scores.shape
    rows = np.arange(count)

    def loss(numbers: Floats) -> tuple[float, Floats]:
        slopes, biases = numbers[:views], numbers[views:]
        found = Calibration(slopes, biases).probabilities(scores)
        value = -np.log(np.maximum(found[rows, truth], 1e-12)).sum() + _PULL * (biases**2).sum()
        gap = found.copy()
        gap[rows, truth] -= 1.0
        gradient = np.concatenate(((scores * gap).sum(axis=(1, 2)), gap.sum(axis=0) + 2 * _PULL * biases))
        return float(value), gradient

    start = np.concatenate((np.ones(views), np.zeros(classes)))
    bounds = [(0.0, _STEEPEST)] * views + [(None, None)] * classes
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Calibration(found.x[:views], found.x[views:])
