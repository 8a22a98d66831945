"""Holes that peers have had in their exports; the numbers are those of the threat list."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.digests.models import Digest
from portal.opinions.states import OpinionState
from tests.digests.downloads import JSON_FILE, NAMES, XLSX, fetched, opened, words
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_campaign
from tests.factories.digests import build_digest, make_digest
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

COORDINATOR = actor_with(Role.COORDINATOR)


def officer_client(app: Flask, name: str, *paths: str) -> PageClient:
    make_user(name, *[Grant(Role.OFFICER, path) for path in paths])
    return PageClient(app).sign_in(name)


def session_cookie(client: PageClient) -> str:
    cookie = client.browser.get_cookie("session")
    assert cookie is not None
    return cookie.value


def coordinator_client(app: Flask) -> PageClient:
    make_user("coordinator", Role.COORDINATOR)
    return PageClient(app).sign_in("coordinator")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＠"])
def test_08_formula_injection(app: Flask, start: str) -> None:
    payload = f"{start}cmd|' /C calc'!A0"
    make_opinion(state=OpinionState.PUBLISHED, title=payload, body=payload + "\n第二行")
    digest = make_digest(COORDINATOR)
    book = load_workbook(BytesIO(fetched(coordinator_client(app), digest.id, XLSX)))
    texts = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and "calc" in cell.value
    ]
    assert texts
    for cell in texts:
        assert cell.data_type == "s" and not cell.value.startswith(start), cell.coordinate


def test_09_fifty_exports_in_parallel_cross_no_row(app: Flask) -> None:
    units = [make_unit(f"市直单位/第{number:02}局") for number in range(50)]
    clients = {}
    for first in range(0, 50, 10):
        own = units[first : first + 10]
        client = officer_client(app, f"officer{first}", *[unit.path for unit in own])
        clients.update(dict.fromkeys([unit.path for unit in own], client))
    digests = {}
    for unit in units:
        make_opinion(
            state=OpinionState.ACCEPTED,
            title=f"说给{unit.name}听",
            body=f"只有{unit.name}该看到。",
            unit=unit,
        )
        digest = make_digest(actor_with(Grant(Role.OFFICER, unit.path)), unit=unit, built=False)
        digests[unit.path] = (digest.id, digest.job_id)
    names = {unit.path: unit.name for unit in units}
    db.session.rollback()

    def export(path: str) -> set[str]:
        digest_id, job_id = digests[path]
        with app.app_context():
            build_digest(job_id)
        # Another tab of the same browser, for this thread alone.
        tab = PageClient(app)
        tab.browser.set_cookie("session", session_cookie(clients[path]))
        content = "".join(words(fetched(tab, digest_id, name), name) for name in NAMES)
        return {name for name in names.values() if name in content}

    with ThreadPoolExecutor(10) as pool:
        results = dict(zip(digests, pool.map(export, digests), strict=True))
    assert results == {path: {names[path]} for path in digests}


def test_11_link_signed_out_gives_nothing(app: Flask) -> None:
    make_opinion(state=OpinionState.ACCEPTED, title="不给外人看的")
    digest = make_digest(COORDINATOR)
    client = coordinator_client(app)
    paths = [
        f"/desk/digests/{digest.id}{tail}"
        for tail in ("", "/progress", *[f"/files/{name}" for name in NAMES])
    ]
    assert opened(client, paths[2]).status_code == 200
    replayed, stranger = PageClient(app), PageClient(app)
    replayed.browser.set_cookie("session", session_cookie(client))
    client.submit("/desk/digests", {}, form="header form")
    for browser in (client, replayed, stranger):
        for path in paths:
            page = browser.get(path, status=302)
            assert page.response.location.startswith("/sign-in?next=") and "不给外人看的" not in page.html


@pytest.mark.parametrize(
    "name",
    ["summary.json", "groups.json", "../digest.docx", "..%2f..%2fportal.sqlite", "%2e%2e/%2e%2e/portal.sqlite", "%2fetc%2fpasswd",
     "digest.docx%00.json", "digest.docx/", "DIGEST.DOCX", ".", "..", "....//digest.docx", "%5c..%5cdigest.docx"],
)  # fmt: skip
def test_12_paths_of_the_client_are_ignored(app: Flask, name: str) -> None:
    digest = make_digest(COORDINATOR)
    response = opened(coordinator_client(app), f"/desk/digests/{digest.id}/files/{name}")
    assert response.status_code in (404, 308) and response.mimetype == "text/html"


def test_12_digest_id_of_the_client_makes_no_path(app: Flask) -> None:
    digest = make_digest(COORDINATOR)
    client = coordinator_client(app)
    for made_up in (
        "..",
        "%2e%2e",
        f".{digest.id}.x",
        f"{digest.id}%2f..%2f{digest.id}",
        f"{digest.id}%00",
        "%ff",
    ):
        response = opened(client, f"/desk/digests/{made_up}/files/digest.docx")
        assert response.status_code in (404, 308), made_up


def test_15_what_is_not_accepted_stands_in_no_file(app: Flask) -> None:
    for state in (OpinionState.WAITING, OpinionState.REJECTED, OpinionState.WITHDRAWN):
        make_opinion(state=state, title=f"秘密{state}", body=f"内容{state}")
    make_opinion(state=OpinionState.PUBLISHED, title="公开的一条", body="打13912345678找我。")
    digest = make_digest(COORDINATOR)
    client = coordinator_client(app)
    for name in NAMES:
        content = words(fetched(client, digest.id, name), name)
        assert "公开的一条" in content
        for hidden in ("秘密", "内容waiting", "内容rejected", "内容withdrawn", "13912345678"):
            assert hidden not in content, (name, hidden)
    assert "秘密" not in client.get(f"/desk/digests/{digest.id}").text


def test_17_unit_neither_reads_nor_builds_another_units_digest(app: Flask) -> None:
    mine, other = make_unit("市直单位/住建局"), make_unit("市直单位/交通局")
    make_campaign()
    digest = make_digest(actor_with(Grant(Role.OFFICER, other.path)), unit=other)
    of_all = make_digest(COORDINATOR, unit=mine)
    client = officer_client(app, "officer", mine.path)
    for found in (digest, of_all):
        for tail in ("", "/progress", *[f"/files/{name}" for name in NAMES]):
            client.get(f"/desk/digests/{found.id}{tail}", status=404)
    assert not [
        link for link in client.get("/desk/digests").links() if digest.id in link or of_all.id in link
    ]
    for unit in (other, make_unit("市直单位")):
        client.submit("/desk/digests", {"unit": str(unit.id)}, status=400)
    client.submit("/desk/digests", {"unit": ""}, status=400)
    assert db.session.query(Digest).count() == 2


def test_17_complaint_about_the_unit_is_in_no_file_of_its_desk(app: Flask) -> None:
    bureau, office = make_unit("市直单位/住建局"), make_unit("市直单位/住建局/物业科")
    make_opinion(state=OpinionState.ACCEPTED, title="告的就是住建局", complained=bureau, unit=office)
    make_opinion(state=OpinionState.ACCEPTED, title="平常的一条", unit=office)
    client = officer_client(app, "officer", bureau.path)
    digest = make_digest(actor_with(Grant(Role.OFFICER, bureau.path)), unit=bureau)
    document = json.loads(fetched(client, digest.id, JSON_FILE))
    assert document["counts"]["received"] == 1
    for name in NAMES:
        content = words(fetched(client, digest.id, name), name)
        assert "平常的一条" in content and "告的就是住建局" not in content
