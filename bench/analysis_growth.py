"""How time and memory of matters, of digests and of near-duplicates grow, on collections that grow like real ones.

Near-duplicates are looked for in letters filled in after few patterns as well, the worst that is met: nearly all look
like candidates, and hardly any is one.

Each measure runs in a process of its own; its peak memory is that of the process and its workers together (PSS).
Workers load this module anew: what they do not need, and would not have loaded for a command, is imported where it is used.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path
from statistics import linear_regression

import numpy as np

from bench.growth import grown, patterned
from portal.analysis.duplicates import Written, find_duplicates
from portal.analysis.matters import CUT, find_matters
from portal.analysis.neighbours import neighbour_pairs
from portal.analysis.records import Message
from portal.analysis.terms import read
from portal.analysis.vectors import body_vectors, counted, rarity, term_weights, whole_vectors, with_places
from portal.core.csv_file import write_csv
from portal.core.memory import peak_memory

SIZES = (4_326, 50_000, 200_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, up to how many messages, and what it may take: seconds and MiB, by number of messages."""

    name: str
    largest: int
    goals: Mapping[int, tuple[int, int]]


MEASURES = {
    "matters": Measure("Matters alone", SIZES[-1], {200_000: (60, 1536), 1_000_000: (480, 4096)}),
    "digest": Measure(
        "Digest of a file, documents included", 50_000, {4_326: (15, 1024), 50_000: (60, 1024)}
    ),
    "duplicates": Measure("Near-duplicates", 200_000, {}),
    "patterned": Measure("Near-duplicates in patterned letters", 200_000, {}),
}
_SAMPLE = 200  # rows whose exact neighbours are looked for
_KEPT = 15
_LARGEST_RECALL = 200_000  # messages; beyond, all vectors in one more process say nothing new


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took, its workers included, and how many groups it found; memory in MiB."""

    cpu: float
    wall: float
    peak_mib: float
    groups: int


def run(data_dir: Path, sizes: Sequence[int] = SIZES) -> list[str]:
    """The figures as lines of Markdown; without the shared messages the sources are the benchmark's grammar."""
    lines = []
    for what, measure in MEASURES.items():
        costs = {size: _measured(what, size, data_dir) for size in sizes if size <= measure.largest}
        lines += [
            f"| {measure.name}: messages | CPU s | wall s | peak MiB | groups | goal |",
            "|---|---:|---:|---:|---:|---|",
            *(_row(size, cost, measure.goals.get(size)) for size, cost in costs.items()),
            "",
        ]
        if len(costs) > 1:
            lines += [f"CPU time grows with the power {_exponent(costs):.2f} of the number of messages.", ""]
    size = max((size for size in sizes if size <= _LARGEST_RECALL), default=sizes[0])
    found = json.loads(_asked("recall", size, data_dir))
    lines.append(
        f"Of the {_KEPT} nearest neighbours (exact, of {_SAMPLE} of {size:,} messages) {found['recall']:.3f} are found; "
        f"of those near enough to join, cosine {CUT} and more, {found['near']:.3f}."
    )
    return lines


def _row(size: int, cost: Cost, goal: tuple[int, int] | None) -> str:
    wanted = f"{goal[0]} s, {goal[1]:,} MiB" if goal else ""
    figures = f"{cost.cpu:.1f} | {cost.wall:.1f} | {cost.peak_mib:.0f} | {cost.groups:,}"
    return f"| {size:,} | {figures} | {wanted} |"


def _exponent(costs: dict[int, Cost]) -> float:
    """The slope of the line through the logarithms of sizes and CPU seconds (least squares)."""
    return linear_regression([log(size) for size in costs], [log(cost.cpu) for cost in costs.values()]).slope


def _measured(what: str, size: int, data_dir: Path) -> Cost:
    cost = Cost(**json.loads(_asked(what, size, data_dir)))
    print(f"{what}, {size:,}: {cost}", file=sys.stderr, flush=True)  # the whole takes long
    return cost


def _asked(what: str, size: int, data_dir: Path) -> str:
    from portal.config import ROOT

    command = [sys.executable, "-m", "bench.analysis_growth", what, str(size), str(data_dir)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def cost_of(what: str, messages: list[Message]) -> Cost:
    """Run one measure in this process."""
    if what == "digest":
        return _cost_of_digest(messages)
    started, cpu = time.perf_counter(), _cpu_seconds()
    with peak_memory() as peak:
        if what == "matters":
            groups = len(find_matters(messages, lambda _: None))
        else:
            groups = len(find_duplicates(Written(one.id, one.title, one.body) for one in messages).groups)
    wall, cpu = time.perf_counter() - started, _cpu_seconds() - cpu
    return Cost(cpu, wall, peak.mib, groups)


def _cost_of_digest(messages: list[Message]) -> Cost:
    from portal.digests.from_file import digest_from_file

    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "table.csv", Path(folder) / "digest"
        rows = ((one.id, one.author or "", one.title, str(one.created_at), one.body) for one in messages)
        write_csv(table, ("id", "author", "title", "created_at", "body"), rows)
        messages.clear()
        started, cpu = time.perf_counter(), _cpu_seconds()
        with peak_memory() as peak:
            paths = digest_from_file(table, out)
        wall, cpu = time.perf_counter() - started, _cpu_seconds() - cpu
        return Cost(cpu, wall, peak.mib, len(json.loads(paths[0].read_bytes())["matters"]))


def _cpu_seconds() -> float:
    """Of this process and of the workers that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def recall(messages: list[Message]) -> dict[str, float]:
    """Which part of the exact nearest neighbours of a sample is found: of all kept, and of those that may join."""
    corpus, _ = read(messages, lambda _: None)
    counts = counted(corpus)
    weights = term_weights(corpus.terms, rarity(counts))
    whole = whole_vectors(counts, weights, body_vectors(counts, weights))
    rows = with_places(whole, counts.levels)
    one, other, _ = neighbour_pairs(rows, _KEPT, 0.07)
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    sample = np.random.default_rng(7).choice(rows.shape[0], min(_SAMPLE, rows.shape[0]), replace=False)
    wanted = near = found = found_near = 0
    for row in sample.tolist():
        cosines = (rows @ rows[row].T).toarray().ravel()
        cosines[row] = 0
        for theirs in np.argsort(-cosines, kind="stable")[:_KEPT].tolist():
            if cosines[theirs] < 0.07:
                break
            hit = (min(row, theirs), max(row, theirs)) in pairs
            wanted, found = wanted + 1, found + hit
            if cosines[theirs] >= CUT:
                near, found_near = near + 1, found_near + hit
    return {"recall": found / max(wanted, 1), "near": found_near / max(near, 1)}


def main() -> None:
    """`python -m bench.analysis_growth matters|digest|duplicates|patterned|recall SIZE FOLDER`: one measure, as JSON."""
    what, size, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    messages = list(patterned(size) if what == "patterned" else grown(size, folder))
    print(json.dumps(recall(messages) if what == "recall" else asdict(cost_of(what, messages))))


if __name__ == "__main__":
    main()
