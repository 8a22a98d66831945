"""What an author types on the receipt, with the query code in a hidden field of each form."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from portal.attachments.forms import FilesField
from portal.opinions.additions import ADDITION_LENGTH
from portal.opinions.forms import CONTACT_LENGTH
from portal.opinions.receipt_states import Rating
from portal.web.forms import PageForm, block, line

_TOO_LONG = _l("最多%(max)d个字")


class _WithKey(PageForm):
    """A form whose double submit counts once."""

    form_key = HiddenField(
        validators=[Regexp(r"\A[A-Za-z0-9_-]{16,64}\Z", message=_l("页面不完整，请再点一次提交"))]
    )

    def settle_key(self) -> None:
        """Give the form a key before it is shown, unless it has one that can be used."""
        if not self.form_key.data or self.form_key.errors:
            self.form_key.data = secrets.token_urlsafe(16)


class AdditionForm(_WithKey):
    """More information from the author, or what a moderator asked for."""

    words = TextAreaField(
        _l("要补充的内容"),
        [DataRequired(_l("请写下要补充的内容")), Length(max=ADDITION_LENGTH, message=_TOO_LONG)],
        filters=[block],
        description=_l("先由审核人员看，再交给办理单位；电话、住址会遮住"),
    )
    files = FilesField()


class RatingForm(_WithKey):
    """Whether the answer solved the matter."""

    # Which answer was read; a form that is sent again later says nothing of the next one.
    round = HiddenField()
    rating = RadioField(_l("问题解决了吗？"), [InputRequired(_l("请选一项"))])
    remark = TextAreaField(
        _l("哪里还没解决（可不填）"),
        [Length(max=ADDITION_LENGTH, message=_TOO_LONG)],
        filters=[block],
        description=_l("先由审核人员看，再交给办理单位"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rating.choices = [(item.value, item.label) for item in Rating]


class AppealForm(_WithKey):
    """Why the author wants a rejection to be looked at again."""

    grounds = TextAreaField(
        _l("为什么请求复核（可不填）"),
        [Length(max=ADDITION_LENGTH, message=_TOO_LONG)],
        filters=[block],
        description=_l("只有审核人员能看到"),
    )


class CorrectContactForm(PageForm):
    """The author's contact, anew."""

    contact = StringField(
        _l("新的联系电话"),
        [Length(max=CONTACT_LENGTH, message=_TOO_LONG)],
        filters=[line],
        description=_l("不填就是删除原来的。加密保存，不给办理单位"),
    )
