"""Messages as points of a small space of meaning (LSA), and a kernel machine that learns topics there.

In the space, messages that share no word but whose words keep the same company are neighbours, which a
linear model on the words themselves cannot see. The machine is a kernel ridge regression of ±1 for each topic
with a Gaussian kernel (the least-squares support vector machine of Suykens and Vandewalle, 1999).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# Chosen once by grouped folds of 1,876 labelled messages, from powers of two or three around these.
DIMENSIONS = 300
# Two machines, one of which sees only the strongest directions, vote: their mean errs less and knows better how sure
# it may be.
VIEWS = (DIMENSIONS, DIMENSIONS // 2)
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
    return _unit(np.asarray(sparse.csr_array(rows, dtype=np.float32) @ along).astype(np.float64))


def _unit(placed: Floats) -> Floats:
    lengths = np.linalg.norm(placed, axis=1, keepdims=True)
    return placed / np.where(lengths > 1e-9, lengths, 1.0)


@dataclass(frozen=True, slots=True)
class Machine:
    """Learned topics: each support point speaks for the topics of what lies near it.

    `voices` (view × point × class) holds what it says in each view, see `VIEWS`.
    """

    support: Floats
    voices: Floats

    def scores(self, placed: Floats) -> Floats:
        """How strongly each point (row) belongs to each class: about 1 for yes, about -1 for no."""
        views = zip(VIEWS, self.voices, strict=True)
        return np.mean(
            [_nearness(_seen(placed, size), _seen(self.support, size)) @ said for size, said in views], axis=0
        )


def _seen(placed: Floats, size: int) -> Floats:
    """The points in a view: their first `size` directions, brought to length 1 again."""
    return _unit(placed[:, :size])


def _nearness(ones: Floats, others: Floats) -> Floats:
    squares = (ones**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2.0 * (ones @ others.T)
    near: Floats = np.exp(-_NARROWNESS * np.maximum(squares, 0.0))
    return near


def learn(placed: Floats, classes: Ints, count: int) -> Machine:
    """Learn `count` classes from points; rare classes weigh as much as frequent ones.

    Time grows with the cube of the points, memory with their square.
    """
    sizes = np.bincount(classes, minlength=count)
    weights = (len(classes) / (np.count_nonzero(sizes) * np.maximum(sizes, 1)))[classes]
    targets = np.where(classes[:, None] == np.arange(count), 1.0, -1.0)
    voices = []
    for size in VIEWS:
        near = _nearness(_seen(placed, size), _seen(placed, size))
        near[np.diag_indices(len(near))] += 1.0 / (_HARDNESS * weights)
        voices.append(linalg.solve(near, targets, assume_a="pos", overwrite_a=True))
    return Machine(placed, np.array(voices))
