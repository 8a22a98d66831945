"""The administrators' page about accounts: a code for somebody who has forgotten the password."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.forms import UsernameForm
from portal.accounts.recovery import CODE_HOURS, make_reset_code
from portal.core.db import db
from portal.core.errors import NotThere
from portal.core.rights import Permission
from portal.web.guards import actor, guard
from portal.web.headers import mark_personal
from portal.web.network import settings

blueprint = Blueprint("accounts_desk", __name__, url_prefix="/desk/accounts")


@blueprint.get("")
@guard(Permission.ACCOUNTS_MANAGE)
def index() -> ResponseReturnValue:
    """The form that asks whose password is to be set anew."""
    return render_template("desk/accounts/index.html", form=UsernameForm())


@blueprint.post("/reset-codes")
@guard(Permission.ACCOUNTS_MANAGE)
def hand_over_code() -> ResponseReturnValue:
    """Make a code for a new password, and show it this once."""
    form = UsernameForm()
    mark_personal()
    if not form.validate_on_submit():
        return render_template("desk/accounts/index.html", form=form), 400
    try:
        code = make_reset_code(form.username.data, settings().lookup_key, actor())
    except NotThere:
        form.username.errors = [_("没有这个用户名的账号，或者账号已经停用")]
        return render_template("desk/accounts/index.html", form=form), 400
    db.session.commit()
    return render_template(
        "desk/accounts/reset_code.html", code=code, username=form.username.data, hours=CODE_HOURS
    )
