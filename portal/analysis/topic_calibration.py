"""From scores to probabilities that mean what they say.

p = softmax(slope · scores + biases), Platt's scaling with one slope for all classes (temperature) and a bias for
each; fitted to scores of messages that the model did not see. Few numbers, so that few messages suffice.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PULL = 2.0  # weight of a prior that holds b near 0: as much as about two messages of each class say
_STEEPEST = 20.0  # where few messages are told apart without a fault, certainty would have no end


def softmax(scores: Floats) -> Floats:
    """Rows of positive numbers that sum to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = raised / raised.sum(axis=1, keepdims=True)
    return result


@dataclass(frozen=True, slots=True)
class Calibration:
    """One slope for all scores, and a bias for each class."""

    slope: float
    biases: Floats

    def probabilities(self, scores: Floats) -> Floats:
        """Probabilities (message × class) of scores (message × class)."""
        return softmax(self.slope * scores + self.biases)


def fit_calibration(scores: Floats, truth: Ints) -> Calibration:
    """Fit to scores (message × class) and the true class of each message, by likelihood."""
    rows = np.arange(len(truth))

    def loss(numbers: Floats) -> tuple[float, Floats]:
        slope, biases = float(numbers[0]), numbers[1:]
        found = Calibration(slope, biases).probabilities(scores)
        value = -np.log(np.maximum(found[rows, truth], 1e-12)).sum() + _PULL * (biases**2).sum()
        gap = found.copy()
        gap[rows, truth] -= 1.0
        gradient = np.concatenate(([(gap * scores).sum()], gap.sum(axis=0) + 2 * _PULL * biases))
        return float(value), gradient

    start = np.concatenate(([1.0], np.zeros(scores.shape[1])))
    bounds = [(0.0, _STEEPEST)] + [(None, None)] * scores.shape[1]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Calibration(float(found.x[0]), found.x[1:])
