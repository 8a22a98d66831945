"""What authors add later, at the moderators' desk: who may read it, and what of it is masked."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, NotThere
from portal.core.rights import Permission
from portal.moderation.addition_forms import AdditionForm
from portal.moderation.desk import decidable, filters, show_opinion
from portal.moderation.forms import DecisionForm
from portal.moderation.masking import places
from portal.moderation.operations import decide_addition
from portal.opinions.additions import additions_of
from portal.web.guards import actor, guard

blueprint = Blueprint("moderation_additions", __name__, url_prefix="/desk/moderation")


@blueprint.post("/<public_id>/additions/<int:number>")
@guard(Permission.MODERATION_DECIDE)
def decide_on(public_id: str, number: int) -> ResponseReturnValue:
    """Say who reads the addition; a form that cannot be used, or comes second, is shown again with its input."""
    found = decidable(public_id)
    addition = next((one for one in additions_of(found.id) if one.id == number), None)
    if addition is None:
        raise NotThere()
    form, decision = AdditionForm(addition), DecisionForm.begun(found, places(found))
    if not form.validate_on_submit():
        return show_opinion(found, decision, addition_form=form), 400
    try:
        decide_addition(addition, form.chosen_state(), form.hidden(), actor())
    except ChangedMeanwhile as error:
        db.session.rollback()
        return show_opinion(found, decision, conflict=error.message), error.status
    db.session.commit()
    flash(_("补充已处理：%(state)s。", state=form.chosen_state().label), "success")
    return redirect(url_for("moderation_desk.opinion", public_id=public_id, **filters()))
