"""Faults of the machine while somebody hands in: nothing typed is lost, nothing is half-written, it goes on by itself."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from portal import create_app
from portal.core.db import db, is_sqlite
from portal.jobs.models import Job
from portal.notices.models import MailWish
from portal.opinions.models import Case, Opinion, OpinionEvent
from portal.web.limits import FileCounters
from portal.web.network import settings
from tests.conftest import settings_for
from tests.factories.attachments import picture
from tests.factories.campaigns import make_board
from tests.kit.client import PageClient
from tests.kit.writing import GOOD, send

MIN_FREE = 1024 * 1024
# More than what is free in the last page of a small database.
LONG = GOOD | {"body": "电梯坏了，请派人来修。" * 1_500}

_FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""


@contextmanager
def full_disk() -> Iterator[None]:
    """The database has no room for another opinion: SQLite's own limit, PostgreSQL's own error."""
    if is_sqlite():
        db.session.remove()
        with db.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        yield
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        return
    with db.engine.begin() as connection:
        connection.execute(text(_FULL))
        connection.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON opinion FOR EACH ROW EXECUTE FUNCTION disk_full()"
            )
        )
    yield
    with db.engine.begin() as connection:
        connection.execute(text("DROP FUNCTION disk_full() CASCADE"))


def stored() -> list[int]:
    db.session.expire_all()
    return [
        db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Case, Opinion, OpinionEvent)
    ]


def test_a_full_disk_is_a_503_that_keeps_the_text_and_the_site_goes_on_by_itself(client: PageClient) -> None:
    make_board()
    with full_disk():
        page = send(client, LONG, status=503)
        assert "系统正忙" in page.main
        assert page.form()["body"].strip() == LONG["body"]
        assert stored() == [0, 0, 0]
        client.get("/boards/suggestions")
    receipt = client.post("/boards/suggestions/new", {**page.form(), "consent": "y"}, 200)
    assert receipt.one(".receipt-code")
    assert stored() == [1, 1, 1]


def test_limits_that_cannot_be_counted_are_a_503_that_keeps_the_text(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_board()

    def full(*_counted: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(FileCounters, "count", full)
        page = send(client, GOOD, status=503)
        assert page.form()["body"].strip() == GOOD["body"]
    assert stored() == [0, 0, 0]
    send(client, GOOD)
    assert stored() == [1, 1, 1]


def files_in() -> set[str]:
    """The names of the files that came in with a form; other tests of the process may have left some."""
    return {path.name for path in settings().instance_dir.glob("attachments/incoming/*")}


def test_on_a_disk_that_is_nearly_full_words_are_taken_and_files_are_not(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_board()
    before = files_in()
    nearly = shutil.disk_usage(settings().instance_dir)._replace(free=MIN_FREE + len(picture()) - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: nearly)
    monkeypatch.setitem(current_app.extensions, "portal_settings", replace(settings(), min_free_mb=1))
    refused = send(client, GOOD | {"files": (BytesIO(picture()), "a.jpg")}, status=503)
    assert "暂时不能收照片和文件" in refused.main
    assert refused.form()["body"].strip() == GOOD["body"]
    assert stored() == [0, 0, 0]
    assert files_in() == before
    assert client.post("/boards/suggestions/new", {**refused.form(), "consent": "y"}, 200).one(
        ".receipt-code"
    )
    assert stored() == [1, 1, 1]


def test_a_disk_that_is_full_while_a_form_is_read_is_a_503(
    client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_board()

    def full(*_given: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("werkzeug.wrappers.request.Request._get_file_stream", full)
    page = send(client, GOOD | {"files": (BytesIO(picture()), "a.jpg")}, status=503)
    assert "存储空间满了" in page.main and page.response.headers["Retry-After"] == "30"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Flask]:
    """A site whose Redis and mail server are gone."""
    app = create_app(
        settings_for(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite'}", REDIS_URL="redis://127.0.0.1:1/0")
    )
    app.testing = True
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()


def test_without_redis_and_mail_server_one_hands_in_all_the_same(alone: Flask) -> None:
    make_board()
    receipt = send(PageClient(alone), GOOD | {"mail": "someone@example.cn"})
    assert receipt.one(".receipt-code")
    assert stored() == [1, 1, 1]
    assert db.session.scalar(select(func.count()).select_from(MailWish)) == 1
    # Nothing is asked of the mail server within the request, and no job waits for Redis: the table is the queue.
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0
