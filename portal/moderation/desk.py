"""The moderators' desk: the queue, one opinion with the decision on it, the author's contact."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.attachments.queries import attachments_of
from portal.campaigns.queries import all_boards
from portal.core.clock import now
from portal.core.db import db, reading
from portal.core.errors import ChangedMeanwhile, NotAllowed, NotThere
from portal.core.rights import Permission
from portal.moderation.addition_forms import AdditionForm, addition_forms
from portal.moderation.deciders import may_decide, why_not
from portal.moderation.forms import (
    ContactForm,
    DecisionForm,
    QueueFilterForm,
    allowed_actions,
)
from portal.moderation.masking import applied, original, places
from portal.moderation.merging import merge_of, merged_into, target_of
from portal.moderation.merging_forms import MergeForm
from portal.moderation.operations import answer_due, decide, is_unassigned, read_contact
from portal.moderation.queries import (
    decisions_of,
    layers_of,
    next_in_queue,
    opinion_to_moderate,
    part_counts,
    queue_page,
    suspected,
    waiting_by_board,
)
from portal.moderation.reasons import RejectionReason
from portal.moderation.suggestions import suggestions_for
from portal.opinions.additions import additions_of
from portal.opinions.masks import counted_kinds, segments
from portal.opinions.models import Opinion
from portal.opinions.similar import similar_opinions
from portal.opinions.states import UNDECIDED, OpinionAction, OpinionState, ParticipantGroup, Visibility
from portal.taxonomy.queries import topic_by_id, unit_by_id
from portal.web.guards import actor, guard
from portal.web.headers import mark_personal
from portal.web.network import settings
from portal.web.paging import with_urls

blueprint = Blueprint("moderation_desk", __name__, url_prefix="/desk/moderation")


@blueprint.get("")
@guard(Permission.MODERATION_READ)
def queue() -> ResponseReturnValue:
    """What waits, oldest first. Looking at it claims nothing."""
    form = QueueFilterForm(all_boards())
    understood = form.settle()
    page = queue_page(actor(), form.wanted(), request.args.get("cursor"))
    return render_template(
        "desk/moderation/queue.html",
        form=form,
        understood=understood,
        boards=waiting_by_board(actor()),
        parts=part_counts(actor()),
        page=with_urls(page, "moderation_desk.queue", **form.arguments()),
        filters=form.arguments(),
        suspected=suspected(page),
        moment=now(),
    )


def _found(public_id: str) -> Opinion:
    opinion = opinion_to_moderate(actor(), public_id)
    if opinion is None:
        raise NotThere()
    return opinion


def decidable(public_id: str) -> Opinion:
    """The opinion of that public id, on which the person who asks may decide. Raises `NotThere`, `NotAllowed`."""
    opinion = _found(public_id)
    if not may_decide(opinion, actor()):
        raise NotAllowed(why_not(opinion, actor()))
    return opinion


def filters() -> dict[str, Any]:
    """The filters of the queue that the person came from, as arguments for links."""
    return _filters().arguments()


def _filters() -> QueueFilterForm:
    form = QueueFilterForm(all_boards())
    form.settle()
    return form


@blueprint.get("/<public_id>")
@guard(Permission.MODERATION_READ)
def opinion(public_id: str) -> ResponseReturnValue:
    """One opinion: the original, what is proposed, what was decided, and the form for those who may decide."""
    found = _found(public_id)
    return show_opinion(found, DecisionForm.begun(found, places(found)))


@blueprint.post("/<public_id>")
@guard(Permission.MODERATION_REVIEW)
def decide_on(public_id: str) -> ResponseReturnValue:
    """Decide and go on to the next; a form that cannot be used, or comes second, is shown again with its input."""
    found = decidable(public_id)
    form = DecisionForm(found, places(found))
    if form.take_suggestion(suggestions_for(found)):
        return show_opinion(found, form)
    if not form.validate_on_submit():
        return show_opinion(found, form), 400
    choice = form.choice(answer_due(found, settings().reply_working_days, settings().timezone))
    try:
        decide(found, choice, actor())
    except ChangedMeanwhile as error:
        db.session.rollback()
        form.catch_up()
        return show_opinion(found, form, conflict=error.message), error.status
    db.session.commit()
    flash(_("已处理：%(action)s。", action=choice.action.label), "success")
    if is_unassigned(found):
        flash(_("还没有交办单位，没有人会答复这一条；在“受理了，还没交办”里能找到它。"), "warning")
    return _go_on(found)


def _go_on(done: Opinion) -> ResponseReturnValue:
    filters = _filters()
    with reading():  # what comes next may take long to find, and what was decided is stored
        following = next_in_queue(actor(), filters.wanted(), done)
    if following is None:
        return redirect(url_for("moderation_desk.queue", **filters.arguments()))
    return redirect(url_for("moderation_desk.opinion", public_id=following, **filters.arguments()))


@blueprint.post("/<public_id>/contact")
@guard(Permission.MODERATION_DECIDE)
def contact(public_id: str) -> ResponseReturnValue:
    """The author's contact, on a page that nothing keeps; that it was read, by whom and why, stands in the log."""
    found = decidable(public_id)
    form = ContactForm()
    if not form.validate_on_submit():
        return show_opinion(found, DecisionForm.begun(found, places(found)), contact_form=form), 400
    words = read_contact(found, form.chosen_reason(), settings().contact_key, actor())
    db.session.commit()
    mark_personal()
    return render_template(
        "desk/moderation/contact.html", opinion=found, contact=words, filters=_filters().arguments()
    )


def show_opinion(
    found: Opinion,
    form: DecisionForm,
    conflict: str = "",
    contact_form: ContactForm | None = None,
    addition_form: AdditionForm | None = None,
    merge_form: MergeForm | None = None,
) -> str:
    """The page of one opinion; the forms given are those that were sent and could not be used."""
    person, listed, filters = actor(), places(found), _filters()
    deciding = may_decide(found, person)
    # Who only decides appeals has no business with files, additions and contacts.
    moderating = deciding and person.may(Permission.MODERATION_DECIDE)
    if deciding:
        form.prepare(listed)
    return render_template(
        "desk/moderation/opinion.html",
        opinion=found,
        state=OpinionState(found.state),
        form=form if deciding and allowed_actions(found) else None,
        typed_note=form.note.data,
        suggested=suggestions_for(found),
        conflict=conflict,
        contact_form=contact_form or (ContactForm(formdata=None) if moderating else None),
        files=attachments_of("opinion", found.id),
        found_words=counted_kinds,
        similar=similar_opinions(found.case.title, found.case.body) if found.state in UNDECIDED else [],
        additions=addition_forms(additions_of(found.id), moderating, addition_form),
        may_release=moderating,
        **_merging(found, moderating, merge_form),
        refused="" if deciding or not person.may(Permission.MODERATION_DECIDE) else why_not(found, person),
        filters=filters.arguments(),
        following=next_in_queue(person, filters.wanted(), found),
        **_text(found),
        **_facts(found),
        history=_history(found),
    )


def _merging(found: Opinion, moderating: bool, sent: MergeForm | None) -> dict[str, Any]:
    form = sent
    if form is None and moderating and found.state == OpinionState.PUBLISHED:
        form = MergeForm(found, formdata=None)
    if form is not None:
        form.prepare()
    return {
        "merge_form": form,
        "merge": merge_of(found.id),
        "target": target_of(found),
        "joined": merged_into(found.id),
    }


def _text(found: Opinion) -> dict[str, Any]:
    text, listed = original(found), places(found)
    break_at = len(found.case.title)
    body_end = break_at + 1 + len(found.case.body)
    return {
        "title_segments": segments(text, listed, 0, break_at),
        "body_segments": segments(text, listed, break_at + 1, body_end),
        "place_segments": segments(text, listed, body_end + 1, len(text)),
    }


def _facts(found: Opinion) -> dict[str, Any]:
    case = found.case
    return {
        "proposed_unit": unit_by_id(case.proposed_unit_id) if case.proposed_unit_id else None,
        "proposed_topic": topic_by_id(case.proposed_topic_id) if case.proposed_topic_id else None,
        "complained": unit_by_id(found.complained_unit_id) if found.complained_unit_id else None,
        "visibility": Visibility(found.visibility),
        "group": ParticipantGroup(case.participant_group) if case.participant_group else None,
        "has_contact": case.contact_sealed is not None,
    }


def _history(found: Opinion) -> dict[str, Any]:
    text = original(found)
    return {
        "decisions": [
            (row, OpinionAction(row.action).label, RejectionReason(row.reason).label if row.reason else "")
            for row in decisions_of(found.id)
        ],
        "layers": [(row, applied(text, row.ranges)) for row in layers_of(found.id)],
    }
