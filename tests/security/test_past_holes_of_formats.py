"""Holes of peers that lie in what is read and written: documents, forms in parts, pickles, addresses in a text.

Each test is named after its number in the list of past holes; the others are in test_past_holes.py and with their slices.
"""

import ast
import io
import pickle
import re
import socket
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.campaigns.intake import set_intake
from portal.campaigns.states import IntakeMode
from portal.config import ROOT
from portal.core.db import db
from portal.core.rights import Role
from portal.opinions.states import OpinionState
from tests.factories.accounts import actor_with, make_user
from tests.factories.attachments import make_attachment, pdf
from tests.factories.campaigns import make_board
from tests.factories.casework import make_reply
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.writing import FORM, GOOD, hand_in

MARKUP = '<script>alert(1)</script><img src=x onerror=alert(1)><iframe src="//evil.example"></iframe>'
# Each asks the program that opens a document to fetch something, from this machine or from another.
FETCHING = (
    '{ INCLUDETEXT "/etc/passwd" }', '<w:altChunk r:id="evil"/>', '=WEBSERVICE("http://evil.example/")',
    '<img src="file:///etc/passwd">', "![x](file:///etc/passwd)", "@import url(file:///etc/passwd)",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;", "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe", "http://evil.example/a.png",
)  # fmt: skip
_NETWORK = {"http", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "xmlrpc", "telnetlib"}
_UNPICKLING = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml"}
# What a job hands to processes that it has started itself, in a temporary file that nobody else can write.
_BETWEEN_OWN_PROCESSES = {"portal/analysis/spread.py"}


def imported() -> dict[str, set[str]]:
    """{module of the portal: names of what it imports, dotted}."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "portal").rglob("*.py"):
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{one.name}" for one in node.names}
        found[str(path.relative_to(ROOT))] = names
    return found


def test_06_markup_of_staff_is_text_and_nothing_inline_would_run(app: Flask) -> None:
    """CVE-2026-45572: what staff write for everybody's pages is escaped as anybody's is."""
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=make_unit("市/甲局"))
    make_reply(opinion, body=MARKUP)
    set_intake(IntakeMode.PAUSED, actor_with(Role.ADMINISTRATOR), reason=MARKUP)
    db.session.commit()
    for path in ("/", f"/opinions/{opinion.public_id}", "/boards/suggestions"):
        page = PageClient(app).get(path)
        assert "alert(1)" in page.text
        assert not page.soup.select("iframe, img[onerror]")
        assert all("alert" not in script.get_text() for script in page.soup.select("script"))
        policy = page.response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy


def test_13_no_document_takes_in_or_points_to_another_file(app: Flask) -> None:
    """CVE-2023-28459: what people write is words in the documents, never a field, a formula or a relation."""
    unit = make_unit("市/甲局")
    for words in FETCHING:
        make_opinion(state=OpinionState.PUBLISHED, unit=unit, title=words[:60], body=f"{words}，请看一下。")
    digest = make_digest(actor_with(Role.COORDINATOR), unit=unit)
    folder = Path(app.extensions["portal_settings"].instance_dir) / "digests" / digest.id
    for name in ("digest.docx", "digest.xlsx"):
        with zipfile.ZipFile(folder / name) as archive:
            parts = {part: archive.read(part).decode(errors="replace") for part in archive.namelist()}
        assert any("evil.example" in part for part in parts.values())
        for part, content in parts.items():
            assert "TargetMode" not in content and "root:x:0" not in content, part
            assert not re.search(r"<w:altChunk|<f>|<externalLink|<!ENTITY", content), part
            fields = re.findall(r"<w:instrText[^>]*>([^<]*)|w:instr=\"([^\"]*)", content)
            assert all((one or two).split()[0] in {"PAGE", "NUMPAGES", "TOC"} for one, two in fields), part


def test_30_the_server_asks_nobody_whom_a_text_names(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """GHSA-rcc5-28r3-23rr: neither on the way in nor in jobs; only starting the site looks whether it answers."""
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def noted(host: Any, *arguments: Any, **more: Any) -> Any:
        asked.append(str(host))
        return look_up(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    make_board()
    body = "请看 http://evil.example/a.png 和 https://169.254.169.254/latest/ ，谢谢。"
    hand_in(PageClient(app), {**GOOD, "body": body, "place": "http://evil.example/"})
    opinion = make_opinion(state=OpinionState.PUBLISHED, body=body, unit=make_unit("市/甲局"))
    make_attachment(opinion, pdf())
    make_digest(actor_with(Role.COORDINATOR))
    assert not [host for host in asked if "evil" in host or host.startswith("169.")]
    fetching = {
        path: names
        for path, names in imported().items()
        if {one.split(".")[0] for one in names} & _NETWORK or "urllib.request" in names
    }
    assert set(fetching) == {"portal/launch.py"}


@pytest.mark.parametrize("path", [FORM, f"{FORM}/check", "/sign-in", "/receipts", "/opinions/new/proposals"])
def test_34_parts_and_memory_of_a_form_are_capped(client: PageClient, path: str) -> None:
    """CVE-2023-25577: thousands of parts, a part without end, heads without end."""
    make_board()
    part = '--B\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    bodies = (
        "".join(part.format(f"n{number}", "x") for number in range(3000)),
        part.format("body", "一" * 1_000_000),
        part.format("n" * 100_000, "x"),
        "--B\r\n" + "X: y\r\n" * 20_000,
        "--B" + "\r" * 100_000,
        "\r\n" * 100_000,
    )
    for body in bodies:
        sent = io.BytesIO(f"{body}--B--\r\n".encode())
        response = client._open(
            path, method="POST", input_stream=sent, content_type="multipart/form-data; boundary=B",
            content_length=sent.getbuffer().nbytes,
        )  # fmt: skip
        assert 400 <= response.status_code < 500, body[:40]


def test_37_nothing_that_a_client_sends_is_unpickled(client: PageClient) -> None:
    """CVE-2021-33026: no module that meets a client can unpickle, and a pickle for a cookie is no cookie."""
    able = {path for path, names in imported().items() if {one.split(".")[0] for one in names} & _UNPICKLING}
    assert able <= _BETWEEN_OWN_PROCESSES
    packed = urlsafe_b64encode(pickle.dumps({"_user_id": "1"})).decode()
    for name in ("session", "visitor", "receipts", "view"):
        client.browser.set_cookie(name, packed)
        client.browser.set_cookie(name, packed, path="/receipts")
    client.get("/receipts")
    assert client.get("/desk/", status=302).response.location.startswith("/sign-in")


def test_39_a_code_that_is_nearly_right_costs_what_any_other_costs(client: PageClient) -> None:
    """CVE-2026-33877: the look-up compares a keyed hash, by the same statements, however near the code is."""
    code = make_receipt().code
    near = code[:-1] + ("A" if code[-1] != "A" else "B")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        assert code[:4] not in str(parameters) and near not in str(parameters)
        statements.append(statement)

    client.get("/receipts")
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        seen = []
        for wrong in (near, "AAAA-BBBB-CCCC", code[:4] + "-BBBB-CCCC"):
            statements.clear()
            client.submit("/receipts", {"code": wrong}, status=400)
            seen.append(list(statements))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert seen[0] and seen[0] == seen[1] == seen[2]


def test_39_claiming_tells_not_whether_a_code_is_anothers_or_nobodys(app: Flask) -> None:
    taken = make_receipt(author=make_user("owner")).code
    claimer = PageClient(app).as_user(make_user("claimer"))
    pages = [
        claimer.submit("/me", {"code": code}, form='form[action="/me/claims"]', status=400).main
        for code in (taken, "AAAA-BBBB-CCCC")
    ]
    assert pages[0] == pages[1]
