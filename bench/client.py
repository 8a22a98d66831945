"""A load generator of one thread: N keep-alive connections, each sends its next request when the last is answered."""

import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.server import HOST

CONNECTIONS = 8
PATIENCE_SECONDS = 60
_HEAD_END = b"\r\n\r\n"

NextRequest = Callable[[], bytes]


class NoAnswer(Exception):
    """The server did not answer in time, or not in HTTP/1.1 with a length."""


@dataclass
class Load:
    """What a stretch of load gave: answers, seconds, latencies in seconds; `failed` had another status than 200."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Requests answered with 200 per second."""
        return (len(self.latencies) - self.failed) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that `share` (0 to 1) of the requests did not exceed."""
        if not self.latencies:
            return 0.0
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def get(path: str, cookie: str = "") -> bytes:
    """A GET request as bytes."""
    extra = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{extra}\r\n".encode()


def post(path: str, body: bytes, cookie: str = "") -> bytes:
    """A POST request of a form as bytes."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One keep-alive connection to the server; `exchange` is the plain way, the load generator drives the parts."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._buffer = bytearray()
        self.began = 0.0
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        made = socket.create_connection((HOST, self._port), timeout=PATIENCE_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send(self, request: bytes) -> None:
        """Begin a request."""
        self._buffer.clear()
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def received(self) -> tuple[int, bytes, bytes, bool] | None:
        """Read what has come: (status, head, body, whether the connection stays), or None while more is to come."""
        data = self.socket.recv(262_144)
        if not data:
            raise NoAnswer("the server closed the connection in the middle of an answer")
        self._buffer += data
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            return None
        head = bytes(self._buffer[:end])
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        if at < 0:
            raise NoAnswer("the answer has no Content-Length")
        length = int(lowered[at + 15 : (lowered + b"\r\n").find(b"\r\n", at)])
        if len(self._buffer) < end + 4 + length:
            return None
        return int(head[9:12]), head, bytes(self._buffer[end + 4 :]), b"connection: close" not in lowered

    def exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send one request and wait for its answer: status, head, body."""
        self.send(request)
        while (answer := self.received()) is None:
            pass
        status, head, body, stays = answer
        if not stays:
            self.close()
            self.socket = self._connected()
        return status, head, body

    def reopen(self) -> None:
        """Connect anew."""
        self.close()
        self.socket = self._connected()

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def drive(port: int, sources: Sequence[NextRequest], seconds: float) -> Load:
    """Load the server for `seconds` with one connection per source of requests. Raises `NoAnswer`."""
    load = Load()
    open_connections: list[Connection] = []
    with selectors.DefaultSelector() as selector:
        try:
            for source in sources:
                connection = Connection(port)
                open_connections.append(connection)
                selector.register(connection.socket, selectors.EVENT_READ, (connection, source))
            began = time.perf_counter()
            for connection, source in zip(open_connections, sources, strict=True):
                connection.send(source())
            _run(selector, load, began + seconds)
            load.seconds = time.perf_counter() - began
        finally:
            for connection in open_connections:
                connection.close()
    return load


def _run(selector: selectors.BaseSelector, load: Load, until: float) -> None:
    waiting = len(selector.get_map())
    while waiting:
        ready = selector.select(timeout=PATIENCE_SECONDS)
        if not ready:
            raise NoAnswer(f"nothing came for {PATIENCE_SECONDS} seconds")
        for key, _events in ready:
            connection, source = key.data
            answer = connection.received()
            if answer is None:
                continue
            moment = time.perf_counter()
            load.latencies.append(moment - connection.began)
            load.failed += answer[0] != 200
            if moment >= until:
                waiting -= 1
                continue
            if not answer[3]:
                selector.unregister(connection.socket)
                connection.reopen()
                selector.register(connection.socket, selectors.EVENT_READ, key.data)
            connection.send(source())
