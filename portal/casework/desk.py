"""The desk of units: their opinions, and the reply to one.

Only the published layer is shown here: never the author, the contact, nor what a mask hides.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.attachments.queries import released_of
from portal.campaigns.queries import all_boards
from portal.casework.forms import PutOffForm, ReplyForm, WorkFilterForm, warnings
from portal.casework.models import Reply
from portal.casework.operations import may_put_off, may_reply, publish_reply, save_draft
from portal.casework.queries import (
    draft_of,
    opinion_at_desk,
    published_replies,
    units_at_desk,
    work_counts,
    work_page,
)
from portal.core.clock import local, now
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, NotAllowed, NotThere
from portal.core.rights import Permission
from portal.opinions.additions import additions_of
from portal.opinions.models import Opinion
from portal.opinions.receipt_states import AdditionState, Rating
from portal.opinions.states import OpinionState, PublicState
from portal.taxonomy.queries import unit_by_id
from portal.web.guards import actor, guard
from portal.web.network import settings
from portal.web.paging import with_urls

blueprint = Blueprint("casework_desk", __name__, url_prefix="/desk/casework")

PUBLISH = "publish"


@blueprint.get("")
@guard(Permission.CASEWORK_READ)
def opinions() -> ResponseReturnValue:
    """The opinions assigned to the person's units; those that wait longest first."""
    form = WorkFilterForm(all_boards(), units_at_desk(actor()))
    understood = form.settle()
    moment = now()
    wanted = form.wanted(moment, settings().timezone)
    page = work_page(actor(), wanted, request.args.get("cursor"))
    return render_template(
        "desk/casework/opinions.html",
        form=form,
        understood=understood,
        counts=work_counts(actor(), wanted.today),
        filters=form.arguments(),
        page=with_urls(page, "casework_desk.opinions", **form.arguments()),
        moment=moment,
        today=wanted.today,
    )


def found_at_desk(public_id: str) -> Opinion:
    """The opinion of that public id, if it is at a desk of the person who asks. Raises `NotThere`."""
    opinion = opinion_at_desk(actor(), public_id)
    if opinion is None:
        # Another unit's opinion and one that does not exist look the same.
        raise NotThere()
    return opinion


@blueprint.get("/<public_id>")
@guard(Permission.CASEWORK_READ)
def opinion(public_id: str) -> ResponseReturnValue:
    """One opinion with its replies, and the form for those who may reply."""
    found = found_at_desk(public_id)
    draft = draft_of(found.id)
    return show_opinion(found, ReplyForm.begun(draft), draft)


@blueprint.post("/<public_id>")
@guard(Permission.CASEWORK_REPLY)
def reply(public_id: str) -> ResponseReturnValue:
    """Keep the draft or publish it; a form that cannot be used, or comes second, is shown again with its input."""
    found = found_at_desk(public_id)
    if found.unit is None or not may_reply(found, actor()):
        raise NotAllowed(_("您不能代这个单位答复。"))
    form = ReplyForm()
    publishing = request.form.get("step") == PUBLISH
    if not form.validate_on_submit() or (publishing and not form.may_publish(found.unit)):
        return show_opinion(found, form, draft_of(found.id)), 400
    try:
        draft = save_draft(found, form.body.data, form.version.data, actor())
        if publishing:
            publish_reply(draft, actor())
    except ChangedMeanwhile as error:
        db.session.rollback()
        draft_now = draft_of(found.id)
        form.catch_up(draft_now)
        return show_opinion(found, form, draft_now, conflict=error.message), error.status
    db.session.commit()
    flash(_("答复已发布。") if publishing else _("草稿已保存，还没有发布。"), "success")
    return redirect(url_for("casework_desk.opinion", public_id=public_id))


def show_opinion(
    found: Opinion,
    form: ReplyForm,
    draft: Reply | None,
    conflict: str = "",
    put_off_form: PutOffForm | None = None,
) -> str:
    """The page of one opinion; the forms given are those that were sent and could not be used."""
    assert found.unit is not None
    replying, today = may_reply(found, actor()), local(now(), settings().timezone).date()
    if put_off_form is None and replying and may_put_off(found, today):
        put_off_form = PutOffForm(found, today, formdata=None)
    if form.version.data is None:
        form.catch_up(draft)
    return render_template(
        "desk/casework/opinion.html",
        opinion=found,
        state=PublicState(found.public_state),
        complained=unit_by_id(found.complained_unit_id) if found.complained_unit_id else None,
        is_public=found.state == OpinionState.PUBLISHED,
        replies=published_replies(found.id),
        files=released_of("opinion", found.id),
        form=form if replying else None,
        put_off_form=put_off_form,
        overdue=found.answered_at is None and found.due_on is not None and found.due_on < today,
        additions=additions_of(found.id, (AdditionState.PUBLIC, AdditionState.UNIT)),
        rating=Rating(found.rating).label if found.rating else "",
        draft=draft,
        warnings=warnings(form.body.data or "", found.unit),
        conflict=conflict,
    )
