"""Topic models as files: a manifest in JSON, the numbers beside it as npz. Nothing in them is ever executed.

The manifest holds the SHA-256 of the numbers; whoever keeps the SHA-256 of the manifest has both.
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from portal.analysis.topic_calibration import Calibration
from portal.analysis.topic_features import Features, Half
from portal.analysis.topic_model import TopicModel
from portal.analysis.topic_space import Space

FORMAT = "portal-topic-model/2"
_HALVES = ("word", "gram")
_OF_HALF = ("weights", "along", "support", "voices")


class ModelRefused(Exception):
    """A file that is no topic model, or not the one that was recorded; `reason` is "unreadable" or "changed"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def manifest_path(path: Path) -> Path:
    """Where the manifest of the model at `path` lies: `topics.npz` has `topics.npz.json` beside it."""
    return path.with_name(f"{path.name}.json")


def save(model: TopicModel, path: Path) -> str:
    """Write the numbers to `path` and the manifest beside it; return the manifest's SHA-256, to be recorded."""
    arrays: dict[str, Any] = {"slopes": model.calibration.slopes, "biases": model.calibration.biases}
    halves = ((model.features.words, model.words), (model.features.grams, model.grams))
    for name, (half, space) in zip(_HALVES, halves, strict=True):
        arrays |= {
            f"{name}_weights": half.weights.astype(np.float32),
            f"{name}_along": space.along.astype(np.float16),
            f"{name}_support": space.support,
            f"{name}_voices": space.voices,
        }
    numbers = io.BytesIO()
    np.savez(numbers, allow_pickle=False, **arrays)  # zip entries get a fixed date: same model, same bytes
    manifest = {
        "format": FORMAT,
        "sha256": hashlib.sha256(numbers.getvalue()).hexdigest(),
        "training_hash": model.training_hash,
        "classes": list(model.classes),
        "words": list(model.features.words.terms),
        "grams": list(model.features.grams.terms),
        "metrics": model.metrics,
    }
    raw = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()
    path.write_bytes(numbers.getvalue())
    manifest_path(path).write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


def load(path: Path, recorded: str | None = None) -> TopicModel:
    """Read a model that `save` wrote. `recorded` is the SHA-256 of its manifest, where one was kept.

    Raises ModelRefused when either file is not what its hash says, or no model; OSError as usual.
    """
    raw, numbers = manifest_path(path).read_bytes(), path.read_bytes()
    if recorded is not None and hashlib.sha256(raw).hexdigest() != recorded:
        raise ModelRefused("changed")
    try:
        manifest = json.loads(raw)
        known, listed = manifest["format"], manifest["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelRefused("unreadable") from error
    if known != FORMAT:
        raise ModelRefused("unreadable")
    if hashlib.sha256(numbers).hexdigest() != listed:
        raise ModelRefused("changed")
    try:
        return _model(manifest, numbers)
    except (ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise ModelRefused("unreadable") from error


def _model(manifest: dict[str, Any], numbers: bytes) -> TopicModel:
    wanted = ("slopes", "biases", *(f"{half}_{part}" for half in _HALVES for part in _OF_HALF))
    with np.load(io.BytesIO(numbers), allow_pickle=False) as file:
        arrays = {name: file[name] for name in wanted}
    classes = tuple(manifest["classes"])
    terms = tuple(manifest["words"]), tuple(manifest["grams"])
    halves = [
        Half(known, arrays[f"{name}_weights"].astype(np.float64))
        for name, known in zip(_HALVES, terms, strict=True)
    ]
    words, grams = (_space(arrays, name) for name in _HALVES)
    slopes, biases = arrays["slopes"].astype(np.float64), arrays["biases"].astype(np.float64)
    fits = (
        all(_fits(half, space, len(classes)) for half, space in zip(halves, (words, grams), strict=True))
        and slopes.shape == (len(_HALVES) + 1,)
        and biases.shape == (len(classes),)
    )
    if not fits:
        raise ValueError("the parts of the model do not fit together")
    return TopicModel(
        classes,
        Features(*halves),
        words,
        grams,
        Calibration(slopes, biases),
        manifest["training_hash"],
        manifest["metrics"],
    )


def _space(arrays: dict[str, Any], name: str) -> Space:
    return Space(*(arrays[f"{name}_{part}"].astype(np.float32) for part in ("along", "support", "voices")))


def _fits(half: Half, space: Space, classes: int) -> bool:
    points, directions = space.support.shape
    return (
        half.weights.shape == (len(half.terms),)
        and space.along.shape == (len(half.terms), directions)
        and space.voices.shape == (points, classes)
    )
