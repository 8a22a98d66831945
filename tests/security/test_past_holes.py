"""Holes that this class of systems has had, each one test named after its number in the list of past holes.

Numbers that are missing here belong to parts that the portal does not have yet.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import db
from portal.core.rights import Grant, Permission, Role
from portal.opinions.models import Opinion, Support
from portal.opinions.states import DECISIONS, MOVES, OpinionAction, OpinionState
from portal.web.guards import PUBLIC, SAFE_METHODS, guarded_by
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board, make_campaign
from tests.factories.casework import make_reply
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import Page, PageClient

PAYLOADS = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "'\"><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7919*104729}}${7919*104729}<%= 7919*104729 %>",
)
PUBLISHED = OpinionState.PUBLISHED


def assert_inert(page: Page) -> None:
    """No element or attribute of the page comes from a payload."""
    for tag in page.soup.find_all(["script", "img", "svg"]):
        assert tag.get("onerror") is None and tag.get("onload") is None
        assert "alert" not in tag.get_text()
    for tag in page.soup.select("[href], [src], [action]"):
        for name in ("href", "src", "action"):
            assert not str(tag.get(name, "")).lower().strip().startswith("javascript:")
    assert "829348951" not in page.html, "a template evaluated what was typed"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_01_a_payload_in_every_field_is_inert_on_every_page(app: Flask, payload: str) -> None:
    """CVE-2026-23891: names, titles, texts, notes, replies, for citizens and at every desk."""
    unit = make_unit(f"市/{payload.replace('/', '')}局"[:60])
    topic = make_topic(payload.replace("/", "")[:60])
    make_board(title=payload[:100], description=payload)
    make_campaign(title=payload[:100], purpose=payload)
    user = make_user("somebody", Role.MODERATOR, Role.COORDINATOR)
    user.display_name = payload[:40]
    opinion = make_opinion(state=PUBLISHED, title=payload[:80], body=payload, unit=unit, topic=topic)
    waiting = make_opinion(title=payload[:80], body=payload, contact=payload)
    make_reply(opinion, body=payload)
    digest = make_digest(actor_with(Role.COORDINATOR), unit=unit)
    public = [
        "/", "/campaigns/xianyice", "/boards/suggestions", "/boards/suggestions/new", f"/opinions/{opinion.public_id}",
        f"/units/{unit.path}", f"/topics/{topic.path}",
    ]  # fmt: skip
    desk = [
        "/desk/", "/desk/moderation", f"/desk/moderation/{waiting.public_id}", f"/desk/moderation/{opinion.public_id}",
        "/desk/casework", f"/desk/casework/{opinion.public_id}", "/desk/digests", f"/desk/digests/{digest.id}",
    ]  # fmt: skip
    visitor, staff = PageClient(app), PageClient(app).as_user(user)
    for path in public:
        assert_inert(visitor.get(path))
    assert_inert(visitor.get("/search", q=payload))
    for path in desk:
        assert_inert(staff.get(path))


@pytest.mark.parametrize(
    "value", [*PAYLOADS, "-1", "0", "999999999999999999999", "a." + "A" * 400, "\x00", "👍"]
)
@pytest.mark.parametrize("name", ["cursor", "sort", "page", "board", "unit", "topic", "answered"])
def test_02_paging_sorting_and_filters_are_allow_listed(app: Flask, name: str, value: str) -> None:
    """CVE-2024-32469."""
    make_board()
    staff = PageClient(app).as_user(make_user("staff", Role.MODERATOR, Role.COORDINATOR))
    for path in ("/boards/suggestions", "/desk/moderation", "/desk/casework", "/desk/digests"):
        assert_inert(staff.get(path, **{name: value}))


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "\t//evil",
        "/\t/evil",
        "javascript:1",
        "/\r\nx",
    ],
)
def test_07_open_redirect(client: PageClient, target: str) -> None:
    """CVE-2023-49438: `next` never leads away."""
    make_user("moderator", Role.MODERATOR)
    page = client.get("/sign-in", next=target)
    sent = client.submit(page, {"username": "moderator", "password": "correct horse battery"})
    assert sent.response.location == "/desk/"


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠x"]
)
def test_08_formulas_are_neutralised_in_exports(app: Flask, tmp_path: Path, start: str) -> None:
    """CVE-2023-51763: no cell of an export is a formula, or would be when the sheet is saved as csv."""
    unit = make_unit("市/甲局")
    make_opinion(state=PUBLISHED, title=start + "cmd|' /C calc'!A0", body=start + "HYPERLINK(0)", unit=unit)
    digest = make_digest(actor_with(Grant(Role.OFFICER, "市/甲局")), unit=unit)
    folder = Path(app.extensions["portal_settings"].instance_dir) / "digests" / digest.id
    book = openpyxl.load_workbook(folder / "digest.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    for cell in cells:
        assert cell.data_type != "f"
        if isinstance(cell.value, str):
            assert not cell.value.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")), (
                cell.value
            )


def test_14_every_route_stands_in_the_matrix(shared_app: Flask) -> None:
    """CVE-2026-40870: the matrix itself is `test_authorization_matrix.py`; here, that nothing is without a guard."""
    for rule in shared_app.url_map.iter_rules():
        assert guarded_by(shared_app, rule.endpoint) in {PUBLIC, *Permission}, rule


@pytest.mark.parametrize("state", sorted(set(OpinionState) - {PUBLISHED, OpinionState.MERGED}))
def test_15_unpublished_is_404_by_page_list_and_search(client: PageClient, state: OpinionState) -> None:
    """CVE-2024-27090; the digest counts accepted ones by design and never shows them to the public."""
    unit, topic = make_unit("市/甲局"), make_topic("交通")
    opinion = make_opinion(state=state, title="独一无二", unit=unit, topic=topic)
    client.get(f"/opinions/{opinion.public_id}", status=404)
    for path in ("/", "/boards/suggestions", "/units/市/甲局", "/topics/交通", "/search?q=独一无二"):
        assert opinion.public_id not in client.get(path).html


def test_17_a_unit_cannot_read_or_touch_anothers(app: Flask) -> None:
    """CVE-2026-45330/45414: neither by address nor by form."""
    own, other = make_unit("市/甲局"), make_unit("市/乙局")
    theirs = make_opinion(state=PUBLISHED, unit=other)
    digest = make_digest(actor_with(Grant(Role.OFFICER, other.path)), unit=other)
    officer = PageClient(app).as_user(make_user("officer", Grant(Role.OFFICER, own.path)))
    officer.get(f"/desk/casework/{theirs.public_id}", status=404)
    data = {"csrf_token": officer.token(), "body": "代别人答复", "version": "0", "action": "publish"}
    officer.post(f"/desk/casework/{theirs.public_id}", data, status=404)
    for tail in ("", "/progress", "/files/digest.docx"):
        officer.get(f"/desk/digests/{digest.id}{tail}", status=404)
    assert theirs.public_id not in officer.get("/desk/casework").html
    campaign = str(make_campaign().id)
    page = officer.get("/desk/digests")
    officer.submit(page, {"campaign": campaign, "unit": str(other.id)}, status=400)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MODERATOR])
def test_18_transitions_check_the_role(app: Flask, role: Role) -> None:
    """CVE-2026-40869: whoever is no moderator decides nothing, whatever is sent."""
    unit = make_unit("市/甲局")
    opinion = make_opinion(unit=unit)
    client = PageClient(app).as_user(make_user(role.value, Grant(role, unit.path)))
    for action in OpinionAction:
        data = {"csrf_token": client.token(), "action": action.value, "version": str(opinion.version)}
        client.post(f"/desk/moderation/{opinion.public_id}", data, status=403)
    db.session.expire_all()
    assert opinion.state == OpinionState.WAITING
    assert all(
        move.needs
        is (Permission.MODERATION_REVIEW if state is OpinionState.APPEALED else Permission.MODERATION_DECIDE)
        for (state, action), move in MOVES.items()
        if action in DECISIONS | {OpinionAction.HOLD}
    )


def test_19_a_citizen_reaches_no_desk_page(app: Flask) -> None:
    """CVE-2023-36465."""
    client = PageClient(app).as_user(make_user("citizen"))
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk"):
            path = rule.rule.replace("<public_id>", "x").replace("<digest_id>", "x").replace("<name>", "x")
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            response = client._open(
                path, method=method, data={"csrf_token": client.token()} if method == "POST" else None
            )
            assert response.status_code in (403, 404), rule


@pytest.mark.parametrize(
    "value", ["' OR 1=1 --", "1; DROP TABLE opinion", "x' UNION SELECT 1 --", "%' --", '"']
)
def test_21_parameters_are_bound_everywhere(app: Flask, value: str) -> None:
    """CVE-2026-45376."""
    make_opinion(state=PUBLISHED)
    staff = PageClient(app).as_user(make_user("staff", Role.MODERATOR, Role.COORDINATOR))
    staff.get("/search", q=value)
    for path in (f"/opinions/{value}", f"/boards/{value}", f"/units/{value}", f"/topics/{value}"):
        staff.get(path, status=404)
    for path in ("/desk/moderation", "/desk/casework"):
        staff.get(path, board=value, unit=value, topic=value, cursor=value)
    client = PageClient(app)
    client.submit("/receipts", {"code": value}, status=400)
    client.submit("/sign-in", {"username": value, "password": value}, status=400)
    assert db.session.scalar(text("SELECT count(*) FROM opinion")) == 1


def test_22_twenty_supports_in_parallel_by_one_person_count_once(app: Flask) -> None:
    """CVE-2023-47634."""
    opinion = make_opinion(state=PUBLISHED)
    number, path = opinion.id, f"/opinions/{opinion.public_id}/support"
    client = PageClient(app).as_user(make_user("citizen"))
    data = {"csrf_token": client.token()}
    cookie = client.browser.get_cookie("session")
    assert cookie is not None
    db.session.remove()

    def support(_time: int) -> int:
        browser = app.test_client()
        browser.set_cookie("session", cookie.value)
        return browser.post(path, data=data).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(support, range(20))) == {302}
    assert db.session.get_one(Opinion, number).support_count == 1
    assert len(db.session.scalars(db.select(Support)).all()) == 1


def test_23_a_post_without_token_is_refused_and_a_get_changes_nothing(app: Flask) -> None:
    """CVE-2023-47635."""
    unit = make_unit("市/甲局")
    opinion = make_opinion(state=PUBLISHED, unit=unit)
    staff = PageClient(app).as_user(make_user("staff", Role.MODERATOR, Grant(Role.OFFICER, unit.path)))
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"OPTIONS", "HEAD"}
        assert methods <= SAFE_METHODS or not methods & SAFE_METHODS
        if "POST" in methods:
            path = rule.rule.replace("<public_id>", opinion.public_id).replace("<slug>", "suggestions")
            assert 400 <= staff._open(path, method="POST", data={"title": "x"}).status_code < 500, rule
    db.session.expire_all()
    assert (opinion.state, opinion.support_count, opinion.answered_at) == (PUBLISHED, 0, None)


def test_26_links_are_built_without_the_host_header(client: PageClient) -> None:
    """CVE-2021-30185: what a client calls us appears nowhere."""
    make_opinion(state=PUBLISHED)
    # The last two are put right by a redirect of the router's own.
    for path in ("/", "/boards/suggestions", "/desk/", "/search?q=电梯", "/desk?x=1", "/boards//suggestions"):
        response = client._open(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in response.get_data(as_text=True)
        assert "evil.example" not in str(response.headers)


@pytest.mark.parametrize("path", ["/receipts", "/sign-in", "/receipts/withdraw", "/boards/suggestions/new"])
def test_31_extra_fields_are_ignored(client: PageClient, path: str) -> None:
    """CVE-2026-28219: state, roles and ids that no form asks for change nothing."""
    make_user("citizen")
    opinion = make_opinion()
    extra = {
        "state": "published",
        "status": "published",
        "role": "administrator",
        "user_id": "1",
        "is_staff": "1",
    }
    client.post(path, {"csrf_token": client.token(), **extra}, status=400)
    db.session.expire_all()
    assert opinion.state == OpinionState.WAITING
    assert not make_user("citizen").is_staff


def test_39_neither_sign_in_nor_receipts_tell_who_exists(client: PageClient) -> None:
    """CVE-2026-33877: the same page for a wrong password, an unknown name and a wrong code (the work done is
    compared in tests/accounts/test_sign_in.py)."""
    make_user("moderator", Role.MODERATOR)
    answers = [
        client.submit("/sign-in", {"username": name, "password": "wrong password"}, status=400).main
        for name in ("moderator", "nobody")
    ]
    assert answers[0] == answers[1]
    codes = [client.submit("/receipts", {"code": code}, status=400).main for code in ("AAAA-BBBB-CCCC", "x")]
    assert codes[0] == codes[1]


@pytest.mark.parametrize("sent", ['{"a":' * 50_000, "[1, 2]", '"x"', '{"body": {"a": 1}, "consent": true}'])
def test_40_json_where_a_form_is_wanted_is_a_4xx(app: Flask, client: PageClient, sent: str) -> None:
    """Nested too deep to read, a list, a word, the wrong types."""
    make_board()
    for path in (
        "/boards/suggestions/new",
        "/boards/suggestions/new/check",
        "/opinions/new/proposals",
        "/sign-in",
    ):
        response = client._open(path, method="POST", data=sent, content_type="application/json")
        assert 400 <= response.status_code < 500, path


@pytest.mark.parametrize("changes", [{"version": "abc"}, {"version": "-1"}, {"version": "9" * 30}, {"action": ["publish", "reject"]}, {"unit": "x"}, {"topic": "1.5"}, {"mask": "x"}, {"action": "made-up"}])  # fmt: skip
def test_40_a_wrong_type_is_a_4xx(app: Flask, changes: dict[str, object]) -> None:
    """CVE-2023-30591."""
    opinion = make_opinion()
    staff = PageClient(app).as_user(make_user("staff", Role.MODERATOR))
    data = {"csrf_token": staff.token(), "action": "reject", "version": str(opinion.version), **changes}
    assert (
        400
        <= staff._open(f"/desk/moderation/{opinion.public_id}", method="POST", data=data).status_code
        < 500
    )
    db.session.expire_all()
    assert opinion.state == OpinionState.WAITING
