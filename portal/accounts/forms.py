"""What people type to sign in."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    """User name and password, and where to go afterwards."""

    username = StringField(_l("用户名"), [InputRequired(_l("请填写用户名")), Length(max=80)])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写密码")), Length(max=200)])
    next = HiddenField()


class SignOutForm(FlaskForm):
    """Nothing but the token."""
