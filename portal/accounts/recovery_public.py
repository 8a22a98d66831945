"""A new password for who has forgotten the old one. The answers are the same whether or not the account exists."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.forms import CodeResetForm, LinkResetForm, UsernameForm
from portal.accounts.passwords import hashed, password_fault
from portal.accounts.queries import folded_name
from portal.accounts.recovery import is_valid, link_hash, owner_name, typed_code_hash, use_token
from portal.accounts.signals import reset_link_asked
from portal.core.db import db
from portal.core.errors import NotThere, TooFast
from portal.core.rights import Actor
from portal.web.guards import public
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings

blueprint = Blueprint("recovery", __name__, url_prefix="/password-reset")


@blueprint.get("")
@public
def choose() -> ResponseReturnValue:
    """The ways to a new password that this site has."""
    return render_template(
        "public/accounts/recovery.html", form=UsernameForm(), mail_works=settings().mail_works
    )


@blueprint.post("")
@public
def ask_for_link() -> ResponseReturnValue:
    """Note that a link is wanted. Whether there is such an account, and an address, is found out by a job later."""
    if not settings().mail_works:
        raise NotThere()
    form = UsernameForm()
    if not form.validate_on_submit():
        return render_template("public/accounts/recovery.html", form=form, mail_works=True), 400
    try:
        limits().hit(_times_ten(settings().reset_limit), "reset-network", network_key())
        limits().hit(settings().reset_limit, "reset-name", folded_name(form.username.data))
    except TooFast as error:
        form.username.errors = [error.message]
        return render_template("public/accounts/recovery.html", form=form, mail_works=True), error.status
    reset_link_asked.send(folded_name(form.username.data))
    db.session.commit()
    return render_template("public/accounts/recovery_asked.html")


def _times_ten(limit: str) -> str:
    amount, sign, span = limit.partition("/")
    return f"{int(amount) * 10}{sign}{span}" if amount.strip().isdigit() else limit


@blueprint.get("/code")
@public
def code() -> ResponseReturnValue:
    """The form for a code that staff handed over."""
    return render_template("public/accounts/recovery_code.html", form=CodeResetForm())


@blueprint.post("/code")
@public
def use_code() -> ResponseReturnValue:
    """Set a new password by a code. A wrong name and a wrong code get the same answer."""
    form = CodeResetForm()
    if not form.validate_on_submit():
        return render_template("public/accounts/recovery_code.html", form=form), 400
    name = folded_name(form.username.data)
    try:
        limits().hit(settings().sign_in_limit, "sign-in-network", network_key())
        limits().hit(settings().lockout_limit, "reset-code-name", name)
    except TooFast:
        form.code.errors = [_("尝试次数太多，请过一会儿再试。")]
        return render_template("public/accounts/recovery_code.html", form=form), 400
    token = typed_code_hash(settings().lookup_key, name, form.code.data)
    return _set_new(form, token, name) or _code_refused(form)


def _code_refused(form: CodeResetForm) -> ResponseReturnValue:
    if not form.password.errors:
        form.code.errors = [_("用户名或重置码不对，或者重置码已经过期、用过。")]
    return render_template("public/accounts/recovery_code.html", form=form), 400


@blueprint.get("/links/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """Where a mailed link leads: the form for a new password. Opening it, as mail scanners do, uses nothing up."""
    mark_personal()
    if not is_valid(link_hash(token)):
        return render_template("public/accounts/recovery_expired.html"), 404
    return render_template("public/accounts/recovery_link.html", form=LinkResetForm(), token=token)


@blueprint.post("/links/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Set a new password by a mailed link, which serves once."""
    mark_personal()
    form = LinkResetForm()
    if not is_valid(link_hash(token)):
        return render_template("public/accounts/recovery_expired.html"), 404
    valid = form.validate_on_submit()
    done = _set_new(form, link_hash(token), owner_name(link_hash(token))) if valid else None
    return done or (render_template("public/accounts/recovery_link.html", form=form, token=token), 400)


def _set_new(form: LinkResetForm | CodeResetForm, token: str, name: str) -> ResponseReturnValue | None:
    """Put the form's password in force by the token; None where the password or the token is no good."""
    fault = password_fault(form.password.data, name)
    if fault:
        form.password.errors = [fault]
        return None
    # The same work for a good token and a bad one, and without holding the database.
    db.session.commit()
    password_hash = hashed(form.password.data)
    if not use_token(token, password_hash, Actor(network_key=network_key())):
        db.session.rollback()
        return None
    db.session.commit()
    flash(_("新密码已经生效，请登录。"), "success")
    return redirect(url_for("accounts.sign_in"))
