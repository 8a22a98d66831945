"""The administrator's page with the switch of intake."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.campaigns.intake import intake_now, set_intake
from portal.campaigns.intake_forms import IntakeForm
from portal.campaigns.states import IntakeMode
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import Permission
from portal.web.guards import actor, guard
from portal.web.network import settings

blueprint = Blueprint("intake_desk", __name__)


@blueprint.get("/desk/intake")
@guard(Permission.INTAKE_SWITCH)
def show() -> ResponseReturnValue:
    """How the switch stands, and the form that turns it."""
    return _page(IntakeForm.begun(intake_now(now()), settings().timezone))


@blueprint.post("/desk/intake")
@guard(Permission.INTAKE_SWITCH)
def switch() -> ResponseReturnValue:
    """Turn the switch, for all from the next submission on."""
    form = IntakeForm(settings().timezone)
    if not form.validate_on_submit():
        return _page(form), 400
    state = set_intake(
        IntakeMode(form.mode.data), actor(), reason=form.reason.data or "", until=form.chosen_until()
    )
    db.session.commit()
    flash(_("已改为：%(mode)s。", mode=state.mode.label), "success")
    return redirect(url_for("intake_desk.show"))


def _page(form: IntakeForm) -> str:
    return render_template("desk/campaigns/intake.html", form=form, state=intake_now(now()))
