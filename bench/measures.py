"""What is measured: pages by their addresses, submissions by real forms; driven in Python or, for pages, by wrk."""

import itertools
import re
import secrets
import shutil
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.client import CONNECTIONS, Connection, NextRequest, NoAnswer, drive, get, post
from bench.data import texts
from bench.filling import LISTED, OPEN
from bench.phrases import RARE_WORD
from bench.server import HOST

_SCRIPT = Path(__file__).with_name("paths.lua")
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_COOKIE = re.compile(rb"(?im)^set-cookie: ([^;]+)")
_OPINION = re.compile(rb'href="(/opinions/[a-z0-9]+)"')
_NEXT = re.compile(rb'rel="next" href="([^"]+)"')
OPINIONS = 100
FRESH = "FRESH"


@dataclass
class Rounds:
    """The rounds of one measure: requests, seconds and percentiles in ms of each; `failed` answers in all."""

    requests: int = 0
    seconds: float = 0.0
    medians: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Requests per second over all rounds."""
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        """The median of the rounds' medians, in ms."""
        return statistics.median(self.medians)

    @property
    def p99(self) -> float:
        """The median of the rounds' 99th percentiles, in ms."""
        return statistics.median(self.p99s)


def page_measures(port: int) -> dict[str, list[str]]:
    """The addresses behind each measure of the portal at `port`; FRESH in one becomes another number each time."""
    board = f"/boards/{LISTED}"
    opinions = _opinions(port, board)
    return {
        "home": ["/"],
        "list": [board],
        "list, none kept": [f"{board}?n={FRESH}"],
        "list, last page": [f"{board}?cursor=b."],
        "opinion": opinions,
        "opinion, none kept": [f"{path}?n={FRESH}" for path in opinions],
        "search, frequent word": [f"/search?q={quote('小区')}"],
        "search, rare word": [f"/search?q={quote(RARE_WORD)}"],
        "search, two words": [f"/search?q={quote('路灯 小区')}"],
        "search, two words, last page": [f"/search?q={quote('路灯 小区')}&cursor=b."],
        "search, word and state": [f"/search?q={quote('小区')}&state=answered"],
        "list by state": ["/search?state=answered"],
    }


def _opinions(port: int, path: str) -> list[str]:
    """The addresses of the first OPINIONS opinions on the list at `path` and the pages that follow."""
    found = dict[str, None]()
    connection = Connection(port)
    try:
        while len(found) < OPINIONS:
            status, _head, body = connection.exchange(get(path))
            if status != 200:
                raise NoAnswer(f"{path} answers {status}")
            found.update(dict.fromkeys(link.decode() for link in _OPINION.findall(body)))
            following = _NEXT.search(body)
            if following is None:
                break
            path = unescape(following[1].decode())
    finally:
        connection.close()
    return list(found)[:OPINIONS]


SUBMISSIONS = {"submit": LISTED, "submit, public at once": OPEN}


class Author:
    """A citizen's browser: opens the form once for its session and token, then hands in one opinion after another."""

    def __init__(self, port: int, board: str, number: int) -> None:
        self._path = f"/boards/{board}/new"
        self._texts = itertools.cycle(texts(500, seed=number))
        connection = Connection(port)
        try:
            status, head, body = connection.exchange(get(self._path))
        finally:
            connection.close()
        token = _TOKEN.search(body)
        if status != 200 or token is None:
            raise NoAnswer(f"{self._path} answers {status} without a form")
        self._token = token[1].decode()
        self._cookie = "; ".join(found.decode() for found in _COOKIE.findall(head))

    def __call__(self) -> bytes:
        """The next form, filled in."""
        text = next(self._texts)
        return self.form(text.title, text.body, secrets.token_urlsafe(16))

    def form(self, title: str, body: str, form_key: str) -> bytes:
        """The request that hands in this form."""
        fields = {
            "csrf_token": self._token, "form_key": form_key, "title": title, "body": body, "unit": "",
            "topic": "", "visibility": "public", "group": "", "contact": "", "consent": "y",
        }  # fmt: skip
        return post(self._path, urlencode(fields).encode(), self._cookie)


def wrk() -> str | None:
    """Where wrk is, if it is installed."""
    return shutil.which("wrk")


def measure_pages(rounds: Rounds, port: int, paths: Sequence[str], seconds: int, with_wrk: bool) -> None:
    """One more round of GETs of `paths`, in turn."""
    if with_wrk:
        _by_wrk(rounds, port, paths, seconds)
        return
    in_turn = zip(itertools.cycle(paths), itertools.count(time.monotonic_ns()), strict=False)
    requests = (get(path.replace(FRESH, str(number))) for path, number in in_turn)
    _by_python(rounds, port, [requests.__next__] * CONNECTIONS, seconds)


def measure_submissions(rounds: Rounds, port: int, authors: Sequence[Author], seconds: int) -> None:
    """One more round of submissions, each author over a connection of its own."""
    _by_python(rounds, port, authors, seconds)


def _by_python(rounds: Rounds, port: int, sources: Sequence[NextRequest], seconds: int) -> None:
    load = drive(port, sources, seconds)
    rounds.requests += len(load.latencies) - load.failed
    rounds.seconds += load.seconds
    rounds.medians.append(load.percentile(0.5))
    rounds.p99s.append(load.percentile(0.99))
    rounds.failed += load.failed


def _by_wrk(rounds: Rounds, port: int, paths: Sequence[str], seconds: int) -> None:
    command = [
        wrk() or "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "30s",
        "-s", str(_SCRIPT), f"http://{HOST}:{port}", "--", *paths,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("measured "))
    requests, microseconds, median, p99, failed = (int(word) for word in line.split()[1:])
    rounds.requests += requests - failed
    rounds.seconds += microseconds / 1e6
    rounds.medians.append(median / 1000)
    rounds.p99s.append(p99 / 1000)
    rounds.failed += failed
