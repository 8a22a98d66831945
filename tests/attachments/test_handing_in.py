"""Files sent with an opinion: counted, sniffed, taken in once; a refused one never costs the text."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.attachments import operations, store
from portal.attachments.models import Attachment
from portal.attachments.states import MOST_BYTES, FileState, FileType, sniffed
from portal.core.db import db
from portal.opinions.models import Opinion
from tests.factories.attachments import pdf, picture, run_attachment_jobs
from tests.factories.campaigns import make_board
from tests.kit.client import Page, PageClient

BODY = "滨河小区六号楼的路灯坏了三个月，晚上走路不方便，希望尽快修好。"
NEW = "/boards/suggestions/new"
CHECK = f'form[action="{NEW}"]'


@pytest.fixture
def check_page(app: Flask) -> tuple[PageClient, Page]:
    """A visitor who has come to the check page."""
    make_board()
    client = PageClient(app)
    written = client.get(NEW).form()
    return client, client.post(f"{NEW}/check", {**written, "body": BODY, "consent": "y"}, status=200)


def send(at: tuple[PageClient, Page], files: Sequence[tuple[bytes, str]], status: int, **more: Any) -> Page:
    client, page = at
    sent = [(io.BytesIO(content), name) for content, name in files]
    return client.post(NEW, {**page.form(CHECK), "files": sent, **more}, status=status)


def attached() -> list[Attachment]:
    db.session.rollback()
    return list(db.session.query(Attachment))


def test_pictures_and_a_pdf_are_taken_in_and_made_anew(check_page: tuple[PageClient, Page]) -> None:
    send(
        check_page, [(picture(), "IMG_1.jpg"), (picture(FileType.WEBP), "二.webp"), (pdf(), "说明.pdf")], 200
    )
    run_attachment_jobs()
    assert [one.state for one in attached()] == [FileState.PRIVATE] * 3
    assert {one.media_type for one in attached()} == {"image/jpeg", "image/webp", "application/pdf"}


def test_the_same_form_twice_has_its_files_once(check_page: tuple[PageClient, Page]) -> None:
    first = send(check_page, [(picture(), "a.jpg")], 200)
    second = send(check_page, [(picture(), "a.jpg")], 200)
    assert first.one(".receipt-code").text == second.one(".receipt-code").text
    assert len(attached()) == 1


def test_no_file_chosen_is_no_file(check_page: tuple[PageClient, Page]) -> None:
    send(check_page, [(b"", "")], 200)
    assert attached() == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([(b"<svg onload=alert(1)>", "a.jpg")], "第1个文件不是照片（JPG、PNG、WebP）或PDF，没有收下"),
        ([(b"GIF89a", "a.png")], "第1个文件不是照片"),
        ([(b"MZ\x90", "说明.pdf")], "第1个文件不是照片"),
        ([(picture(), "a.jpg"), (b"", "空.jpg")], "第2个文件是空的，没有收下"),
        ([(picture(), "a.jpg")] * 6, "最多5个文件"),
        ([(b"\xff\xd8\xff" + b"x" * MOST_BYTES, "a.jpg")], "第1个文件超过10 MB，没有收下"),
    ],
)
def test_05_a_refused_file_is_named_and_the_text_stays(
    check_page: tuple[PageClient, Page], files: list[tuple[bytes, str]], words: str
) -> None:
    """NodeBB #6024, #13832: a type is what the bytes are, whatever the name says."""
    page = send(check_page, files, 400)
    assert words in page.one("#files-error").get_text()
    assert page.form(CHECK)["body"] == BODY
    assert (attached(), db.session.query(Opinion).count()) == ([], 0)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.jpg",
        "C:\\con.jpg",
        '"><script>alert(1)</script>.jpg',
        "a%0d%0aSet-Cookie.jpg",
        "张三身份证.jpg",
    ],
)
def test_04_12_the_name_of_a_file_is_not_kept(
    app: Flask, check_page: tuple[PageClient, Page], name: str
) -> None:
    """CVE-2023-51447, CVE-2023-26045."""
    send(check_page, [(picture(), name)], 200)
    run_attachment_jobs()
    folder = Path(app.extensions["portal_settings"].instance_dir)
    [one] = attached()
    found = {str(path) for path in folder.rglob("*") if path.is_file()}
    assert str(store.kept_path(folder, one.id)) in found
    assert not [path for path in found if name[-12:] in path]
    stored = [value for row in db.session.execute(db.select(Attachment.__table__)) for value in row]
    assert not [value for value in stored if isinstance(value, str) and name[:4] in value]


def test_a_full_disk_costs_the_files_and_not_the_text(
    check_page: tuple[PageClient, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(operations, "receive", full)
    page = send(check_page, [(picture(), "a.jpg")], 503)
    assert "照片或文件没有存下来" in page.main
    assert page.form(CHECK)["body"] == BODY


def test_34_only_these_forms_take_large_requests(app: Flask, check_page: tuple[PageClient, Page]) -> None:
    """CVE-2023-25577: elsewhere megabytes are refused before they are read into memory."""
    client, page = check_page
    large = (io.BytesIO(b"\xff\xd8\xff" + b"x" * 3_000_000), "a.jpg")
    client.post("/receipts", {"code": "x", "file": large}, status=413)
    typed = {**page.form(CHECK), "body": "字" * 1_500_000}
    client.post(NEW, typed, status=413)
    client.post(NEW, {**typed, "files": (io.BytesIO(picture()), "a.jpg")}, status=413)


def test_what_is_sniffed() -> None:
    assert sniffed(b"RIFF\x00\x00\x00\x00WEBPVP8L") is FileType.WEBP
    assert sniffed(b"RIFF\x00\x00\x00\x00WAVEfmt ") is None
    assert sniffed(b"") is None and sniffed(b"%PDF") is None
