"""Putting an answer off, at the desk of units."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.casework.desk import found_at_desk, show_opinion
from portal.casework.forms import PutOffForm, ReplyForm
from portal.casework.operations import may_reply, put_off, require_put_off
from portal.casework.queries import draft_of
from portal.core.clock import local, now
from portal.core.db import db
from portal.core.errors import NotAllowed
from portal.core.rights import Permission
from portal.web.guards import actor, guard
from portal.web.network import settings

blueprint = Blueprint("casework_put_off", __name__, url_prefix="/desk/casework")


@blueprint.post("/<public_id>/put-off")
@guard(Permission.CASEWORK_REPLY)
def promise(public_id: str) -> ResponseReturnValue:
    """Promise the answer for a later day; a form that cannot be used is shown again with its input."""
    found = found_at_desk(public_id)
    if not may_reply(found, actor()):
        raise NotAllowed(_("您不能代这个单位答复。"))
    today = local(now(), settings().timezone).date()
    require_put_off(found, today)
    form = PutOffForm(found, today)
    if not form.validate_on_submit():
        draft = draft_of(found.id)
        return show_opinion(found, ReplyForm.begun(draft), draft, put_off_form=form), 400
    put_off(found, form.due_on.data, form.grounds.data, today, actor())
    db.session.commit()
    flash(_("已延期，作者会看到新的日期和原因。"), "success")
    return redirect(url_for("casework_desk.opinion", public_id=public_id))
