"""`python -m bench.spike`: a rush of submissions at a steady rate, as after an evening's news. See docs/benchmarks.md.

Forms arrive by the clock, whether or not the ones before are answered: a latency counts from the moment the form was
due, so that a server that stalls is not asked more gently. Afterwards every receipt is looked up in the database.
"""

import argparse
import itertools
import re
import selectors
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bench.__main__ import DATABASES, kinds
from bench.client import PATIENCE_SECONDS, Connection, Load, NoAnswer
from bench.databases import empty_database, prepare, version
from bench.measures import SUBMISSIONS, Author
from bench.server import PORTAL, Server, portal_environment
from portal.config import ROOT, read_settings
from portal.core.ids import normalised_code
from portal.opinions.models import Case
from portal.opinions.submission import receipt_hash

CLIENTS, MOST_CLIENTS = 8, 50
AUTHORS = 20
FILLED = 1_000
_CODE = re.compile(rb'class="receipt-code">([^<]+)<')


@dataclass
class Rush:
    """What came of it: answers and latencies, the codes of the receipts, and how many connections were open at most."""

    load: Load = field(default_factory=Load)
    codes: list[str] = field(default_factory=list)
    clients: int = CLIENTS


def main() -> int:
    """Run what the command line asks for; 1 where a receipt was lost or an answer was not 200."""
    options = _options()
    faults = 0
    for kind in options.databases:
        with ExitStack() as held:
            (ROOT / "instance").mkdir(exist_ok=True)
            folder = Path(
                held.enter_context(tempfile.TemporaryDirectory(prefix="spike-", dir=ROOT / "instance"))
            )
            url = held.enter_context(empty_database(kind, folder))
            environment = portal_environment(folder, url)
            prepare(environment, FILLED)
            with Server(PORTAL, environment, folder / "portal.log", ready="/readyz") as portal:
                rush = _rush(portal.port, options.rate, options.seconds)
            lost = _lost(rush.codes, environment, url)
            faults += lost + rush.load.failed
            print(_line(version(url), rush, options, lost), flush=True)
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.spike", description=__doc__)
    parser.add_argument("--databases", type=kinds, default=list(DATABASES), metavar="sqlite,postgresql")
    parser.add_argument("--rate", type=float, default=34.0, help="forms a second; 34 are 2,000 a minute")
    parser.add_argument("--seconds", type=int, default=300)
    return parser.parse_args()


def _forms(authors: list[Author]) -> Iterator[bytes]:
    for author in itertools.cycle(authors):
        yield author()


def _rush(port: int, rate: float, seconds: int) -> Rush:
    """Send `rate` forms a second for `seconds`, over 8 connections and, where all are busy, up to 50."""
    authors = [Author(port, SUBMISSIONS["submit"], number) for number in range(AUTHORS)]
    rush, forms, sent = Rush(), _forms(authors), 0
    began = time.perf_counter()
    # Taken in turn, so that none idles for so long that the server hangs up.
    free = deque(Connection(port) for _number in range(CLIENTS))
    busy: list[Connection] = []
    with selectors.DefaultSelector() as selector:
        while sent < rate * seconds or busy:
            due = began + sent / rate
            while sent < rate * seconds and time.perf_counter() >= due and (free or len(busy) < MOST_CLIENTS):
                connection = free.popleft() if free else Connection(port)
                connection.send(next(forms))
                connection.began = due
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                busy.append(connection)
                rush.clients, sent = max(rush.clients, len(busy)), sent + 1
                due = began + sent / rate
            _collect(selector, rush, free, busy, due if sent < rate * seconds else None)
    rush.load.seconds = time.perf_counter() - began
    for connection in free:
        connection.close()
    return rush


def _collect(
    selector: selectors.BaseSelector,
    rush: Rush,
    free: deque[Connection],
    busy: list[Connection],
    due: float | None,
) -> None:
    """Take in what has been answered until the next form is due."""
    full = due is None or (not free and len(busy) >= MOST_CLIENTS)
    patience = PATIENCE_SECONDS if full or due is None else max(0.0, due - time.perf_counter())
    ready = selector.select(timeout=patience)
    if full and not ready:
        raise NoAnswer(f"nothing came for {PATIENCE_SECONDS} seconds")
    for key, _events in ready:
        connection: Connection = key.data
        answer = connection.received()
        if answer is None:
            continue
        status, _head, body, stays = answer
        rush.load.latencies.append(time.perf_counter() - connection.began)
        code = _CODE.search(body)
        if status == 200 and code is not None:
            rush.codes.append(code[1].decode())
        else:
            rush.load.failed += 1
        selector.unregister(connection.socket)
        busy.remove(connection)
        if not stays:
            connection.reopen()
        free.append(connection)


def _lost(codes: list[str], environment: dict[str, str], url: str) -> int:
    """How many receipts no case can be found for, or one that another receipt has found already."""
    key = read_settings(environment).lookup_key
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        stored = set(connection.scalars(sa.select(Case.receipt_hash).where(Case.receipt_hash.is_not(None))))
    engine.dispose()
    found = {receipt_hash(key, normalised_code(code) or "") for code in codes} & stored
    return len(codes) - len(found)


def _line(database: str, rush: Rush, options: argparse.Namespace, lost: int) -> str:
    load = rush.load
    slowest = max(load.latencies) * 1000
    return (
        f"- {database}: {options.rate:g} forms a second for {options.seconds} s, {len(load.latencies):,} sent, "
        f"{load.failed} not answered with a receipt, {lost} receipts lost; p50 {load.percentile(0.5):.0f} ms, "
        f"p99 {load.percentile(0.99):.0f} ms, slowest {slowest:.0f} ms; at most {rush.clients} connections busy."
    )


if __name__ == "__main__":
    sys.exit(main())
