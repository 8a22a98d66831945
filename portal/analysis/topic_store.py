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
from portal.analysis.topic_space import VIEWS, Machine

FORMAT = "portal-topic-model/1"
_ARRAYS = ("word_weights", "gram_weights", "along", "support", "voices", "biases")


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
    arrays: dict[str, Any] = {
        "word_weights": model.features.words.weights.astype(np.float32),
        "gram_weights": model.features.grams.weights.astype(np.float32),
        "along": model.along.astype(np.float16),
        "support": model.machine.support.astype(np.float32),
        "voices": model.machine.voices.astype(np.float32),
        "biases": model.calibration.biases,
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
        "slope": model.calibration.slope,
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
    with np.load(io.BytesIO(numbers), allow_pickle=False) as file:
        arrays = {name: file[name] for name in _ARRAYS}
    model = TopicModel(
        tuple(manifest["classes"]),
        Features(
            Half(tuple(manifest["words"]), arrays["word_weights"].astype(np.float64)),
            Half(tuple(manifest["grams"]), arrays["gram_weights"].astype(np.float64)),
        ),
        arrays["along"].astype(np.float32),
        Machine(arrays["support"].astype(np.float64), arrays["voices"].astype(np.float64)),
        Calibration(float(manifest["slope"]), arrays["biases"].astype(np.float64)),
        manifest["training_hash"],
        manifest["metrics"],
    )
    terms = len(model.features.words.terms) + len(model.features.grams.terms)
    fits = (
        model.along.shape == (terms, model.machine.support.shape[1])
        and model.machine.voices.shape == (len(VIEWS), len(model.machine.support), len(model.classes))
        and model.calibration.biases.shape == (len(model.classes),)
    )
    if not fits:
        raise ValueError("the parts of the model do not fit together")
    return model
