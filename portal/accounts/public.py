"""Registering, signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from portal.accounts.forms import RegistrationForm, SignInForm
from portal.accounts.guesses import count_guess, forget_guess
from portal.accounts.models import User
from portal.accounts.operations import begin_session, end_session, register
from portal.accounts.passwords import matches
from portal.accounts.queries import folded_name, user_named
from portal.audit.operations import record
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import Actor, Permission
from portal.web.guards import actor, guard, public, viewer
from portal.web.limits import limits
from portal.web.network import local_target, network_key, settings

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in form; who is signed in already goes on."""
    if viewer().is_authenticated:
        return redirect(_destination(viewer(), request.args.get("next")))
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("public/accounts/sign_in.html", form=form)


@blueprint.post("/sign-in")
@public
def open_session() -> ResponseReturnValue:
    """Check name and password. The answer never tells whether the name exists."""
    form = SignInForm()
    user = _checked_user(form) if form.validate_on_submit() else None
    if user is None:
        return render_template("public/accounts/sign_in.html", form=form), 400
    _enter(user, form.password.data)
    target = _destination(user, form.next.data)
    db.session.commit()
    return redirect(target)


def _enter(user: User, password: str) -> None:
    """Begin a session of the account; nothing of the visitor's session before goes on."""
    session.clear()
    begin_session(user, password, settings().session_hours, user.actor(network_key()))
    login_user(user)
    session.permanent = True


@blueprint.get("/registration")
@public
def registration() -> ResponseReturnValue:
    """The form for a new account; who is signed in already goes on."""
    if viewer().is_authenticated:
        return redirect(_destination(viewer(), None))
    form = RegistrationForm(settings().mail_works)
    return render_template("public/accounts/registration.html", form=form)


@blueprint.post("/registration")
@public
def add_account() -> ResponseReturnValue:
    """Make the account and sign in to it. That a name is taken is told, but not to who asks for many."""
    form = RegistrationForm(settings().mail_works)
    if not form.validate_on_submit():
        return render_template("public/accounts/registration.html", form=form), 400
    mail = form.mail.data if form.mail is not None else ""
    anybody = Actor(network_key=network_key())
    try:
        limits().hit(settings().registration_limit, "registration", network_key())
        user = register(form.username.data, form.password.data, mail or "", settings().contact_key, anybody)
    except PortalError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return render_template("public/accounts/registration.html", form=form), error.status
    _enter(user, form.password.data)
    db.session.commit()
    flash(_("账号已注册好，您已登录。"), "success")
    return redirect(url_for("account.overview"))


def _checked_user(form: SignInForm) -> User | None:
    """The account, if the password is right and nobody has guessed too often; else None with the form's error."""
    name = folded_name(form.username.data)
    over = limits().over(settings().sign_in_limit, "sign-in-network", network_key())
    if over or not count_guess(name):
        form.password.errors = [_("尝试次数太多，请过一会儿再试。")]
        return None
    user = user_named(name)
    stored = user.password_hash if user is not None and user.active else None
    # Hashing is slow on purpose: the database is not held meanwhile.
    db.session.commit()
    if matches(stored, form.password.data):
        forget_guess(name)
        return user
    record(Actor(network_key=network_key()), "sign_in_failed", "user", "")
    db.session.commit()
    form.password.errors = [_("用户名或密码不对。")]
    return None


@blueprint.post("/sign-out")
@guard(Permission.ACCOUNT_OWN)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    end_session(viewer(), actor())
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("您已退出登录。"))
    return redirect(url_for("site.home"))


def _destination(user: User, wanted: str | None) -> str:
    return local_target(wanted, url_for("desk.home") if user.is_staff else url_for("site.home"))
