"""Connections go to the worker that has a thread for them, measured on gunicorn itself."""

import http.client
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Barrier
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from gunicorn.config import Config

from bench.server import Server, portal_environment
from portal.web.worker import FairWorker

MEETINGS = 8
PATIENCE_SECONDS = 20

served = Flask(__name__)
_both = Barrier(2)  # shared by the workers, which are forked when this module is loaded


@served.get("/")
def ready() -> str:
    """Asked until the server answers."""
    return ""


@served.get("/meet")
def meet() -> tuple[str, int]:
    """Answer well when another request is being answered at the same time."""
    try:
        _both.wait(3)
    except BrokenBarrierError:
        return "", 503
    return "", 200


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server with two workers of one thread each, with the portal's own settings of gunicorn."""
    environment = portal_environment(tmp_path, "sqlite://") | {"WEB_THREADS": "1"}
    with Server(f"{__name__}:served", environment, tmp_path / "log") as server:
        yield server.port


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/meet", headers={"Connection": "close"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_who_comes_while_one_worker_is_busy_is_served_by_the_other(port: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        statuses = [list(pool.map(_status, [port, port])) for _ in range(MEETINGS)]
    assert statuses == [[200, 200]] * MEETINGS


class _Threads:
    """Stands where a worker's threads stand, and never comes to its work."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    def submit(self, _handle: object, connection: Any) -> "_Threads":
        """Take a connection."""
        self.taken.append(connection)
        return self

    def add_done_callback(self, _callback: object) -> None:
        """Nothing is ever done."""

    def cancelled(self) -> bool:
        """Asked when a connection is taken back; what was cancelled is closed."""
        return True


class _Connection:
    def close(self, graceful: bool = False) -> None:
        """Asked by the worker for what it does not keep."""


class _Poller:
    """Stands where a worker's selector stands."""

    def __init__(self) -> None:
        self.watched: set[object] = set()

    def register(self, watched: object, *_how: object) -> None:
        """Watch from now on."""
        self.watched.add(watched)

    def unregister(self, watched: object) -> None:
        """Watch no more."""
        self.watched.remove(watched)


class _Time:
    """Stands where `time` stands."""

    now = 100.0

    def monotonic(self) -> float:
        """Whatever the test says it is."""
        return self.now


@pytest.fixture
def worker() -> Iterator[Any]:
    """A worker of two threads that take whatever they are given, before it serves, with a socket that listens."""
    settings = Config()
    settings.set("threads", 2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made: Any = FairWorker(0, os.getpid(), [listener], None, 1, settings, None)
        made.tpool, made.poller = _Threads(), _Poller()
        made.set_accept_enabled(True)
        yield made
        made.tmp.close()


def test_a_busy_worker_leaves_a_new_connection_to_the_others_for_a_moment(
    worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Time()
    monkeypatch.setattr("portal.web.worker.time", clock)
    seen = []
    for step, seconds in ((1, 0), (1, 0), (0, 0.02), (1, 0), (-1, 0), (0, 0.02), (-2, 0)):
        for _one in range(step):
            worker.enqueue_req(_Connection())
        for _one in range(-step):
            worker.finish_request(_Connection(), worker.tpool)
        clock.now += seconds
        # As gunicorn does in each round.
        worker.set_accept_enabled(True)
        seen.append(bool(worker.poller.watched))
    # One thread is free; none is; none has become so; whoever came meanwhile; none again; none yet; both are.
    assert seen == [True, False, True, False, False, True, True]


def test_a_worker_that_stops_takes_all_that_wait(worker: Any) -> None:
    """They were turned away when nobody listened any more, some of them in the middle of handing in."""
    address = worker.sockets[0].getsockname()
    waiting = [socket.create_connection(address) for _ in range(5)]
    worker.alive = False
    worker.set_accept_enabled(False)
    assert (worker.nr_conns, worker.poller.watched) == (5, set())
    for each in (*waiting, *worker.tpool.taken):
        each.close()
