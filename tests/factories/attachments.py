"""Files for tests: pictures and PDF documents with all that must not get across, and attached files. They commit."""

import contextvars
import io
from typing import Any

import pikepdf
from flask import current_app
from PIL import Image, PngImagePlugin

from portal.attachments.models import Attachment
from portal.attachments.operations import Subject, Upload, attach, decide_on_file, receive_uploads
from portal.attachments.states import FileType, sniffed
from portal.core.db import db
from portal.core.rights import Actor, Role
from portal.jobs.models import Job
from portal.jobs.runner import run_job
from portal.opinions.models import Opinion
from tests.factories.accounts import actor_with

# Stands in every kind of hidden place of the files made here.
SECRET = "secret-of-the-camera-31.2304-121.4737"
_FORMATS = {FileType.JPEG: "JPEG", FileType.PNG: "PNG", FileType.WEBP: "WEBP"}


def picture(kind: FileType = FileType.JPEG, size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    """A picture with `SECRET` in its EXIF data, comments and text chunks, to be turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x013B] = 6, SECRET, SECRET
    exif.get_ifd(0x8825)[1] = "N"
    if kind is FileType.PNG:
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", SECRET)
        more["pnginfo"] = text
    if kind is FileType.JPEG:
        more["comment"] = SECRET
    made = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made, _FORMATS[kind], exif=exif.tobytes(), **more)
    return made.getvalue()


def pdf(pages: int = 1, **more: Any) -> bytes:
    """A PDF document with `SECRET` in its metadata, a script, an attached file, a note and a bookmark."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        for _number in range(pages):
            document.add_blank_page(page_size=(200, 200))
        document.docinfo["/Author"] = SECRET
        with document.open_metadata() as metadata:
            metadata["dc:title"] = SECRET
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{SECRET}')")
        document.Root.OpenAction = document.make_indirect(script)
        document.attachments["secret.txt"] = SECRET.encode()
        if pages:
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=SECRET
            )
            link = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script
            )
            document.pages[0].obj.Annots = pikepdf.Array([note, link])
            document.pages[0].obj.Metadata = pikepdf.Stream(document, SECRET.encode())
            with document.open_outline() as outline:
                outline.root.append(pikepdf.OutlineItem(SECRET, 0))
        document.save(made, **more)
    return made.getvalue()


def make_attachment(
    opinion: Opinion, content: bytes | None = None, *, cleaned: bool = True, released: bool = False
) -> Attachment:
    """A file of `opinion`, as received, made anew by its job unless `cleaned` says not, released where asked."""
    content = picture() if content is None else content
    kind = sniffed(content[:16])
    assert kind is not None
    folder = current_app.extensions["portal_settings"].instance_dir
    upload = Upload(kind, len(content), io.BytesIO(content))
    received = receive_uploads([upload], folder)
    [attachment] = attach(received, Subject("opinion", opinion.id), Actor())
    db.session.commit()
    if cleaned:
        run_attachment_jobs()
        db.session.refresh(attachment)
    if released:
        decide_on_file(attachment, "release", actor_with(Role.MODERATOR))
        db.session.commit()
    return attachment


def run_attachment_jobs() -> None:
    """Run what waits, as the runner does, in a context of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    kinds = ("attachment_cleaning", "attachment_removal")
    waiting = [job.id for job in db.session.query(Job).filter(Job.kind.in_(kinds), Job.state == "queued")]
    db.session.rollback()
    for job_id in waiting:
        contextvars.Context().run(run_job, app, job_id, lambda: False)
