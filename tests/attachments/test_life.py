"""A file from being received to being released, withheld, removed; and who sees it when."""

import os
import time
from pathlib import Path

import pytest
from flask import Flask

from portal.attachments.models import Attachment
from portal.attachments.operations import Subject, remove_all
from portal.attachments.states import MOST_FILES, FileState
from portal.attachments.store import incoming_path, kept_path
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import Actor, Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.receipts import withdraw
from portal.opinions.states import OpinionState, Visibility
from tests.factories.accounts import make_user
from tests.factories.attachments import SECRET, make_attachment, pdf, picture, run_attachment_jobs
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

PUBLISHED = OpinionState.PUBLISHED


@pytest.fixture
def folder(app: Flask) -> Path:
    return Path(app.extensions["portal_settings"].instance_dir)


def address(opinion: Opinion, attachment: Attachment) -> str:
    return f"/opinions/{opinion.public_id}/files/{attachment.id}"


def test_it_is_on_the_disk_before_anybody_is_told_and_made_anew_after(app: Flask, folder: Path) -> None:
    attachment = make_attachment(make_opinion(), cleaned=False)
    assert incoming_path(folder, attachment.id).read_bytes() == picture()
    assert attachment.state == FileState.CHECKING
    run_attachment_jobs()
    db.session.refresh(attachment)
    assert (attachment.state, attachment.width, attachment.height) == (FileState.PRIVATE, 30, 40)
    assert not incoming_path(folder, attachment.id).exists()
    assert SECRET.encode() not in kept_path(folder, attachment.id).read_bytes()


def test_a_broken_file_is_refused_with_its_reason_and_not_kept(app: Flask, folder: Path) -> None:
    attachment = make_attachment(make_opinion(), b"%PDF-1.7 broken")
    assert (attachment.state, attachment.word) == (FileState.REFUSED, "文件打不开，可能已经损坏")
    assert not incoming_path(folder, attachment.id).exists() and not kept_path(folder, attachment.id).exists()


def test_a_job_killed_anywhere_comes_to_the_same_when_run_again(app: Flask, folder: Path) -> None:
    attachment = make_attachment(make_opinion(), cleaned=False)
    kept_path(folder, attachment.id).parent.mkdir(parents=True, exist_ok=True)
    kept_path(folder, attachment.id).write_bytes(b"half")
    run_attachment_jobs()
    db.session.refresh(attachment)
    assert attachment.state == FileState.PRIVATE
    assert kept_path(folder, attachment.id).stat().st_size == attachment.size


def test_what_never_became_a_row_is_swept_after_a_day(app: Flask, folder: Path) -> None:
    opinion = make_opinion()
    waiting = make_attachment(opinion, cleaned=False)
    forgotten = incoming_path(folder, "forgotten")
    forgotten.write_bytes(b"x")
    yesterday = time.time() - 2 * 24 * 3600
    os.utime(forgotten, (yesterday, yesterday))
    make_attachment(opinion, pdf())
    assert not forgotten.exists()
    assert db.session.get(Attachment, waiting.id) is not None


def test_not_more_than_five(app: Flask) -> None:
    opinion = make_opinion()
    for _turn in range(MOST_FILES):
        make_attachment(opinion, cleaned=False)
    with pytest.raises(PortalError, match="最多加5个"):
        make_attachment(opinion, cleaned=False)


def test_16_a_file_is_seen_while_released_and_its_opinion_public(app: Flask) -> None:
    """Alaveteli PR 7391: a file of what is hidden is not there."""
    opinion = make_opinion(state=PUBLISHED)
    attachment = make_attachment(opinion)
    visitor, moderator = PageClient(app), PageClient(app).as_user(make_user("m", Role.MODERATOR))
    visitor.get(address(opinion, attachment), status=404)
    desk = f"/desk/moderation/{opinion.public_id}"
    button = f'form[action="{desk}/files/{attachment.id}"]'
    moderator.submit(desk, {"decision": "release"}, form=button)
    served = visitor.get(address(opinion, attachment)).response
    assert served.headers["Content-Disposition"].startswith("attachment; filename=")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert served.headers["Cache-Control"] == "private, no-cache"
    assert served.mimetype == "image/jpeg"
    page = visitor.get(f"/opinions/{opinion.public_id}")
    assert page.one(".files__picture")["src"] == address(opinion, attachment)
    assert (page.one(".files__picture")["width"], page.one(".files__picture")["height"]) == ("30", "40")
    moderator.submit(desk, {"decision": "withhold"}, form=button)
    visitor.get(address(opinion, attachment), status=404)
    moderator.submit(desk, {"decision": "release"}, form=button)
    other = make_opinion(state=PUBLISHED)
    visitor.get(address(other, attachment), status=404)


@pytest.mark.parametrize("state", [state for state in OpinionState if state is not PUBLISHED])
def test_16_no_file_of_an_opinion_that_is_not_public(app: Flask, state: OpinionState) -> None:
    opinion = make_opinion(state=state)
    attachment = make_attachment(opinion, released=True)
    PageClient(app).get(address(opinion, attachment), status=404)


def test_a_second_press_of_the_button_is_told_so(app: Flask) -> None:
    opinion = make_opinion()
    attachment = make_attachment(opinion, released=True)
    moderator = PageClient(app).as_user(make_user("m", Role.MODERATOR))
    sent = {"csrf_token": moderator.token(), "decision": "release"}
    moderator.post(f"/desk/moderation/{opinion.public_id}/files/{attachment.id}", sent, status=409)


def test_17_a_unit_sees_the_released_files_of_its_own_opinions(app: Flask) -> None:
    """CVE-2026-45330: and of no other; a file that is not released stays with the moderators."""
    own = make_unit("市/甲局")
    make_unit("市/乙局")
    opinion = make_opinion(state=OpinionState.ACCEPTED, unit=own, visibility=Visibility.PRIVATE)
    shown, hidden = make_attachment(opinion, released=True), make_attachment(opinion, pdf())
    path = f"/desk/casework/{opinion.public_id}"
    officer = PageClient(app).as_user(make_user("o", Grant(Role.OFFICER, "市/甲局")))
    other = PageClient(app).as_user(make_user("p", Grant(Role.OFFICER, "市/乙局")))
    assert len(officer.get(path).soup.select(".files__item")) == 1
    officer.get(f"{path}/files/{shown.id}")
    officer.get(f"{path}/files/{hidden.id}", status=404)
    other.get(f"{path}/files/{shown.id}", status=404)


def test_files_of_an_opinion_complained_of_never_reach_that_unit(app: Flask) -> None:
    below = make_unit("市/甲局/窗口")
    opinion = make_opinion(state=OpinionState.ACCEPTED, complained=make_unit("市/甲局"))
    attachment = make_attachment(opinion, released=True)
    for number, path in enumerate(("市", "市/甲局", below.path)):
        officer = PageClient(app).as_user(make_user(f"o{number}", Grant(Role.OFFICER, path)))
        officer.get(f"/desk/casework/{opinion.public_id}/files/{attachment.id}", status=404)


def test_removed_is_gone_from_the_disk_and_the_table(app: Flask, folder: Path) -> None:
    opinion = make_opinion(state=PUBLISHED)
    attachment = make_attachment(opinion, released=True)
    file_id, path = attachment.id, address(opinion, attachment)
    remove_all(Subject("opinion", opinion.id), Actor())
    db.session.commit()
    PageClient(app).get(path, status=404)
    run_attachment_jobs()
    assert db.session.get(Attachment, file_id) is None and not kept_path(folder, file_id).exists()


def test_withdrawing_removes_the_files(app: Flask, folder: Path) -> None:
    opinion = make_opinion(state=PUBLISHED)
    attachment = make_attachment(opinion, released=True)
    file_id = attachment.id
    withdraw(opinion, Actor())
    db.session.commit()
    run_attachment_jobs()
    assert db.session.get(Attachment, file_id) is None and not kept_path(folder, file_id).exists()
