"""35, CVE-2024-1135: what the web server cannot frame for certain it refuses, and reads no second request out of it."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.kit.site import Site

pytestmark = pytest.mark.journey

SECOND = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
FRAMES = {
    "length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND,
    "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SECOND,
    "a length with a sign": b"Content-Length: +3\r\n\r\nabc" + SECOND,
    "a length below nothing": b"Content-Length: -1\r\n\r\n" + SECOND,
    "a length in hexadecimal": b"Content-Length: 0x3\r\n\r\nabc" + SECOND,
    "two lengths": b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" + SECOND,
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "a folded line": b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n" + SECOND,
    "a chunk below nothing": b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n" + SECOND,
}


@pytest.mark.parametrize("frame", FRAMES)
def test_35_bad_framing_is_refused(demo_site: Site, frame: str) -> None:
    address = urlsplit(demo_site.url)
    assert address.hostname and address.port
    with socket.create_connection((address.hostname, address.port), timeout=20) as door:
        door.sendall(b"POST /receipts HTTP/1.1\r\nHost: x\r\n" + FRAMES[frame])
        answer = b"".join(iter(lambda: door.recv(65536), b""))
    statuses = [line.split()[1] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert statuses and all(status in (b"400", b"501") for status in statuses), statuses
    assert b"smuggled" not in answer
