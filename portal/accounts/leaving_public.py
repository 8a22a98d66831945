"""One's own data: a copy as page and file, and leaving for good (个人信息保护法 arts. 45 and 47)."""

import json
from datetime import datetime
from typing import cast

from flask import Blueprint, Response, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from portal.accounts.forms import ErasureForm
from portal.accounts.models import User
from portal.accounts.own_public import is_own_password
from portal.core.clock import now
from portal.core.db import db
from portal.core.personal import Holding, Person, Section
from portal.core.rights import Permission
from portal.web.guards import actor, guard, viewer
from portal.web.headers import mark_personal
from portal.web.network import settings

blueprint = Blueprint("leaving", __name__, url_prefix="/me")


def _person() -> Person:
    return Person(viewer().id, settings().contact_key, settings().lookup_key, actor())


def _holdings() -> tuple[Holding, ...]:
    return cast(tuple[Holding, ...], current_app.extensions["portal_personal"])


def _sections() -> list[Section]:
    person = _person()
    return [section for holding in _holdings() for section in holding.copy(person)]


@blueprint.get("/data")
@guard(Permission.ACCOUNT_OWN)
def data() -> ResponseReturnValue:
    """All that the portal holds of this account, to read."""
    mark_personal()
    return render_template("public/accounts/data.html", sections=_sections())


@blueprint.get("/data.json")
@guard(Permission.ACCOUNT_OWN)
def data_file() -> ResponseReturnValue:
    """The same as a file."""
    mark_personal()
    copied = {section.name: section.rows for section in _sections()}
    text = json.dumps({"made_at": now(), **copied}, ensure_ascii=False, indent=2, default=datetime.isoformat)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@blueprint.get("/erasure")
@guard(Permission.ACCOUNT_OWN)
def erasure() -> ResponseReturnValue:
    """What leaving means, and the form for it."""
    user: User = viewer()
    return render_template("public/accounts/erasure.html", form=ErasureForm(), has_role=bool(user.roles))


@blueprint.post("/erasure")
@guard(Permission.ACCOUNT_OWN)
def erase() -> ResponseReturnValue:
    """Remove the person from every slice; final."""
    form = ErasureForm()
    user: User = viewer()
    valid = not user.roles and form.validate_on_submit()
    if not valid or not is_own_password(user, form.current.data, form.current):
        has_role = bool(viewer().roles)
        return render_template("public/accounts/erasure.html", form=form, has_role=has_role), 400
    person = _person()
    for holding in _holdings():
        holding.remove(person, form.opinions.data == "keep")
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("账号已注销，个人信息已删除。"))
    return redirect(url_for("site.home"))
