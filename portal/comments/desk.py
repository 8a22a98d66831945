"""The moderators' desk for comments: the queue, and one comment with the decision on it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.queries import display_name
from portal.comments.forms import CommentDecisionForm, allowed_actions
from portal.comments.models import Comment
from portal.comments.operations import decide
from portal.comments.queries import comment_queue, comment_to_moderate, next_comment
from portal.comments.states import CommentState
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, NotAllowed, NotThere
from portal.core.rights import Permission
from portal.moderation.deciders import may_decide
from portal.web.guards import actor, guard
from portal.web.paging import with_urls

blueprint = Blueprint("comments_desk", __name__, url_prefix="/desk/comments")


@blueprint.get("")
@guard(Permission.MODERATION_READ)
def queue() -> ResponseReturnValue:
    """What waits, oldest first. Looking at it claims nothing."""
    page = comment_queue(actor(), request.args.get("cursor"))
    return render_template(
        "desk/comments/queue.html", page=with_urls(page, "comments_desk.queue"), moment=now()
    )


def _found(public_id: str) -> Comment:
    comment = comment_to_moderate(actor(), public_id)
    if comment is None:
        raise NotThere()
    return comment


@blueprint.get("/<public_id>")
@guard(Permission.MODERATION_READ)
def comment(public_id: str) -> ResponseReturnValue:
    """One comment: the original, what is public of it, what was decided, and the form for those who may decide."""
    found = _found(public_id)
    return _show(found, CommentDecisionForm.begun(found))


@blueprint.post("/<public_id>")
@guard(Permission.MODERATION_DECIDE)
def decide_on(public_id: str) -> ResponseReturnValue:
    """Decide and go on to the next; a form that cannot be used, or comes second, is shown again with its input."""
    found = _found(public_id)
    if not may_decide(found.opinion, actor()):
        raise NotAllowed(_("这条意见涉及您所在的单位，请由别的审核员处理。"))
    form = CommentDecisionForm(found)
    if not form.validate_on_submit():
        return _show(found, form), 400
    choice = form.choice()
    try:
        decide(found, choice, actor())
    except ChangedMeanwhile as error:
        db.session.rollback()
        form.catch_up()
        return _show(found, form, error.message), error.status
    db.session.commit()
    flash(_("已处理：%(action)s。", action=choice.action.label), "success")
    following = next_comment(actor(), found)
    if following is None:
        return redirect(url_for("comments_desk.queue"))
    return redirect(url_for("comments_desk.comment", public_id=following))


def _show(found: Comment, form: CommentDecisionForm, conflict: str = "") -> str:
    person = actor()
    deciding = may_decide(found.opinion, person)
    form.prepare()
    return render_template(
        "desk/comments/comment.html",
        comment=found,
        state=CommentState(found.state),
        form=form if deciding and allowed_actions(found) else None,
        conflict=conflict,
        own_unit=person.may(Permission.MODERATION_DECIDE) and not deciding,
        decided_by=display_name(found.decided_by),
    )
