"""Files and words added later with the query code: the rules of handing in hold for them too."""

import io
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.attachments.models import Attachment
from portal.attachments.states import MOST_FILES, FileState
from portal.campaigns.intake import set_intake
from portal.campaigns.states import IntakeMode
from portal.core.db import db
from portal.core.rights import SYSTEM, Role
from portal.opinions.models import Addition
from portal.opinions.states import OpinionState
from portal.opinions.submission import Receipt
from portal.web.network import settings
from tests.factories.accounts import make_user
from tests.factories.attachments import picture, run_attachment_jobs
from tests.factories.opinions import bring_to, make_receipt
from tests.kit.client import Page, PageClient

ADD = 'form[action="/receipts/add"]'
WORDS = "在三号路口，靠学校的一边"


def opened(client: PageClient, code: str) -> Page:
    return client.submit("/receipts", {"code": code}, status=200, form="form[data-look-up]")


def add(client: PageClient, page: Page, files: list[bytes], status: int, **more: Any) -> Page:
    sent = [(io.BytesIO(content), "a.jpg") for content in files]
    return client.post("/receipts/add", {**page.form(ADD), "words": WORDS, "files": sent, **more}, status)


def numbers() -> tuple[int, int]:
    """How many additions, how many files."""
    db.session.rollback()
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(kind)) for kind in (Addition, Attachment)
    )  # type: ignore[return-value]


@pytest.fixture
def receipt(app: Flask) -> Receipt:
    return make_receipt()


def test_files_come_with_what_is_added_once_and_wait_for_a_moderator(
    client: PageClient, receipt: Receipt
) -> None:
    page = opened(client, receipt.code)
    for _time in range(2):
        after = add(client, page, [picture(), picture()], 200)
    assert numbers() == (1, 2) and "正在检查" in after.one(".own-files").get_text()
    run_attachment_jobs()
    states = db.session.scalars(sa.select(Attachment.state)).all()
    assert states == [FileState.PRIVATE] * 2
    assert "没有公开" in opened(client, receipt.code).one(".own-files").get_text()
    bring_to(receipt.opinion, OpinionState.PUBLISHED)
    assert ".jpg" not in client.get(f"/opinions/{receipt.opinion.public_id}").html
    desk = PageClient(client.app).as_user(make_user("moderator", Role.MODERATOR))
    assert "放行" in desk.get(f"/desk/moderation/{receipt.opinion.public_id}").main


def test_a_refused_file_costs_no_words_and_keeps_nothing(client: PageClient, receipt: Receipt) -> None:
    page = opened(client, receipt.code)
    refused = add(client, page, [b"GIF89a"], 400)
    assert "第1个文件不是照片" in refused.main and refused.form(ADD)["words"].strip() == WORDS
    assert numbers() == (0, 0)


def test_no_more_files_than_an_opinion_takes(client: PageClient, receipt: Receipt) -> None:
    add(client, opened(client, receipt.code), [picture()] * MOST_FILES, 200)
    refused = add(client, opened(client, receipt.code), [picture()], 400)
    assert "最多加5个文件" in refused.main and refused.form(ADD)["words"].strip() == WORDS
    assert numbers() == (1, MOST_FILES)


def test_files_for_an_unknown_code_are_not_even_written(
    client: PageClient, receipt: Receipt, app: Flask
) -> None:
    page, folder = opened(client, receipt.code), settings().instance_dir
    before = set(folder.rglob("*"))
    add(client, page, [picture()], 400, code="8X4K-M2PR-T7HW")
    assert numbers() == (0, 0) and set(folder.rglob("*")) == before


def test_too_many_additions_from_one_network_are_put_off_and_lose_nothing(
    client: PageClient, receipt: Receipt, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = replace(settings(), submit_limit="2/7hours")  # a window that no other test counts in
    monkeypatch.setitem(app.extensions, "portal_settings", strict)
    for _time in range(2):
        add(client, opened(client, receipt.code), [], 200)
    late = add(client, opened(client, receipt.code), [], 429)
    assert "太频繁" in late.main and late.form(ADD)["words"].strip() == WORDS
    assert int(late.response.headers["Retry-After"]) > 0 and numbers() == (2, 0)


def test_while_intake_pauses_nothing_is_added_and_the_form_says_so(
    client: PageClient, receipt: Receipt
) -> None:
    page = opened(client, receipt.code)
    set_intake(IntakeMode.PAUSED, SYSTEM, reason="系统维护")
    db.session.commit()
    refused = add(client, page, [], 409)
    assert (
        "现在暂停接收意见。原因：系统维护。" in refused.main and refused.form(ADD)["words"].strip() == WORDS
    )
    quiet = opened(client, receipt.code)
    assert "恢复后才能补充" in quiet.one("#add").get_text() and not quiet.soup.select(ADD)
    assert numbers() == (0, 0)


def test_the_desk_is_told_of_links_and_of_words_sent_to_many(client: PageClient, receipt: Receipt) -> None:
    link = "特价 http://a.example/x www.b.example https://c.example"
    for one in (receipt, make_receipt(title="另一条")):
        add(client, opened(client, one.code), [], 200, words=link)
    desk = PageClient(client.app).as_user(make_user("moderator", Role.MODERATOR))
    told = desk.get(f"/desk/moderation/{receipt.opinion.public_id}").one(".addition").get_text()
    assert "链接多，疑似广告" in told and "同样的文字一天内多次提交" in told
    add(client, opened(client, make_receipt(title="又一条").code), [], 200)
    db.session.rollback()
    honest = db.session.scalars(sa.select(Addition).order_by(Addition.id.desc())).first()
    assert honest is not None
    plain = desk.get(f"/desk/moderation/{honest.opinion.public_id}").one(".addition").get_text()
    assert "疑似广告" not in plain and "多次提交" not in plain
