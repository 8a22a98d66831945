"""How well near-duplicates and personal data are found in real messages, beside plain methods in the same run."""

import csv
import random
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy import sparse

from bench import repeated
from portal.analysis.alike import ALIKE, grams, jaccard, similar_to, written_text
from portal.analysis.duplicates import Written, find_duplicates
from portal.analysis.normalise import data_lines
from portal.analysis.personal_data import find_personal_data
from portal.analysis.signatures import candidates, signatures

SEED = 20190415
_WINDOW = 200  # candidates that a search index hands over while somebody writes

Ids = set[tuple[str, str]]


def run(data_dir: Path) -> list[str]:
    """Lines of Markdown with the figures of `messages_answered.csv` in `data_dir`. Raises OSError without it."""
    with (Path(data_dir) / "messages_answered.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [Written(row["id"], row["title"], row["body"]) for row in csv.DictReader(file)]
    return [*_against_oracle(rows), "", *_changed_copies(rows), "", *_speed(rows)]


def _against_oracle(rows: list[Written]) -> list[str]:
    started = time.process_time()
    oracle = _oracle(rows)
    oracle_seconds = time.process_time() - started
    lines = [
        f"{len(rows)} messages; the oracle, every pair compared, has {len(oracle)} near-duplicates.",
        "",
        "| method | recall | precision | CPU seconds |",
        "|---|---|---|---|",
        f"| every pair (oracle) | 1.000 | 1.000 | {oracle_seconds:.2f} |",
    ]
    methods: tuple[tuple[str, Callable[[list[Written]], Ids]], ...] = (
        ("MinHash alone, estimate ≥ 0.5", _by_estimate),
        ("equal texts", _by_equality),
        ("ours", _ours),
    )
    for name, method in methods:
        started = time.process_time()
        found = method(rows)
        seconds = time.process_time() - started
        right = len(found & oracle)
        lines.append(
            f"| {name} | {right / len(oracle):.3f} | {right / max(len(found), 1):.3f} | {seconds:.2f} |"
        )
    return lines


def _oracle(rows: list[Written]) -> Ids:
    """All pairs whose sets of 3-grams, as written, have a Jaccard similarity of 0.5: a sparse product."""
    numbers: dict[str, int] = {}
    held: list[int] = []
    ends = [0]
    for row in rows:
        held += (numbers.setdefault(gram, len(numbers)) for gram in grams(written_text(row.title, row.body)))
        ends.append(len(held))
    table = sparse.csr_matrix((np.ones(len(held), np.int32), held, ends))
    shared = sparse.triu(table @ table.T, 1).tocoo()
    sizes = np.diff(ends)
    alike = shared.data >= ALIKE * (sizes[shared.row] + sizes[shared.col] - shared.data)
    places = zip(shared.row[alike].tolist(), shared.col[alike].tolist(), strict=True)
    return {_ids(rows, one, other) for one, other in places}


def _ids(rows: list[Written], one: int, other: int) -> tuple[str, str]:
    return min(rows[one].id, rows[other].id), max(rows[one].id, rows[other].id)


def _by_estimate(rows: list[Written]) -> Ids:
    signed = signatures(written_text(row.title, row.body) for row in rows)
    return {
        _ids(rows, one, other)
        for one, other in candidates(signed).tolist()
        if np.mean(signed[one] == signed[other]) >= ALIKE
    }


def _by_equality(rows: list[Written]) -> Ids:
    same: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        same.setdefault(row.title + row.body, []).append(place)
    return {_ids(rows, *pair) for places in same.values() for pair in combinations(places, 2)}


def _ours(rows: list[Written]) -> Ids:
    return {(pair.a, pair.b) for pair in find_duplicates(rows).pairs}


def _changed_copies(rows: list[Written]) -> list[str]:
    """Each message with a changed copy of its body: how many copies are found, by Jaccard as written and by us."""
    lines = [
        "| copies with … | found | every pair ≥ 0.5 on raw text would find |",
        "|---|---|---|",
    ]
    for name, change in _changes():
        copies = [Written(f"{row.id}+", row.title, change(row.body)) for row in rows]
        pairs = _ours([*rows, *copies])
        found = sum((row.id, f"{row.id}+") in pairs for row in rows)
        plain = sum(jaccard(_raw(row), _raw(copy)) >= ALIKE for row, copy in zip(rows, copies, strict=True))
        lines.append(f"| {name} | {found / len(rows):.4f} | {plain / len(rows):.4f} |")
    return lines


def _raw(row: Written) -> frozenset[str]:
    return grams("".join(f"{row.title}\n{row.body}".split()))


def _changes() -> Iterator[tuple[str, Callable[[str], str]]]:
    rng = random.Random(SEED)
    often = "的一是不了人在有我他这个们中来上大为和国地到以说时要就出会"
    pairs = [pair for line in data_lines("traditional_simplified.txt") for pair in line.split()]
    traditional = {ord(pair[1]): pair[0] for pair in reversed(pairs)}
    yield (
        "a tenth of the characters replaced",
        lambda text: "".join(rng.choice(often) if rng.random() < 0.1 else char for char in text),
    )
    yield "traditional characters", lambda text: text.translate(traditional)
    yield "a greeting and a sign-off", lambda text: f"尊敬的领导：\n您好！{text}\n此致敬礼！盼复，谢谢！"
    yield "other punctuation", lambda text: text.replace("，", "！！").replace("。", " ~ ")


def _speed(rows: list[Written]) -> list[str]:
    rng = random.Random(SEED)
    texts = [(row.id, f"{row.title}\n{row.body}") for row in rows]
    taken = []
    for _round in range(21):
        among = rng.sample(texts, min(_WINDOW, len(texts)))
        text = rng.choice(texts)[1]
        started = time.process_time()
        similar_to(text, among)
        taken.append(time.process_time() - started)
    taken.sort()
    megabyte = "\n".join(row.body for row in rows)[: 1 << 20]
    return [
        "| what | CPU seconds |",
        "|---|---|",
        f"| a new text against {_WINDOW} candidates, median of 21 | {taken[10]:.3f} |",
        f"| the slowest of them | {taken[-1]:.3f} |",
        f"| personal data in {len(megabyte.encode()) / 1e6:.1f} MB of messages | {_timed(megabyte):.2f} |",
        *repeated.run(),
    ]


def _timed(text: str) -> float:
    started = time.process_time()
    find_personal_data(text)
    return time.process_time() - started
