"""The figures as lines on the screen and as a page of the documentation."""

import importlib.metadata
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.commands import Digest, Import
from bench.measures import Rounds
from portal.core.clock import now

_INTRODUCTION = Path(__file__).with_name("introduction.md")
_PACKAGES = ("Flask", "Jinja2", "SQLAlchemy", "gunicorn", "psycopg")


@dataclass
class Result:
    """All figures of one database at one size."""

    database: str
    size: int
    filling_seconds: float
    driver: str = ""
    shape: str = ""
    rounds: dict[str, Rounds] = field(default_factory=dict)
    memory_at_start: float = 0.0
    memory: float = 0.0
    memory_kind: str = ""
    imported: Import | str = ""
    digest: Digest | str = ""

    @property
    def limit(self) -> float:
        """The limit's requests per second, or 0 where it was not measured."""
        return next(iter(self.rounds.values())).rate if self.rounds else 0.0


def result_lines(result: Result) -> list[str]:
    """The figures of one result, as Markdown."""
    return [
        f"### {result.database}, {result.size:,} opinions",
        "",
        "| what | requests/s | of the limit | p50 ms | p99 ms |",
        "|---|---:|---:|---:|---:|",
        *[_row(name, rounds, result.limit) for name, rounds in result.rounds.items()],
        "",
        f"- Driven by {result.driver}. List page: {result.shape}.",
        f"- Memory of all gunicorn processes ({result.memory_kind}): {result.memory_at_start:.0f} MiB at the start, "
        f"{result.memory:.0f} MiB after the load.",
        *_command_lines(result),
        f"- The database was filled in {result.filling_seconds:.0f} s.",
        "",
    ]


def _row(name: str, rounds: Rounds, limit: float) -> str:
    share = f"{rounds.rate / limit:.0%}" if limit else "–"
    failed = f" ({rounds.failed} failed)" if rounds.failed else ""
    return f"| {name} | {rounds.rate:,.0f}{failed} | {share} | {rounds.p50:.1f} | {rounds.p99:.1f} |"


def _command_lines(result: Result) -> Iterable[str]:
    if isinstance(result.imported, Import):
        rate = result.imported.rows / result.imported.seconds
        yield (
            f"- `flask opinions import --published` of {result.imported.rows:,} rows: {result.imported.seconds:.1f} s, "
            f"{rate:,.0f} rows/s, peak {result.imported.peak_mib:.0f} MiB."
        )
    elif result.imported:
        yield f"- {result.imported}"
    if isinstance(result.digest, Digest):
        yield f"- `flask digest build`: {result.digest.seconds:.1f} s, peak {result.digest.peak_mib:.0f} MiB."
    elif result.digest:
        yield f"- {result.digest}"


def document(results: Iterable[Result], skipped: Iterable[str], arguments: Iterable[str]) -> str:
    """The page of the documentation: how it is measured, where it was, the figures."""
    command = " ".join(["python -m bench", *arguments])
    lines = [
        _INTRODUCTION.read_text(encoding="utf-8").rstrip(),
        "",
        "## Figures",
        "",
        f"{now():%Y-%m-%d}, `{command}`",
        "",
        f"- {machine()}",
        f"- {_versions()}",
        *[f"- {reason}" for reason in skipped],
        "",
    ]
    for result in results:
        lines += result_lines(result)
    return "\n".join(lines).rstrip() + "\n"


def machine() -> str:
    """The processor, the system and how busy they were."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, {platform.system()}; load averages at the end {load}"


def _versions() -> str:
    packages = [f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", *packages])
