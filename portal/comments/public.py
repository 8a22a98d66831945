"""Writing a comment under a published opinion, and taking one's own back."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from portal.campaigns.intake import publishes_at_once
from portal.comments.forms import CommentForm
from portal.comments.operations import comment_on, require_commentable, withdraw
from portal.comments.queries import comment_with_id
from portal.comments.states import CommentState
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Closed, NotAllowed, NotThere, PortalError
from portal.opinions.models import Opinion
from portal.opinions.queries import published_opinion
from portal.opinions.screening import board_is_busy
from portal.web.guards import actor, public
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.visitors import known_visitor, person_keys, remember_visitor, visitor_of_form

blueprint = Blueprint("comments", __name__)


def _published(public_id: str) -> Opinion:
    opinion = published_opinion(public_id)
    if opinion is None:
        raise NotThere()
    return opinion


@blueprint.get("/opinions/<public_id>/comments/new")
@public
def write(public_id: str) -> ResponseReturnValue:
    """The form in which a comment is written; where none can be written, why."""
    opinion = _published(public_id)
    try:
        require_commentable(opinion, actor())
    except NotAllowed:
        return redirect(url_for("accounts.sign_in", next=request.path))
    except Closed as closed:
        return render_template("public/comments/closed.html", opinion=opinion, message=closed.message)
    return _show(CommentForm(), opinion, 200)


@blueprint.post("/opinions/<public_id>/comments/new")
@public
def hand_in(public_id: str) -> ResponseReturnValue:
    """Take the comment in, or show the form again with all that was typed and what to mend."""
    opinion = _published(public_id)
    form = CommentForm()
    if not form.validate_on_submit():
        return _show(form, opinion, 400)
    visitor = visitor_of_form()
    try:
        limits().hit(settings().comment_limit, "comment", network_key())
        busy = board_is_busy(opinion.board, "comment")
        author = person_keys(visitor)[0]
        comment = comment_on(opinion, form.draft(), author, actor(), settings().lookup_key, busy=busy)
        db.session.commit()
    except PortalError as error:
        return _refused(form, public_id, error.message, error.status)
    except OperationalError:
        return _refused(form, public_id, _("系统正忙，没提交成功，内容还在，请过一会儿再试一次"), 503)
    shown = comment.state == CommentState.PUBLISHED
    flash(_("谢谢，您的评论已公开。") if shown else _("已收到，谢谢您。正在审核，通过后公开。"), "success")
    response = make_response(redirect(url_for("site.opinion", public_id=public_id, _anchor="comments")))
    remember_visitor(response, visitor)
    return response


def _refused(form: CommentForm, public_id: str, message: str, status: int) -> ResponseReturnValue:
    db.session.rollback()
    form.form_errors.append(message)
    return _show(form, _published(public_id), status)


def _show(form: CommentForm, opinion: Opinion, status: int) -> ResponseReturnValue:
    form.prepare()
    at_once = publishes_at_once(opinion.board, now())
    return render_template("public/comments/write.html", form=form, opinion=opinion, at_once=at_once), status


@blueprint.post("/comments/<public_id>/withdraw")
@public
def withdraw_own(public_id: str) -> ResponseReturnValue:
    """Take one's own comment back, as the account or on the device that wrote it."""
    comment = comment_with_id(public_id)
    if comment is None:
        raise NotThere()
    withdraw(comment, person_keys(known_visitor()), actor())
    opinion = comment.opinion.public_id
    db.session.commit()
    flash(_("已撤回您的评论。"), "success")
    return redirect(url_for("site.opinion", public_id=opinion, _anchor="comments"))
