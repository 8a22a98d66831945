"""A person's own account: password, mail address, sessions."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from portal.accounts.forms import MailForm, PasswordForm
from portal.accounts.guesses import count_guess, forget_guess
from portal.accounts.models import User
from portal.accounts.operations import end_all_sessions, set_mail, set_password
from portal.accounts.passwords import hashed, matches, password_fault
from portal.accounts.queries import account_mail, session_count
from portal.core.db import db
from portal.core.errors import NotThere
from portal.core.rights import Permission
from portal.web.guards import actor, guard, viewer
from portal.web.headers import mark_personal
from portal.web.network import settings

blueprint = Blueprint("account", __name__, url_prefix="/me")


@blueprint.get("/account")
@guard(Permission.ACCOUNT_OWN)
def overview() -> ResponseReturnValue:
    """Password, mail address, sessions, one's data: what can be changed and where."""
    mark_personal()
    user: User = viewer()
    return render_template(
        "public/accounts/account.html",
        mail=account_mail(user, settings().contact_key),
        sessions=session_count(user.id),
        mail_works=settings().mail_works,
    )


@blueprint.get("/password")
@guard(Permission.ACCOUNT_OWN)
def password() -> ResponseReturnValue:
    """The form for another password."""
    return render_template("public/accounts/password.html", form=PasswordForm())


@blueprint.post("/password")
@guard(Permission.ACCOUNT_OWN)
def change_password() -> ResponseReturnValue:
    """Put another password in force; the account's other sessions end."""
    form = PasswordForm()
    user: User = viewer()
    name, token = user.username, user.session_token
    if not form.validate_on_submit() or not is_own_password(user, form.current.data, form.current):
        return render_template("public/accounts/password.html", form=form), 400
    fault = password_fault(form.password.data, name)
    if fault:
        form.password.errors = [fault]
        return render_template("public/accounts/password.html", form=form), 400
    set_password(viewer(), hashed(form.password.data), actor(), keep=token)
    db.session.commit()
    flash(_("密码已改好，其他设备上的登录都已退出。"), "success")
    return redirect(url_for("account.overview"))


def is_own_password(user: User, typed: str, field: object) -> bool:
    """Whether that is the account's password; else the form's field says so. Guesses are limited as at sign-in."""
    name, stored = user.username, user.password_hash
    if not count_guess(name):
        field.errors = [_("尝试次数太多，请过一会儿再试。")]  # type: ignore[attr-defined]
        return False
    # Hashing is slow on purpose: the database is not held meanwhile.
    db.session.commit()
    if matches(stored, typed):
        forget_guess(name)
        return True
    field.errors = [_("现在的密码不对。")]  # type: ignore[attr-defined]
    return False


@blueprint.get("/mail")
@guard(Permission.ACCOUNT_OWN)
def mail() -> ResponseReturnValue:
    """The form for the mail address, where mail works."""
    _require_mail()
    mark_personal()
    user: User = viewer()
    form = MailForm(mail=account_mail(user, settings().contact_key), notices=user.mail_notices)
    return render_template("public/accounts/mail.html", form=form)


@blueprint.post("/mail")
@guard(Permission.ACCOUNT_OWN)
def change_mail() -> ResponseReturnValue:
    """Keep or remove the mail address."""
    _require_mail()
    mark_personal()
    form = MailForm()
    if not form.validate_on_submit():
        return render_template("public/accounts/mail.html", form=form), 400
    set_mail(viewer(), form.mail.data or "", form.notices.data, settings().contact_key, actor())
    db.session.commit()
    flash(_("已保存。"), "success")
    return redirect(url_for("account.overview"))


def _require_mail() -> None:
    if not settings().mail_works:
        raise NotThere()


@blueprint.post("/sessions/end")
@guard(Permission.ACCOUNT_OWN)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of the account, this one included."""
    end_all_sessions(viewer(), actor())
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("所有设备上的登录都已退出。"))
    return redirect(url_for("accounts.sign_in"))
