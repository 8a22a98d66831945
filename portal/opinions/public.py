"""Citizens' pages of this slice: writing an opinion, withdrawing one's own."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from portal.campaigns.models import Board
from portal.campaigns.operations import may_post, require_open
from portal.campaigns.queries import board_by_slug
from portal.core.clock import now
from portal.core.db import db, reading_ahead
from portal.core.errors import Closed, NotThere, PortalError
from portal.core.ids import normalised_code
from portal.opinions.forms import OpinionForm
from portal.opinions.queries import opinion_of_code
from portal.opinions.receipts import withdraw
from portal.opinions.screening import board_is_busy
from portal.opinions.submission import Keys, Receipt, submit
from portal.web.guards import actor, public
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings

blueprint = Blueprint("opinions", __name__)


def _board(slug: str) -> Board:
    board = board_by_slug(slug)
    if board is None:
        raise NotThere()
    return board


@blueprint.get("/boards/<slug>/new")
@public
def write(slug: str) -> ResponseReturnValue:
    """The form in which an opinion is written; a closed board says so instead."""
    board = _board(slug)
    if not may_post(board, actor()):
        return redirect(url_for("accounts.sign_in", next=request.path))
    try:
        require_open(board, now())
    except Closed as closed:
        return render_template("public/opinions/closed.html", board=board, message=closed.message)
    return _show(OpinionForm(), board, 200)


@blueprint.post("/boards/<slug>/new")
@public
def hand_in(slug: str) -> ResponseReturnValue:
    """Take the opinion in, or show the form again with all that was typed and what to mend."""
    with reading_ahead():
        board = _board(slug)
        form = OpinionForm()
        if not form.validate_on_submit():
            return _show(form, board, 400)
    try:
        limits().hit(settings().submit_limit, "submit", network_key())
        busy = board_is_busy(board, "opinion")
        keys = Keys(settings().lookup_key, settings().contact_key)
        receipt = submit(form.draft(), board, actor(), keys, busy=busy)
        db.session.commit()
    except PortalError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _show(form, board, error.status)
    except OperationalError:
        db.session.rollback()
        form.form_errors.append(_("系统正忙，没提交成功，内容还在，请过一会儿再试一次"))
        return _show(form, board, 503)
    return _receipt(receipt, slug)


def _show(form: OpinionForm, board: Board, status: int) -> ResponseReturnValue:
    form.prepare()
    return render_template("public/opinions/write.html", form=form, board=board), status


def _receipt(receipt: Receipt, slug: str) -> ResponseReturnValue:
    # Shown as the answer itself and not after a redirect: nothing has to carry the code there, and sending the
    # same form again shows the same page.
    mark_personal()
    return render_template("public/opinions/receipt.html", receipt=receipt, slug=slug)


@blueprint.post("/receipts/withdraw")
@public
def withdraw_own() -> ResponseReturnValue:
    """Withdraw the opinion whose query code is sent."""
    limits().hit(settings().receipt_limit, "receipt", network_key())
    code = normalised_code(request.form.get("code", ""))
    opinion = opinion_of_code(settings().lookup_key, code) if code else None
    if opinion is None:
        raise NotThere(_("没有找到这个查询码对应的意见，请核对后再试。"))
    withdraw(opinion, actor())
    db.session.commit()
    flash(_("已撤回。撤回后不再公开；已下载的材料收不回。"), "success")
    return redirect(url_for("site.receipt"))
