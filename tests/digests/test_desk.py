"""The desk of digests, as people open it."""

import json
import shutil
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from flask import Flask, current_app
from sqlalchemy import select, update

from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.digests.models import Digest
from portal.digests.store import digest_folder
from portal.jobs.models import Job
from portal.opinions.states import OpinionState, Visibility
from tests.digests.downloads import CSV, DOCX, JSON_FILE, XLSX, fetched, opened
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board, make_campaign
from tests.factories.digests import build_digest, make_digest, publish
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import Page, PageClient

BUREAU, OFFICE, ROADS = "市直单位/住建局", "市直单位/住建局/物业科", "市直单位/交通局"
COORDINATOR = actor_with(Role.COORDINATOR)


def signed_in(app: Flask, role: Role, *paths: str) -> PageClient:
    name = f"{role}-{len(paths)}"
    make_user(name, *([Grant(role, path) for path in paths] or [Grant(role)]))
    return PageClient(app).sign_in(name)


def officer(app: Flask, *paths: str) -> PageClient:
    return signed_in(app, Role.OFFICER, *paths)


def options(page: Page, name: str) -> list[str]:
    return [option.get_text() for option in page.soup.select(f"select[name={name}] option")]


def the_digest() -> Digest:
    db.session.rollback()
    return db.session.scalars(select(Digest)).one()


def test_officer_asks_watches_reads_and_downloads(app: Flask) -> None:
    unit = make_unit(BUREAU)
    for number in (1, 2, 3):
        make_opinion(
            state=OpinionState.PUBLISHED, title=f"滨河小区{number}号楼电梯", body="滨河小区电梯三天两头坏，请换新的。",
            unit=unit, contact=f"1390000000{number}",
        )  # fmt: skip
    make_opinion(state=OpinionState.WAITING, unit=unit)
    client = officer(app, BUREAU)
    sent = client.submit("/desk/digests", {"unit": str(unit.id)})
    digest = the_digest()
    assert sent.response.location == f"/desk/digests/{digest.id}"

    waiting = client.get(sent.response.location)
    bar = waiting.one("[data-poll]")
    assert "排队中" in waiting.main
    # Without JavaScript a link reloads; a page that reloads by itself is taken from under a slow reader (WCAG F41).
    assert waiting.one("noscript a")["href"] == sent.response.location
    told = json.loads(opened(client, str(bar["data-poll"])).data)
    assert told == {"state": "queued", "percent": 0, "message": "排队中", "url": sent.response.location}

    build_digest(digest.job_id)
    done = client.get(sent.response.location)
    assert not done.soup.select("[data-poll], noscript")
    assert "收到 4 条 = 待审核 1 条 + 未通过 0 条 + 已撤回 0 条 + 已合并 0 条 + 计入 3 条" in done.main
    assert "3 条，占 100.0%" in done.main and "提出人 3 人" in done.main
    assert "电梯" in done.soup.select("blockquote")[0].get_text()
    for name, magic in ((DOCX, b"PK"), (XLSX, b"PK"), (JSON_FILE, b"{")):
        link = f"{sent.response.location}/files/{name}"
        assert link in done.links()
        content = fetched(client, digest.id, name)
        assert content.startswith(magic) and len(content) == the_digest().files[name]["bytes"]


def test_what_stands_alone_is_quoted_too(app: Flask) -> None:
    unit = make_unit(BUREAU)
    make_opinion(
        state=OpinionState.PUBLISHED,
        title="末班车太早",
        body="八点半就没有车了，加班的人回不了家。",
        unit=unit,
    )
    client = officer(app, BUREAU)
    client.submit("/desk/digests", {"unit": str(unit.id)})
    build_digest(the_digest().job_id)
    page = client.get(f"/desk/digests/{the_digest().id}")
    assert "八点半就没有车了，加班的人回不了家。" in page.one("article blockquote").get_text()
    assert "单独意见摘录" not in page.main  # nothing else is quoted from which it must be told apart


def test_the_page_marks_private_quotes_and_leads_to_public_ones(app: Flask) -> None:
    body = "解放路的路灯坏了三个月，晚上看不见路。"
    public = make_opinion(title="路灯不亮", body=body, state=OpinionState.PUBLISHED)
    page = signed_in(app, Role.COORDINATOR).get(f"/desk/digests/{make_digest(COORDINATOR).id}")
    assert f"/opinions/{public.public_id}" in page.links() and "不公开" not in page.main
    private = make_opinion(
        title="楼道堆物",
        body="我们楼道里堆满了杂物，请来看看。",
        state=OpinionState.ACCEPTED,
        visibility=Visibility.PRIVATE,
    )
    page = (
        PageClient(app)
        .as_user(make_user("office", Role.COORDINATOR))
        .get(f"/desk/digests/{make_digest(COORDINATOR).id}")
    )
    assert f"/opinions/{private.public_id}" not in page.links()
    assert "其中 1 条不公开" in page.main and page.main.count("不公开") >= 2


def test_downloads_are_attachments_that_nobody_keeps(app: Flask) -> None:
    digest = make_digest(COORDINATOR)
    client = signed_in(app, Role.COORDINATOR)
    kinds = {
        DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        CSV: "text/csv",
        JSON_FILE: "application/json",
    }
    for name, kind in kinds.items():
        response = opened(client, f"/desk/digests/{digest.id}/files/{name}")
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.mimetype == kind


def test_files_are_named_so_that_they_can_be_told_apart(app: Flask) -> None:
    campaign = make_campaign("spring", title="春季：我为云川 献一策/第二轮")
    make_opinion(make_board("walls", campaign=campaign), OpinionState.PUBLISHED)
    make_unit(BUREAU)
    with fixed(datetime(2026, 11, 22, 2, 5, tzinfo=UTC)):
        digest = make_digest(COORDINATOR, campaign=campaign, unit=make_unit(BUREAU))
    client = signed_in(app, Role.COORDINATOR)
    address = f"/desk/digests/{digest.id}/files"

    def named(name: str) -> str:
        return unquote(opened(client, f"{address}/{name}").headers["Content-Disposition"].partition("''")[2])

    trial = "春季：我为云川-献一策-第二轮-意见汇总-市直单位-住建局-20261122-100500"
    assert [named(name) for name in (DOCX, JSON_FILE)] == [f"{trial}.docx", f"{trial}.json"]
    publish(digest)
    assert named(XLSX) == "春季：我为云川-献一策-第二轮-意见汇总-市直单位-住建局-第1期.xlsx"
    campaign.title, digest.unit.name = "长" * 100, "局" * 100
    db.session.commit()
    longest = named(XLSX)
    assert longest.endswith("-第1期.xlsx") and len(longest.encode()) <= 255


def test_officer_is_offered_the_own_units_only(app: Flask) -> None:
    for path in (BUREAU, OFFICE, ROADS):
        make_unit(path)
    make_topic("城乡建设/安全生产")
    make_campaign()
    page = officer(app, BUREAU).get("/desk/digests")
    assert options(page, "unit") == ["住建局", "　物业科"]
    assert options(page, "topic") == ["全部类别", "城乡建设", "　安全生产"]
    page = signed_in(app, Role.COORDINATOR).get("/desk/digests")
    assert options(page, "unit") == ["全部单位", "市直单位", "　住建局", "　　物业科", "　交通局"]


def test_coordinator_sums_up_everything(app: Flask) -> None:
    make_opinion(state=OpinionState.ACCEPTED)
    client = signed_in(app, Role.COORDINATOR)
    client.submit("/desk/digests", {"from_day": "2026-01-01", "to_day": "2099-12-31"})
    digest = the_digest()
    assert (digest.unit_id, digest.topic_id, digest.desk_path) == (None, None, None)
    assert f"{digest.from_day} {digest.to_day}" == "2026-01-01 2099-12-31"
    assert "2026年1月1日—2099年12月31日" in client.get("/desk/digests").main


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"from_day": "2026-02-02", "to_day": "2026-02-01"}, "结束日期不能早于开始日期"),
        ({"from_day": "0001-01-01"}, "日期要在1900年到2999年之间"),
        ({"to_day": "9999-12-31"}, "日期要在1900年到2999年之间"),
        ({"from_day": "后天"}, "从哪天提出的"),
        ({"campaign": "99999999999999999999"}, "征集活动"),
        ({"campaign": "甲"}, "征集活动"),
        ({"unit": "-1"}, "单位"),
        ({"topic": "x"}, "类别"),
        ({"campaign": None}, "征集活动"),
    ],
)
def test_wrong_choice_is_told_at_its_field_and_nothing_is_made(
    app: Flask, changes: dict[str, str | None], sentence: str
) -> None:
    make_campaign()
    client = signed_in(app, Role.COORDINATOR)
    page = client.submit("/desk/digests", changes, status=400)
    assert sentence in page.one("#error-summary").get_text()
    assert "Not a valid" not in page.text and "Invalid" not in page.text
    assert db.session.scalars(select(Digest)).all() == []


def test_inspector_reads_but_is_offered_no_form(app: Flask) -> None:
    digest = make_digest(actor_with(Grant(Role.OFFICER, make_unit(BUREAU).path)), unit=make_unit(BUREAU))
    client = signed_in(app, Role.INSPECTOR, BUREAU)
    page = client.get("/desk/digests")
    assert f"/desk/digests/{digest.id}" in page.links() and not page.soup.select("main form")
    assert fetched(client, digest.id, DOCX)
    token = client.get("/desk/digests").one("input[name=csrf_token]")["value"]
    client.post("/desk/digests", {"csrf_token": token}, status=403)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
def test_roles_without_the_right_find_the_desk_closed(app: Flask, role: Role) -> None:
    digest = make_digest(COORDINATOR)
    client = signed_in(app, role)
    for path in ("", f"/{digest.id}", f"/{digest.id}/progress", f"/{digest.id}/files/{DOCX}"):
        client.get(f"/desk/digests{path}", status=403)


def test_failed_job_says_so_and_leaves_no_link(app: Flask) -> None:
    digest = make_digest(COORDINATOR, built=False)
    values = {"state": "failed", "error": "Traceback: secret", "finished_at": now()}
    db.session.execute(update(Job).values(**values))
    db.session.commit()
    page = signed_in(app, Role.COORDINATOR).get(f"/desk/digests/{digest.id}")
    assert "没有做成" in page.main and digest.job_id in page.main
    assert "secret" not in page.text and not [link for link in page.links() if "/files/" in link]


def test_lost_files_are_told_not_a_server_error(app: Flask) -> None:
    digest = make_digest(COORDINATOR)
    shutil.rmtree(digest_folder(current_app.extensions["portal_settings"].instance_dir, digest.id))
    client = signed_in(app, Role.COORDINATOR)
    assert "文件不在了" in client.get(f"/desk/digests/{digest.id}").main
    client.get(f"/desk/digests/{digest.id}/files/{DOCX}", status=404)


def test_file_of_a_digest_under_way_is_not_there(app: Flask) -> None:
    digest = make_digest(COORDINATOR, built=False)
    signed_in(app, Role.COORDINATOR).get(f"/desk/digests/{digest.id}/files/{DOCX}", status=404)


def test_empty_scope_says_so(app: Flask) -> None:
    digest = make_digest(COORDINATOR)
    assert "还没有受理的意见" in signed_in(app, Role.COORDINATOR).get(f"/desk/digests/{digest.id}").main


def test_list_turns_its_pages(app: Flask) -> None:
    for _number in range(26):
        make_digest(COORDINATOR, built=False)
    client = signed_in(app, Role.COORDINATOR)
    first = client.get("/desk/digests")
    second = client.get(str(first.one("a[rel=next]")["href"]))
    assert len(first.soup.select("tbody tr")) == 25 and len(second.soup.select("tbody tr")) == 1
    assert client.get(str(second.one("a[rel=prev]")["href"])).soup.select("tbody tr")


def test_nothing_there_yet_is_said(app: Flask) -> None:
    make_campaign()
    assert "还没有做过汇总" in signed_in(app, Role.COORDINATOR).get("/desk/digests").main
