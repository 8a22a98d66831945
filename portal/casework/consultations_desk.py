"""The desk of consultations: what became of each opinion on a draft, and the publication of the table."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.campaigns.models import Consultation
from portal.campaigns.queries import board_by_slug, consultation_of, consultations
from portal.campaigns.states import Openness, openness
from portal.casework.adoptions import (
    adoption_counts,
    opinion_to_adopt,
    opinions_to_adopt,
    outcome_of,
    publish_outcomes,
    record_outcome,
    undecided_count,
)
from portal.casework.forms import AdoptionForm
from portal.casework.states import AdoptionOutcome
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, NotThere
from portal.core.rights import Permission
from portal.opinions.models import Opinion
from portal.opinions.operations import is_concluded
from portal.web.guards import actor, guard
from portal.web.paging import with_urls

blueprint = Blueprint("consultations_desk", __name__, url_prefix="/desk/consultations")


@blueprint.get("")
@guard(Permission.CASEWORK_ADOPT)
def index() -> ResponseReturnValue:
    """All consultations with how far each has come."""
    rows = [(found, adoption_counts(found), _is_over(found)) for found in consultations()]
    return render_template("desk/casework/consultations.html", rows=rows)


def _is_over(consultation: Consultation) -> bool:
    return openness(now(), consultation.board.campaign, consultation.board) is Openness.CLOSED


def _found(slug: str) -> Consultation:
    board = board_by_slug(slug)
    consultation = consultation_of(board) if board else None
    if consultation is None:
        raise NotThere()
    return consultation


@blueprint.get("/<slug>")
@guard(Permission.CASEWORK_ADOPT)
def show(slug: str) -> ResponseReturnValue:
    """The opinions on a draft with what became of each, and the button that publishes the table."""
    found = _found(slug)
    page = opinions_to_adopt(actor(), found, request.args.get("cursor"))
    return render_template(
        "desk/casework/consultation.html",
        consultation=found,
        board=found.board,
        is_over=_is_over(found),
        counts=adoption_counts(found),
        undecided=undecided_count(found),
        all_listed=actor().scopes(Permission.CASEWORK_ADOPT) is None,
        outcome=AdoptionOutcome,
        page=with_urls(page, "consultations_desk.show", slug=slug),
    )


def _opinion(found: Consultation, public_id: str) -> Opinion:
    opinion = opinion_to_adopt(actor(), found, public_id)
    if opinion is None:
        raise NotThere()
    return opinion


@blueprint.get("/<slug>/<public_id>")
@guard(Permission.CASEWORK_ADOPT)
def edit(slug: str, public_id: str) -> ResponseReturnValue:
    """The form for one opinion."""
    found = _found(slug)
    opinion = _opinion(found, public_id)
    return _show(found, opinion, AdoptionForm.begun(outcome_of(opinion)))


@blueprint.post("/<slug>/<public_id>")
@guard(Permission.CASEWORK_ADOPT)
def save(slug: str, public_id: str) -> ResponseReturnValue:
    """Record what became of the opinion; a form that cannot be used, or comes second, is shown again."""
    found = _found(slug)
    opinion = _opinion(found, public_id)
    form = AdoptionForm()
    if not form.validate_on_submit():
        return _show(found, opinion, form), 400
    try:
        outcome = AdoptionOutcome(form.outcome.data)
        record_outcome(opinion, outcome, form.reason.data, form.version.data, actor())
    except ChangedMeanwhile as error:
        db.session.rollback()
        return _show(found, opinion, form, conflict=error.message), error.status
    db.session.commit()
    is_public = found.outcome_published_at is not None
    flash(_("已登记，并且公布了。") if is_public else _("已登记，还没有公布。"), "success")
    return redirect(url_for("consultations_desk.show", slug=slug))


@blueprint.post("/<slug>/publish")
@guard(Permission.CASEWORK_PUBLISH_OUTCOMES)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the table of outcomes."""
    publish_outcomes(_found(slug), actor())
    db.session.commit()
    flash(_("采纳情况已公布。"), "success")
    return redirect(url_for("site.outcome", slug=slug))


def _show(found: Consultation, opinion: Opinion, form: AdoptionForm, conflict: str = "") -> str:
    recorded = outcome_of(opinion)
    if conflict or form.version.data is None:
        form.catch_up(recorded)
    return render_template(
        "desk/casework/adoption.html",
        consultation=found,
        board=found.board,
        opinion=opinion,
        form=form,
        recorded=recorded if conflict else None,
        conflict=conflict,
        concluded=is_concluded(opinion),
    )
