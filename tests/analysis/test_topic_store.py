"""A model on disk is the model, and nothing but the recorded one is loaded."""

import hashlib
import json
import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from portal.analysis.topic_model import TopicModel
from portal.analysis.topic_store import ModelRefused, load, manifest_path, save
from portal.analysis.topic_training import train
from tests.analysis.labelled import labelled

ASKED = ["公交车晚点", "", "河水发臭，睡不着"]


@cache
def trained() -> TopicModel:
    texts, topics = zip(*labelled(30), strict=True)
    return train(texts, topics)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "topics.npz"
    save(trained(), path)
    return path


def reason(path: Path, recorded: str | None = None) -> str:
    with pytest.raises(ModelRefused) as caught:
        load(path, recorded)
    return caught.value.reason


def test_a_loaded_model_says_what_the_trained_one_said(tmp_path: Path) -> None:
    path = tmp_path / "模型.npz"
    recorded = save(trained(), path)
    again = load(path, recorded)
    assert np.allclose(again.probabilities(ASKED), trained().probabilities(ASKED), atol=5e-3)
    assert again.classes == trained().classes
    assert again.metrics == trained().metrics
    assert again.training_hash == trained().training_hash


def test_the_same_model_is_the_same_bytes(stored: Path, tmp_path: Path) -> None:
    save(trained(), tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == stored.read_bytes()
    assert manifest_path(tmp_path / "again.npz").read_bytes() == manifest_path(stored).read_bytes()


def test_no_message_and_no_pickle_is_in_it(stored: Path) -> None:
    content = stored.read_bytes() + manifest_path(stored).read_bytes()
    assert not [text for text, _ in labelled(30) if text.encode() in content]
    with np.load(stored, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file)


def test_changed_numbers_are_refused(stored: Path) -> None:
    raw = bytearray(stored.read_bytes())
    raw[len(raw) // 2] ^= 1
    stored.write_bytes(raw)
    assert reason(stored) == "changed"


def test_a_changed_manifest_is_refused_by_whoever_recorded_it(stored: Path) -> None:
    recorded = hashlib.sha256(manifest_path(stored).read_bytes()).hexdigest()
    load(stored, recorded)
    told = json.loads(manifest_path(stored).read_text(encoding="utf-8"))
    told["classes"].reverse()
    manifest_path(stored).write_text(json.dumps(told), encoding="utf-8")
    assert reason(stored, recorded) == "changed"


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"1", b'{"format": "other", "sha256": ""}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_manifest_is_refused(stored: Path, raw: bytes) -> None:
    manifest_path(stored).write_bytes(raw)
    assert reason(stored) == "unreadable"


def with_hash(path: Path, numbers: bytes, **changes: object) -> None:
    told = json.loads(manifest_path(path).read_text(encoding="utf-8"))
    told |= {"sha256": hashlib.sha256(numbers).hexdigest(), **changes}
    path.write_bytes(numbers)
    manifest_path(path).write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.parametrize("numbers", [b"", b"no zip", pickle.dumps([1]), b"PK\x03\x04"])
def test_numbers_that_are_none_are_refused_even_with_their_hash(stored: Path, numbers: bytes) -> None:
    with_hash(stored, numbers)
    assert reason(stored) == "unreadable"


@pytest.mark.parametrize("changes", [{"classes": ["甲"]}, {"words": []}, {"classes": None}, {"grams": 1}])
def test_parts_that_do_not_fit_are_refused(stored: Path, changes: dict[str, object]) -> None:
    with_hash(stored, stored.read_bytes(), **changes)
    assert reason(stored) == "unreadable"


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz")
