"""Matters: agreement with people, time, memory and growth beside a plain method (DBSCAN on TF-IDF)."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from bench import hot_issues, written_issues
from bench.data import texts
from portal.analysis.engine import analyse
from portal.analysis.matters import read_groups
from portal.analysis.records import Message
from portal.config import ROOT

SIZES = (4_000,)  # how time and memory grow: bench/analysis_growth.py
PLAIN_LIMIT = 50_000  # the plain method compares all pairs: beyond this it would take hours
_START = datetime(2026, 1, 1)
_REAL = "messages_answered.csv"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one analysis took: processor seconds, peak memory of its process in MiB, and how many groups it found."""

    seconds: float
    peak_mib: float
    groups: int


def run(data_dir: Path, sizes: tuple[int, ...] = SIZES) -> list[str]:
    """The figures as lines of Markdown; `data_dir` holds the shared messages, left out where it does not.

    Each analysis runs in a process of its own, so that its peak memory is its own.
    """
    lines = [
        "| messages | matters and aspects: CPU s | peak MiB | matters | DBSCAN: CPU s | peak MiB | groups |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    real = data_dir / _REAL
    if real.is_file():
        lines.append(_line(f"{_REAL}", _cost("ours", str(real)), _cost("plain", str(real))))
    costs = {size: _cost("ours", str(size)) for size in sizes}
    for size, cost in costs.items():
        plain = _cost("plain", str(size)) if size <= PLAIN_LIMIT else None
        lines.append(_line(f"{size:,} synthetic", cost, plain))
    if len(sizes) > 1:
        few, many = sizes[0], sizes[-1]
        exponent = log(costs[many].seconds / costs[few].seconds) / log(many / few)
        lines += [
            "",
            f"From {few:,} to {many:,} messages the time grows with the power {exponent:.2f} of their number.",
        ]
    return [*lines, "", *_agreements(_read(real) if real.is_file() else synthetic(sizes[0]))]


def _agreements(others: list[Message]) -> list[str]:
    """How well the hot issues kept for reporting are found, by themselves and among other messages, beside DBSCAN."""
    grown = hot_issues.told("report")
    grown_names = [issue.name for issue in hot_issues.issues() if issue.half == "report"]
    lines = [
        f"Invented hot issues among their look-alikes: {len(grown_names)} put together from sentences that many share",
        "(`bench/hot_issues.py`), and others of which every message was written by itself (`bench/written_issues.py`);",
        f"alone, and mixed among {len(others):,} other messages. F1 is that of the best group of each issue; a group mixes things",
        "where more than one message in ten is of another one. “At first” is what a part said before its misses were read.",
        "",
        "| issues | among others | method | mean F1 | at first | issues found | groups that mix things |",
        "|---|---|---|---:|---:|---:|---:|",
        *_agreement_lines("of shared sentences", grown, grown_names, others, (None, None)),
    ]
    for part, first in written_issues.FIRST.items():
        told, names = written_issues.told(part), written_issues.names(part)
        lines += _agreement_lines(f"each by itself, `{part}`", told, names, others, first)
    return lines


def _agreement_lines(
    kind: str,
    told: hot_issues.Told,
    names: list[str],
    others: list[Message],
    first: tuple[float | None, float | None],
) -> Iterator[str]:
    for where, beside, then in (("no", [], first[0]), ("yes", others, first[1])):
        messages = [*told.messages, *beside]
        labels = [*told.labels, *(f"other {row}" for row in range(len(beside)))]
        for method, groups in (("matters", read_groups(messages)), ("DBSCAN", plain_groups(messages))):
            found = hot_issues.agreement(labels, groups, names)
            earlier = f"{then:.2f}" if then is not None and method == "matters" else "–"
            yield (
                f"| {kind} | {where} | {method} | {found.mean:.3f} | {earlier} | {found.found} of {len(names)} "
                f"| {found.mixed} of {found.groups} |"
            )


def _line(name: str, ours: Cost, plain: Cost | None) -> str:
    beside = f"{plain.seconds:.1f} | {plain.peak_mib:.0f} | {plain.groups:,}" if plain else "– | – | –"
    return f"| {name} | {ours.seconds:.1f} | {ours.peak_mib:.0f} | {ours.groups:,} | {beside} |"


def _cost(method: str, source: str) -> Cost:
    command = [sys.executable, "-m", "bench.analysis_matters", method, source]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Cost(**json.loads(done.stdout))


def measured(method: str, source: str) -> Cost:
    """Run one method in this process on a csv file, or on as many synthetic messages as `source` says."""
    messages = synthetic(int(source)) if source.isdigit() else _read(Path(source))
    started = time.process_time()
    groups = len(analyse(messages).matters) if method == "ours" else len(plain_groups(messages))
    return Cost(time.process_time() - started, getrusage(RUSAGE_SELF).ru_maxrss / 1024, groups)


def plain_groups(messages: list[Message]) -> list[list[int]]:
    """The groups that DBSCAN finds on TF-IDF of words at a distance of .6: what one would try first."""
    import rjieba
    from sklearn.cluster import DBSCAN
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None, lowercase=False, min_df=2, max_df=0.3)
    rows = words.fit_transform(message.text for message in messages)
    labels = DBSCAN(eps=0.6, min_samples=2, metric="cosine").fit_predict(rows)
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(labels.tolist()):
        groups.setdefault(label, []).append(row)
    return [rows for label, rows in groups.items() if label >= 0]


def synthetic(count: int) -> list[Message]:
    """Messages of the benchmark's grammar, ten an hour."""
    return [
        Message(f"{row:07}", text.title, text.body, f"u{row % 977}", _START + timedelta(minutes=6 * row))
        for row, text in enumerate(texts(count))
    ]


def _read(path: Path) -> list[Message]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            Message(row["id"], row["title"].strip(), row["body"].strip(), row["author"] or None, None)
            for row in csv.DictReader(stream)
        ]


if __name__ == "__main__":
    cost = measured(*sys.argv[1:3])
    print(json.dumps({"seconds": cost.seconds, "peak_mib": cost.peak_mib, "groups": cost.groups}))
