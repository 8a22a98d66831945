"""Merging opinions at the moderators' desk, and parting them again."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import Permission
from portal.moderation.desk import decidable, filters, show_opinion
from portal.moderation.forms import DecisionForm
from portal.moderation.masking import places
from portal.moderation.merging import Unconfirmed, merge, unmerge
from portal.moderation.merging_forms import MergeForm
from portal.web.guards import actor, guard

blueprint = Blueprint("moderation_merging", __name__, url_prefix="/desk/moderation")


@blueprint.post("/<public_id>/merge")
@guard(Permission.MODERATION_DECIDE)
def merge_into(public_id: str) -> ResponseReturnValue:
    """Merge the opinion into another; a form that cannot be used is shown again with its input."""
    found = decidable(public_id)
    form = MergeForm(found)
    if not form.validate_on_submit():
        return show_opinion(found, DecisionForm.begun(found, places(found)), merge_form=form), 400
    try:
        merge(found, form.target(), form.reason.data, actor(), confirmed=form.confirmed.data)
        db.session.commit()
    except PortalError as error:
        db.session.rollback()
        found = decidable(public_id)
        form.asks_to_confirm = form.asks_to_confirm or isinstance(error, Unconfirmed)
        form.form_errors.append(error.message)
        page = show_opinion(found, DecisionForm.begun(found, places(found)), merge_form=form)
        return page, error.status
    flash(_("已并入，可以随时恢复。"), "success")
    return redirect(url_for("moderation_desk.opinion", public_id=public_id, **filters()))


@blueprint.post("/<public_id>/unmerge")
@guard(Permission.MODERATION_DECIDE)
def part(public_id: str) -> ResponseReturnValue:
    """Make a merged opinion one of its own again."""
    unmerge(decidable(public_id), actor())
    db.session.commit()
    flash(_("已恢复为单独一条，支持也退回去了。"), "success")
    return redirect(url_for("moderation_desk.opinion", public_id=public_id, **filters()))
