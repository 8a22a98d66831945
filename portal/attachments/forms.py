"""The field into which files are put."""

import os
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import ValidationError

from portal.attachments.operations import Upload
from portal.attachments.states import MOST_BYTES, MOST_FILES, sniffed
from portal.web.forms import SentFilesField

# What a request with files may weigh in all: the files, and room for the words.
MOST_REQUEST_BYTES = MOST_FILES * MOST_BYTES + 2 * 1024 * 1024
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf"
_SNIFFED_BYTES = 16


def sendable_files(_form: object, field: Field) -> None:
    """A validator: few enough, small enough, each of a type that is taken by its first bytes. Names the file by its
    place, since what it is called proves nothing."""
    files = sent_files(field)
    if len(files) > MOST_FILES:
        raise ValidationError(_("最多%(max)d个文件", max=MOST_FILES))
    for place, file in enumerate(files, start=1):
        size = size_of(file)
        if size == 0:
            raise ValidationError(_("第%(place)d个文件是空的，没有收下", place=place))
        if size > MOST_BYTES:
            raise ValidationError(_("第%(place)d个文件超过10 MB，没有收下", place=place))
        if sniffed(_beginning(file)) is None:
            raise ValidationError(
                _("第%(place)d个文件不是照片（JPG、PNG、WebP）或PDF，没有收下", place=place)
            )


class FilesField(SentFilesField):
    """Up to five pictures and PDF files; `uploads` are those that were sent."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            _l("照片或文件（可不加）"),
            [sendable_files],
            description=_l(
                "最多5个，每个不超过10 MB；照片（JPG、PNG、WebP）或PDF。意见公开的，文件由审核人员看过再公开；照片里的拍摄地点等信息会去掉。"
            ),
            render_kw={"accept": ACCEPTED},
            **more,
        )

    @property
    def uploads(self) -> list[Upload]:
        """The files of the valid form."""
        kinds = [(sniffed(_beginning(file)), file) for file in sent_files(self)]
        return [Upload(kind, size_of(file), file.stream) for kind, file in kinds if kind]


def sent_files(field: Field) -> list[FileStorage]:
    """The files of a field; a browser sends an empty nameless one where none was chosen."""
    return [
        one for one in field.data or [] if isinstance(one, FileStorage) and (one.filename or size_of(one))
    ]


def size_of(file: FileStorage) -> int:
    """The size in bytes, counted and not believed."""
    file.stream.seek(0, os.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    return size


def _beginning(file: FileStorage) -> bytes:
    file.stream.seek(0)
    beginning = file.stream.read(_SNIFFED_BYTES)
    file.stream.seek(0)
    return beginning
