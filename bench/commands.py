"""What commands take: importing a spreadsheet, building a digest; each in a process of its own, measured alone."""

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.data import texts
from bench.filling import CAMPAIGN, LISTED
from portal.config import ROOT

_FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
PATIENCE_SECONDS = 1800


class Import(NamedTuple):
    """`flask opinions import --published`: rows, seconds with the start of the process, peak memory in MiB."""

    rows: int
    seconds: float
    peak_mib: float


class Digest(NamedTuple):
    """`flask digest build` over the whole campaign: seconds with the start of the process, peak memory in MiB."""

    seconds: float
    peak_mib: float


class _Run(NamedTuple):
    code: int
    seconds: float
    peak_mib: float
    output: str


def measure_import(environment: dict[str, str], folder: Path, count: int) -> Import | str:
    """Import `count` rows, or say why not."""
    table = folder / "import.csv"
    _write(table, count)
    run = _run(("opinions", "import", str(table), "--board", LISTED, "--published"), environment, folder)
    return Import(count, run.seconds, run.peak_mib) if run.code == 0 else _refused("opinions import", run)


def measure_digest(environment: dict[str, str], folder: Path) -> Digest | str:
    """Build the digest of the campaign, documents included, or say why not."""
    run = _run(
        ("digest", "build", "--campaign", CAMPAIGN, "--out", str(folder / "digest")), environment, folder
    )
    return Digest(run.seconds, run.peak_mib) if run.code == 0 else _refused("digest build", run)


def _refused(command: str, run: _Run) -> str:
    last = run.output.strip().splitlines()[-1:] or ["no output"]
    return f"flask {command} was not measured, it ended with {run.code}: {last[0]}"


def _run(arguments: tuple[str, ...], environment: dict[str, str], folder: Path) -> _Run:
    log = folder / "command.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_FLASK, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        late = threading.Timer(PATIENCE_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
        late.start()
        try:
            # wait4 tells the peak memory of this one process and its own children.
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        finally:
            late.cancel()
    seconds = time.perf_counter() - began
    code = process.returncode = os.waitstatus_to_exitcode(status)
    return _Run(code, seconds, usage.ru_maxrss / 1024, log.read_text(encoding="utf-8", errors="replace"))


def _write(path: Path, count: int) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("external_id", "title", "body", "created_at", "unit", "topic", "reply", "replied_at")
        )
        for number, text in enumerate(texts(count, seed=7)):
            moment = first + timedelta(minutes=number)
            replied = (moment + timedelta(days=5)).isoformat() if text.reply else ""
            writer.writerow(
                (
                    number,
                    text.title,
                    text.body,
                    moment.isoformat(),
                    text.unit,
                    text.topic,
                    text.reply,
                    replied,
                )
            )
