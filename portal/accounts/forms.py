"""What people type to sign in, to register, and to keep their account in order."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from portal.core.addresses import ADDRESS_LENGTH
from portal.web.forms import PageForm, line, plausible_mail


def _mail_field() -> StringField:
    return StringField(
        _l("邮箱（可不填）"),
        [Length(max=ADDRESS_LENGTH, message=_l("邮箱最多%(max)d个字符")), plausible_mail],
        filters=[line],
    )


class SignInForm(PageForm):
    """User name and password, and where to go afterwards."""

    username = StringField(_l("用户名"), [InputRequired(_l("请填写用户名")), Length(max=80)])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写密码")), Length(max=MAXIMUM_LENGTH)])
    next = HiddenField()


class SignOutForm(PageForm):
    """Nothing but the token."""


class _NewPasswordForm(PageForm):
    """A new password, twice."""

    password = PasswordField(
        _l("新密码"),
        [InputRequired(_l("请填写新密码")), Length(max=MAXIMUM_LENGTH)],
        description=_l("至少%(count)s个字符，几个不相干的词连起来就好记又安全", count=MINIMUM_LENGTH),
    )
    again = PasswordField(
        _l("再输一遍"), [InputRequired(_l("请再输一遍密码")), EqualTo("password", _l("两次输入的密码不一样"))]
    )


class RegistrationForm(_NewPasswordForm):
    """A new account."""

    username = StringField(
        _l("用户名"),
        [InputRequired(_l("请填写用户名")), Length(max=80)],
        filters=[line],
        description=_l("2到40个字符。建议不用真名和手机号，别人看不到它"),
    )
    mail = _mail_field()
    consent = BooleanField(
        _l("我已看过上面的说明，同意为这些目的使用我填写的内容"),
        [InputRequired(_l("请先勾选同意，才能注册"))],
    )

    def __init__(self, with_mail: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = _("密码")
        if not with_mail:
            del self.mail


class PasswordForm(_NewPasswordForm):
    """The password in force and a new one."""

    current = PasswordField(
        _l("现在的密码"), [InputRequired(_l("请填写现在的密码")), Length(max=MAXIMUM_LENGTH)]
    )


class LinkResetForm(_NewPasswordForm):
    """A new password for who came by a link."""


class CodeResetForm(_NewPasswordForm):
    """A new password for who was handed a code."""

    username = StringField(_l("用户名"), [InputRequired(_l("请填写用户名")), Length(max=80)], filters=[line])
    code = StringField(
        _l("重置码"),
        [InputRequired(_l("请输入重置码")), Length(max=60)],
        filters=[line],
        description=_l("工作人员给您的12位重置码，大小写和空格都不要紧"),
    )


class UsernameForm(PageForm):
    """Whose account is meant."""

    username = StringField(_l("用户名"), [InputRequired(_l("请填写用户名")), Length(max=80)], filters=[line])


class MailForm(PageForm):
    """The account's mail address and what goes there."""

    mail = _mail_field()
    notices = BooleanField(_l("我的意见有进展时发邮件告诉我"))


class ErasureForm(PageForm):
    """Leaving for good: what becomes of one's opinions, and the password."""

    opinions = RadioField(_l("我提过的意见"), [InputRequired(_l("请选一项"))])
    current = PasswordField(
        _l("现在的密码"), [InputRequired(_l("请填写现在的密码")), Length(max=MAXIMUM_LENGTH)]
    )
    sure = BooleanField(_l("我知道注销后不能恢复"), [InputRequired(_l("请先勾选"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opinions.choices = [
            ("keep", _("留下文字，去掉和我的联系")),
            ("withdraw", _("全部撤回，不再公开")),
        ]
