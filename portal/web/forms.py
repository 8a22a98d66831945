"""What forms of several slices share: cleaned text, rows chosen by number, filters that ignore what they do not know."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Field, MultipleFileField, StringField
from wtforms.fields.choices import SelectField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import Select, html_params

from portal.core.addresses import is_mail_address
from portal.core.text import clean_block, clean_line

Row = TypeVar("Row")
MOST_WORDS = 60


def line(value: Any) -> Any:
    """A filter for fields of one line: what was typed, cleaned; anything else unchanged."""
    return clean_line(value) if isinstance(value, str) else value


def block(value: Any) -> Any:
    """A filter for text areas: what was typed, cleaned; anything else unchanged."""
    return clean_block(value) if isinstance(value, str) else value


def chosen(field: Field, find: Callable[[int], Row | None]) -> Row | None:
    """The row whose number a select field carries, None where it carries none.

    Raises `ValidationError` for a number that `find` does not know.
    """
    if not field.data:
        return None
    found = find(int(field.data)) if field.data.isdecimal() and len(field.data) < 10 else None
    if found is None:
        raise ValidationError(_("请从列表里选一个"))
    return found


def plausible_mail(_form: object, field: Field) -> None:
    """A validator for mail addresses that may be left out."""
    if field.data and not is_mail_address(field.data):
        raise ValidationError(_("请检查邮箱地址，例如 name@example.cn"))


def plausible_day(_form: object, field: Field) -> None:
    """A validator for days: those of this and the neighbouring centuries, with which one can reckon."""
    if field.data is not None and not 1900 <= field.data.year <= 2200:
        raise ValidationError(_("请填写1900年到2200年之间的日期"))


def let_files_in(most_bytes: int) -> None:
    """Let the present request weigh `most_bytes` if it is a form in parts, before anything of it is read.

    Each part of words has its own limit, and files are spooled to disk.
    """
    if request.mimetype == "multipart/form-data":
        request.max_content_length = most_bytes


class PageForm(FlaskForm):
    """What every form of a page is made from. It takes words only: a file sent under the name of a text field is
    nothing to it; `SentFilesField` takes files."""

    class Meta(FlaskForm.Meta):
        """Where the values come from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """The words of the request where its files stand beside them."""
            sent = super().wrap_formdata(form, formdata)
            return request.form if isinstance(sent, CombinedMultiDict) else sent


class SentFilesField(MultipleFileField):
    """A field for files, which a `PageForm` does not pass on."""

    def process(self, formdata: Any, *more: Any, **others: Any) -> None:
        """Take the files of the request where a form was sent."""
        super().process(None if formdata is None else request.files, *more, **others)


class LongSelect(Select):
    """A select of (value, label) pairs, up to hundreds, such as all units: the same HTML as WTForms', many times as fast."""

    def __call__(self, field: SelectField, **attributes: Any) -> Markup:
        """The whole element. Choices with attributes or groups of their own are for WTForms' own widget."""
        attributes.setdefault("id", field.id)
        for name in self.validation_attrs:
            if name in field.flags:
                attributes.setdefault(name, getattr(field.flags, name))
        options = _options(tuple((str(value), str(label or value)) for value, label in field.choices))
        if isinstance(field.data, str):
            value = f'value="{escape(field.data)}">'
            options = options.replace(f"<option {value}", f"<option selected {value}", 1)
        return Markup(f"<select {html_params(name=field.name, **attributes)}>{options}</select>")


# The trees of units and of topics, and a few more; by what they show, so that none is ever out of date.
@lru_cache(16)
def _options(choices: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in choices)


def words_field() -> StringField:
    """A field of a `FilterForm`: words that must stand in what is listed, or its number."""
    return StringField(
        _l("字词或编号"),
        [Length(max=MOST_WORDS, message=_l("最多%(max)d个字"))],
        filters=[line],
        default="",
    )


class FilterForm(PageForm):
    """A GET form of filters. It changes nothing, so it carries no token; an unknown value filters nothing."""

    class Meta:
        """Without token: a link with filters can be kept and passed on."""

        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    def settle(self) -> bool:
        """Put fields that hold nonsense back to their default; whether all could be used as they were."""
        if self.validate():
            return True
        for field in self:
            if field.errors:
                field.data, field.raw_data, field.errors = field.default, None, []
        return False

    def arguments(self) -> dict[str, Any]:
        """The filters that are set, as arguments for links."""
        values = {field.name: field.data for field in self if field.data not in (None, "", field.default)}
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()
        }
