"""Bodies as an attacker writes them byte by byte, and what must never read them: holes 30, 34 and 37 of the list."""

import ast
import base64
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from portal.config import ROOT
from tests.factories.campaigns import make_board
from tests.kit.client import PageClient

FORM = "/boards/suggestions/new"
PARTS = 200
# Everything in the standard library, and what is common beside it, that fetches an address.
FETCHING = {
    "urllib.request", "http.client", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "pycurl", "websocket",
    "xmlrpc.client",
}  # fmt: skip
# What runs or makes objects out of bytes.
UNPICKLING = {
    "pickle",
    "_pickle",
    "cPickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "jsonpickle",
}


def imported(path: Path) -> set[str]:
    """Every module and name that a file imports, in full: `a.b` and, of `from a import b`, both `a` and `a.b`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def users_of(modules: set[str]) -> list[str]:
    """The files of the product that import one of `modules`."""
    files = sorted((ROOT / "portal").rglob("*.py"))
    assert len(files) > 100
    return [str(path.relative_to(ROOT)) for path in files if imported(path) & modules]


def test_30_the_server_fetches_no_address() -> None:
    """GHSA-rcc5-28r3-23rr: what cannot be fetched with cannot be turned against the network inside."""
    # `make run` asks the server that it has just started on this machine whether it is ready; no worker loads it.
    assert users_of(FETCHING) == ["portal/launch.py"]


def test_37_nothing_is_unpickled(app: Flask) -> None:
    """CVE-2021-33026: no module of the product can, and a session is signed JSON."""
    assert users_of(UNPICKLING) == []
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    client = PageClient(app)
    client.token()
    cookie = client.browser.get_cookie("session")
    assert cookie is not None
    payload = cookie.value.split(".")[0]
    assert "csrf_token" in json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from urllib import request\ndef late():\n    import pickle as p\n")
    assert imported(planted) & FETCHING and imported(planted) & UNPICKLING


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


BODIES = {
    "many parts": b"".join(part(f"f{number}", b"") for number in range(PARTS + 1)) + b"--x--\r\n",
    "many parts of one name": part("body", b"a") * (PARTS + 1) + b"--x--\r\n",
    "many files": part("files", b"a", '; filename="a.png"') * (PARTS + 1) + b"--x--\r\n",
    "one large part": part("body", b"a" * 3_000_000) + b"--x--\r\n",
    "a header without end": b'--x\r\nContent-Disposition: form-data; name="' + b"a" * 1_000_000,
    "a thousand headers": b"--x\r\n" + b"A: b\r\n" * 100_000 + b"\r\n\r\n--x--\r\n",
    "almost the boundary": b"--x\r\n" + b"\r\n--" * 300_000,
    "carriage returns": part("body", b"\r" * 1_000_000) + b"--x--\r\n",
    "no end": part("body", b"a")[:-2],
    "nothing": b"",
    "no part": b"--x--\r\n",
    "not multipart": b"\x00\xff" * 1000,
}


@pytest.mark.parametrize("name", BODIES)
def test_34_parts_and_memory_are_capped(app: Flask, name: str) -> None:
    """CVE-2023-25577: whatever the body, a page says what is wrong, and the next request is served."""
    make_board()
    client = PageClient(app)
    answer = client.browser.post(FORM, data=BODIES[name], content_type="multipart/form-data; boundary=x")
    assert 400 <= answer.status_code < 500, name
    if name.startswith(("many", "one large")):
        assert answer.status_code == 413
    client.get(FORM)


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=x",
        "text/plain",
        "x",
        "",
    ],
)
def test_34_another_kind_of_body_is_no_form(app: Flask, kind: str) -> None:
    make_board()
    answer = PageClient(app).browser.post(FORM, data=part("body", b"a") + b"--x--\r\n", content_type=kind)
    assert 400 <= answer.status_code < 500
