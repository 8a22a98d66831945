"""Drafts kept in one's account: saved from the writing and the check page, listed, continued, deleted."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.attachments.forms import MOST_REQUEST_BYTES
from portal.campaigns.models import Board
from portal.campaigns.operations import may_post, require_open
from portal.campaigns.queries import board_by_slug, boards_to_write_on, open_campaigns
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Closed, NotThere, PortalError
from portal.core.rights import Permission
from portal.opinions.draft_models import SavedDraft
from portal.opinions.drafts import draft_values, own_draft, own_drafts, remove_draft, save_draft
from portal.opinions.forms import OpinionForm
from portal.opinions.public import named_board, open_boards, writing_page
from portal.web.forms import let_files_in
from portal.web.guards import actor, guard, public
from portal.web.headers import mark_personal
from portal.web.network import settings

blueprint = Blueprint("drafts", __name__)


@blueprint.post("/boards/<slug>/new/draft")
@public
def save(slug: str) -> ResponseReturnValue:
    """Keep what is typed so far in the account. Open to everybody, so that a session that is over costs no words."""
    let_files_in(MOST_REQUEST_BYTES)
    board = named_board(slug)
    form = OpinionForm(board)
    problem = form.why_no_draft()
    if actor().user_id is None:
        # Whatever else is wrong with it, signing in comes first.
        return _not_saved(form, board, _("您没有登录，或者登录已过期，草稿没有存。"), 403)
    if problem:
        return _not_saved(form, board, problem, 400)
    try:
        draft = save_draft(form.draft_values(), board, form.draft_id(), actor(), settings().contact_key)
        target = url_for(".resume", draft_id=draft.id)
        db.session.commit()
    except PortalError as error:
        db.session.rollback()
        return _not_saved(form, named_board(slug), error.message, error.status)
    flash(_("草稿已存到您的账号，换一台手机或电脑也能接着写。"), "success")
    return redirect(target)


def _not_saved(form: OpinionForm, board: Board, problem: str, status: int) -> ResponseReturnValue:
    form.forgive()
    form.form_errors.append(problem)
    mark_personal()
    return writing_page(form, board, status, signed_out=actor().user_id is None)


@blueprint.get("/me/drafts")
@guard(Permission.ACCOUNT_OWN)
def index() -> ResponseReturnValue:
    """One's drafts, the last saved first."""
    mark_personal()
    return render_template(
        "public/opinions/drafts.html", drafts=own_drafts(_user_id(), settings().contact_key)
    )


@blueprint.get("/me/drafts/<draft_id>")
@guard(Permission.ACCOUNT_OWN)
def resume(draft_id: str) -> ResponseReturnValue:
    """The form with the draft in it, for the board it was begun on or that of `?board=`; where closed, its words."""
    mark_personal()
    draft = _own(draft_id)
    wanted = request.args.get("board", "").replace("\x00", "")
    board = (board_by_slug(wanted) if wanted else None) or draft.board
    values = draft_values(draft, settings().contact_key)
    try:
        require_open(board, now())
        if not may_post(board, actor()):
            raise NotThere()
    except Closed as closed:
        others, _why_not = open_boards(boards_to_write_on(open_campaigns(now())))
        return render_template(
            "public/opinions/draft_closed.html",
            message=closed.message,
            draft=draft,
            values=values,
            others=others,
        )
    form = OpinionForm(board, formdata=MultiDict({**values, "draft": draft.id}))
    return writing_page(form, board, 200)


@blueprint.post("/me/drafts/<draft_id>/delete")
@guard(Permission.ACCOUNT_OWN)
def delete(draft_id: str) -> ResponseReturnValue:
    """Delete one draft."""
    remove_draft(_user_id(), _own(draft_id).id)
    db.session.commit()
    flash(_("草稿已删除。"), "success")
    return redirect(url_for(".index"))


def _own(draft_id: str) -> SavedDraft:
    draft = own_draft(_user_id(), draft_id.replace("\x00", ""))
    if draft is None:
        raise NotThere(_("没有这份草稿：可能已经提交、删除，或者过了90天。"))
    return draft


def _user_id() -> int:
    user_id = actor().user_id
    assert user_id is not None  # the guard lets nobody else in
    return user_id
