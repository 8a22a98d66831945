"""What visitors type on pages that compose several slices."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class ReceiptForm(FlaskForm):
    """A query code, in any case and spacing."""

    code = StringField(
        _l("查询码"),
        [InputRequired(_l("请输入查询码")), Length(max=60)],
        description=_l("12位，例如 8X4K-M2PR-T7HW，大小写和空格都不要紧"),
    )
