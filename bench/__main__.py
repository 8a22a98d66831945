"""`python -m bench`: the portal as it is served, against the limit, in one interleaved run. See docs/benchmarks.md."""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.client import CONNECTIONS
from bench.commands import measure_digest, measure_import
from bench.databases import SERVER, empty_database, prepare, version
from bench.measures import (
    SUBMISSIONS,
    Author,
    Rounds,
    measure_pages,
    measure_submissions,
    page_measures,
    wrk,
)
from bench.page import write_portal_part
from bench.report import Result, document, result_lines
from bench.server import PORTAL, Server, portal_environment
from bench.shape import difference
from portal.config import ROOT

DATABASES = ("sqlite", "postgresql")
LIMIT = "limit"
ROUND_SECONDS = 1
IMPORTED = 10_000


def main() -> int:
    """Run what the command line asks for; the exit code."""
    options = _options()
    # So that servers and databases go away when somebody stops the benchmark.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    results, skipped = [], []
    for kind in options.databases:
        if kind == "postgresql" and not os.environ.get(SERVER):
            skipped.append(f"PostgreSQL is left out: {SERVER} names no server.")
            print(skipped[-1])
            continue
        for size in options.sizes:
            print(f"\n{kind}, {size:,} opinions", flush=True)
            result = _measured(kind, size, options)
            results.append(result)
            print("\n".join(result_lines(result)), flush=True)
    if options.out and results:
        write_portal_part(document(results, skipped, sys.argv[1:]), options.out)
        print(f"\nWritten to {options.out}")
    return 0 if results else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[10_000], metavar="N,N")
    parser.add_argument("--databases", type=kinds, default=list(DATABASES), metavar="sqlite,postgresql")
    parser.add_argument("--seconds", type=int, default=5, help="of load per measure, in rounds of one second")
    parser.add_argument(
        "--client", choices=("auto", "python", "wrk"), default="auto", help="what asks for pages"
    )
    parser.add_argument("--no-commands", action="store_true", help="leave import and digest out")
    parser.add_argument("--out", type=Path, help="write a page of the figures there")
    return parser.parse_args()


def _numbers(typed: str) -> list[int]:
    return [int(word) for word in typed.split(",")]


def kinds(typed: str) -> list[str]:
    """Names of databases as the command line takes them. Raises `ArgumentTypeError` for another name."""
    named = typed.split(",")
    unknown = set(named) - set(DATABASES)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return named


def _measured(kind: str, size: int, options: argparse.Namespace) -> Result:
    """All measures on one new database of `size` opinions."""
    with ExitStack() as held:
        # In the working folder: /tmp may be memory, where nothing waits for a disk.
        (ROOT / "instance").mkdir(exist_ok=True)
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "instance")))
        url = held.enter_context(empty_database(kind, folder))
        environment = portal_environment(folder, url)
        result = Result(version(url), size, prepare(environment, size))
        _load(result, environment, folder, options)
        if not options.no_commands:
            result.digest = measure_digest(environment, folder)
            result.imported = measure_import(environment, folder, IMPORTED)
    return result


def _load(result: Result, environment: dict[str, str], folder: Path, options: argparse.Namespace) -> None:
    with_wrk = options.client == "wrk" or (options.client == "auto" and wrk() is not None)
    result.driver = "wrk (pages), Python (submissions)" if with_wrk else "Python"
    rounds = result.rounds
    with (
        Server(PORTAL, environment, folder / "portal.log", ready="/readyz") as portal,
        Server("bench.limit_app:app", environment, folder / "limit.log") as limit,
    ):
        pages = page_measures(portal.port)
        result.shape = difference(limit.port, "/", portal.port, pages["list"][0])
        result.memory_at_start = portal.memory_mib()[0]
        authors = {
            name: [Author(portal.port, board, number) for number in range(CONNECTIONS)]
            for name, board in SUBMISSIONS.items()
        }
        for _round in range(max(1, options.seconds // ROUND_SECONDS)):
            measure_pages(rounds.setdefault(LIMIT, Rounds()), limit.port, ["/"], ROUND_SECONDS, with_wrk)
            for name, paths in pages.items():
                measure_pages(rounds.setdefault(name, Rounds()), portal.port, paths, ROUND_SECONDS, with_wrk)
            for name, writers in authors.items():
                measure_submissions(rounds.setdefault(name, Rounds()), portal.port, writers, ROUND_SECONDS)
        result.memory, result.memory_kind = portal.memory_mib()


if __name__ == "__main__":
    sys.exit(main())
