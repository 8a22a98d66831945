"""digest.pdf: the report of the Word file, where the machine can make one."""

import dataclasses
import json
import subprocess
from pathlib import Path

import docx
import pikepdf
import pytest
from click.testing import Result
from flask import Flask

from portal.attachments.reading import text_of
from portal.core.rights import Role
from portal.digests import cli, jobs
from portal.digests.export import pdf
from portal.digests.export.docx import write_docx
from portal.digests.export.files import NAMES, write_files
from portal.digests.export.pdf import can_write_pdf, print_html, write_pdf
from portal.opinions.states import OpinionState
from tests.digests.example import MESSAGES, example
from tests.factories.accounts import actor_with, make_user
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient

COORDINATOR = actor_with(Role.COORDINATOR)
needs_pdf = pytest.mark.skipif(not can_write_pdf(), reason="needs Pango and a Chinese font")


def words(path: Path) -> str:
    """What the PDF says, without spaces and line breaks."""
    with pikepdf.open(path) as document:
        return "".join(text_of(document).split())


def paragraphs(path: Path) -> list[str]:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return ["".join(text.split()) for text in (*(one.text for one in document.paragraphs), *cells)]


@needs_pdf
def test_it_says_what_the_word_file_says(tmp_path: Path) -> None:
    write_docx(example(), tmp_path / "a.docx")
    write_pdf(example(), tmp_path / "a.pdf")
    said = words(tmp_path / "a.pdf")
    expected = paragraphs(tmp_path / "a.docx")
    assert len(expected) > 40
    assert [text for text in expected if text not in said] == []


@needs_pdf
def test_the_page_and_its_numbers_are_those_of_official_documents(tmp_path: Path) -> None:
    write_pdf(example(), tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as document:
        millimetres = [round(float(length) * 25.4 / 72) for length in document.pages[0].mediabox]
        assert millimetres == [0, 0, 210, 297]
        assert document.Root.Lang == "zh-CN" and document.Root.MarkInfo.Marked
        with document.open_outline() as outline:
            title = outline.root[0]
            assert title.title.endswith("征求意见情况汇总")
            assert [one.title for one in title.children][:2] == ["一、征求意见的情况", "二、意见汇总情况"]
        count = len(document.pages)
    said = words(tmp_path / "a.pdf")
    assert all(f"—{number}—" in said for number in range(1, count + 1))


@needs_pdf
def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_pdf(example(), tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@needs_pdf
def test_what_a_citizen_wrote_is_text_and_fetches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不给外人看的")
    body = (
        f'<img src="file://{secret}"><link rel=attachment href="file://{secret}"><style>@import "file://{secret}"</style>'
        f"</p><h1>假标题</h1>&amp;\x00\x1b"
    )
    hostile = dataclasses.replace(MESSAGES[0], body=body)
    write_pdf(example(messages=[hostile, *MESSAGES[1:]]), tmp_path / "a.pdf")
    assert "".join(f'<img src="file://{secret}">'.split()) in words(tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as document:
        assert not document.attachments
        with document.open_outline() as outline:
            assert "假标题" not in json.dumps([one.title for one in outline.root], ensure_ascii=False)
        assert not [image for page in document.pages for image in page.get_images()]
    assert "不给外人看的" not in words(tmp_path / "a.pdf")


@needs_pdf
def test_the_annex_is_shorter_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_OPINIONS", 3)
    write_pdf(example(), tmp_path / "a.pdf")
    said = words(tmp_path / "a.pdf")
    assert "计入汇总的意见共5条，这里按各方面的比例刊登一部分，全部见同一份汇总的Excel表格。" in said


@needs_pdf
def test_long_opinions_leave_no_room_for_a_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_CHARACTERS", 400)
    long = dataclasses.replace(MESSAGES[0], body="很长的话。" * 2_000)
    write_pdf(example(messages=[long, *MESSAGES[1:]]), tmp_path / "a.pdf")
    said = words(tmp_path / "a.pdf")
    assert "这里按各方面的比例刊登一部分" in said and "很长的话" not in said.partition("附件意见原文")[2]
    assert "本方面的" in said or "本方面其余" in said


@needs_pdf
def test_short_lines_take_whole_ones_and_long_words_are_broken(tmp_path: Path) -> None:
    tall = dataclasses.replace(MESSAGES[0], body="电\n" * 9_999)
    wide = dataclasses.replace(MESSAGES[1], body="x" * 9_999)
    write_pdf(example(messages=[tall, wide, *MESSAGES[2:]]), tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as document:
        assert len(document.pages) < 60
    assert words(tmp_path / "a.pdf").count("x") >= 9_999


@needs_pdf
def test_nothing_is_fetched_even_where_markup_asks_for_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不给外人看的")
    html = (
        f'<p>正文<link rel="attachment" href="file://{secret}"><img src="file://{secret}" alt="没有图"></p>'
    )
    print_html(html, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as document:
        assert not document.attachments
        assert not [image for page in document.pages for image in page.get_images()]
    assert "正文没有图" in words(tmp_path / "a.pdf")


@needs_pdf
def test_it_is_one_of_the_files_where_it_is_wanted_and_none_is_left_over_where_not(tmp_path: Path) -> None:
    wanted = write_files(example(), tmp_path, pdf=True)
    assert wanted[-1].name == "digest.pdf" and wanted[-1].read_bytes().startswith(b"%PDF-")
    assert write_files(example(), tmp_path) == wanted[:-1]
    assert not wanted[-1].exists()


@needs_pdf
def test_officers_are_offered_it(app: Flask) -> None:
    make_opinion(state=OpinionState.PUBLISHED)
    digest = make_digest(COORDINATOR)
    client = PageClient(app).as_user(make_user("office", Role.COORDINATOR))
    link = f"/desk/digests/{digest.id}/files/digest.pdf"
    assert link in client.get(f"/desk/digests/{digest.id}").links()
    response = client.browser.get(link)
    assert response.mimetype == "application/pdf" and response.data.startswith(b"%PDF-")


def test_machines_that_cannot_write_it_offer_the_other_files(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "can_write_pdf", lambda: False)
    make_opinion(state=OpinionState.PUBLISHED)
    digest = make_digest(COORDINATOR)
    assert "digest.docx" in digest.files and "digest.pdf" not in digest.files
    page = PageClient(app).as_user(make_user("office", Role.COORDINATOR)).get(f"/desk/digests/{digest.id}")
    assert not [link for link in page.links() if link.endswith(".pdf")]


@pytest.mark.parametrize("error", [RuntimeError("a fault of the library"), MemoryError()])
def test_a_pdf_that_cannot_be_made_keeps_nobody_from_the_other_files(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(jobs, "can_write_pdf", lambda: True)
    monkeypatch.setattr(jobs, "write_pdf", fail)
    make_opinion(state=OpinionState.PUBLISHED)
    digest = make_digest(COORDINATOR)
    assert digest.job.state == "done" and set(NAMES) == set(digest.files)


@pytest.mark.parametrize(
    "error",
    [subprocess.TimeoutExpired("fc-list", 60), OSError(), subprocess.CalledProcessError(1, "fc-list")],
)
def test_a_machine_that_cannot_tell_its_fonts_writes_no_pdf(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(pdf.shutil, "which", lambda _name: "/usr/bin/fc-list")
    monkeypatch.setattr(pdf.subprocess, "run", fail)
    can_write_pdf.cache_clear()
    try:
        assert not can_write_pdf()
    finally:
        can_write_pdf.cache_clear()


def asked(app: Flask, folder: Path) -> Result:
    table = folder / "a.csv"
    table.write_text("编号,内容\n1,路灯坏了三个月，请来修。\n", encoding="utf-8")
    return app.test_cli_runner().invoke(
        args=["digest", "from-file", str(table), "--out", str(folder / "out"), "--pdf"]
    )


@needs_pdf
def test_commands_write_it_when_asked(app: Flask, tmp_path: Path) -> None:
    done = asked(app, tmp_path)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1].endswith("digest.pdf")


def test_commands_say_what_is_missing(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "can_write_pdf", lambda: False)
    done = asked(app, tmp_path)
    assert done.exit_code == 2 and "Pango" in done.output
    assert not (tmp_path / "out").exists()
