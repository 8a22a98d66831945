"""Messages as points of a small space of meaning (LSA), and a kernel machine that learns topics there.

In the space, messages that share no word but whose words keep the same company are neighbours, which a
linear model on the words themselves cannot see. The machine is a kernel ridge regression of ±1 for each topic
with a Gaussian kernel (the least-squares support vector machine of Suykens and Vandewalle, 1999).
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
_Points = TypeVar("_Points", Floats, Singles)

# Chosen once by grouped folds of 1,876 labelled messages, from powers of two or three around these.
DIMENSIONS = 300
_NARROWNESS = 1.0  # γ of exp(-γ · distance²) between points of length 1
_HARDNESS = 3.0  # how closely a row of a class of average size is followed
_SPARE = 20  # directions beyond those wanted, see Halko, Martinsson, Tropp 2011, algorithm 4.4
_PASSES = 2
_SEED = 20190415


def directions(rows: sparse.csr_array) -> Singles:
    """The strongest right singular vectors (term × direction) of the rows, at most `DIMENSIONS`.

    Randomised subspace iteration with a fixed seed. Fewer directions where the rows span fewer.
    """
    data = sparse.csr_array(rows, dtype=np.float32)
    wanted = min(DIMENSIONS, *data.shape)
    random = np.random.default_rng(_SEED)
    basis = data @ random.standard_normal((data.shape[1], min(wanted + _SPARE, *data.shape)), np.float32)
    basis = np.linalg.qr(basis)[0]
    for _ in range(_PASSES):
        basis = np.linalg.qr(data @ (data.T @ basis))[0]
    inner = np.asarray(data.T @ basis)
    strengths, turns = np.linalg.eigh((inner.T @ inner).astype(np.float64))
    kept = np.argsort(-strengths, kind="stable")[:wanted]
    kept = kept[strengths[kept] > strengths[kept[0]] * 1e-6] if len(kept) else kept
    found: Singles = (inner @ (turns[:, kept] / np.sqrt(strengths[kept]))).astype(np.float32)
    return found


def points(rows: sparse.csr_array, along: Singles) -> Floats:
    """The rows as points of length 1 in the space; a row of nothing stays at the origin."""
    placed = np.asarray(sparse.csr_array(rows, dtype=np.float32) @ along).astype(np.float64)
    lengths = np.linalg.norm(placed, axis=1, keepdims=True)
    found: Floats = placed / np.where(lengths > 1e-9, lengths, 1.0)
    return found


@dataclass(frozen=True, slots=True)
class Space:
    """Topics learned in one space: each support point speaks for the topics of what lies near it.

    `along` (term × direction) leads from rows to points, `voices` (point × class) holds what each point says.
    """

    along: Singles
    support: Singles
    voices: Singles

    def scores(self, rows: sparse.csr_array) -> Floats:
        """How strongly each row belongs to each class: about 1 for yes, about -1 for no."""
        near = _nearness(points(rows, self.along).astype(np.float32), self.support)
        return np.asarray(near @ self.voices, np.float64)


def _nearness(ones: _Points, others: _Points) -> _Points:
    # In place, for these are the largest arrays of all.
    near: _Points = ones @ others.T
    near *= -2.0
    near += (ones**2).sum(axis=1)[:, None]
    near += (others**2).sum(axis=1)
    np.maximum(near, 0.0, out=near)
    near *= -_NARROWNESS
    np.exp(near, out=near)
    return near


def learn(rows: sparse.csr_array, classes: Ints, count: int) -> Space:
    """Learn `count` classes from rows; rare classes weigh as much as frequent ones.

    Time grows with the cube of the rows, memory with their square.
    """
    along = directions(rows)
    placed = points(rows, along)
    sizes = np.bincount(classes, minlength=count)
    weights = (len(classes) / (np.count_nonzero(sizes) * np.maximum(sizes, 1)))[classes]
    targets = np.where(classes[:, None] == np.arange(count), 1.0, -1.0)
    near = _nearness(placed, placed)
    near[np.diag_indices(len(near))] += 1.0 / (_HARDNESS * weights)
    # The transpose is the same matrix, laid out so that it is factored in its place.
    factored = linalg.cho_factor(near.T, overwrite_a=True, check_finite=False)
    voices = linalg.cho_solve(factored, targets, check_finite=False)
    return Space(along, placed.astype(np.float32), voices.astype(np.float32))
