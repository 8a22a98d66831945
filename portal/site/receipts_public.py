"""The receipt: what an author reads and does, by the query code or signed in with the account of the opinion.

The code is only ever sent by POST, never in an address. Each deed answers with the receipt itself: a redirect would have to carry the code. Sent again by a reload, a deed
counts once or says that it was done.
"""

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.attachments.forms import MOST_REQUEST_BYTES
from portal.attachments.operations import Received, receive_uploads
from portal.attachments.queries import attachments_of
from portal.casework.queries import published_replies
from portal.core.clock import local, now
from portal.core.db import db, reading_ahead
from portal.core.errors import NotThere, PortalError, TooFast
from portal.core.ids import grouped_code, normalised_code
from portal.core.workdays import due_day
from portal.moderation.merging import target_of
from portal.opinions.additions import additions_of
from portal.opinions.authorship import own_opinion
from portal.opinions.digested import digests_of
from portal.opinions.models import Opinion
from portal.opinions.queries import opinion_of_code, opinions_of_codes
from portal.opinions.receipt_states import AdditionKind, AdditionState, Rating
from portal.opinions.receipts import (
    add_information,
    appeal,
    correct_contact,
    may_add,
    may_appeal,
    may_rate,
    may_withdraw,
    rate,
    rating_round,
    withdraw,
)
from portal.opinions.screening import board_is_busy
from portal.opinions.states import COUNTED, PublicState
from portal.opinions.submission import Keys
from portal.site.forms import ReceiptForm
from portal.site.receipt_forms import AdditionForm, AppealForm, CorrectContactForm, RatingForm
from portal.web.forms import let_files_in
from portal.web.guards import actor, public
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.remembered import forget, remember, remembered_codes

blueprint = Blueprint("receipts", __name__)


class Opened(NamedTuple):
    """An opinion opened by its query code; in its author's account, without."""

    opinion: Opinion
    code: str | None


def opened_in_account(public_id: str) -> Opened:
    """The opinion of that public id, for whoever is signed in as its author. Raises `NotThere` for everybody else."""
    user_id = actor().user_id
    found = own_opinion(user_id, public_id) if user_id is not None else None
    if found is None:
        raise NotThere()
    return Opened(found, None)


def _opened() -> Opened | None:
    """What the code in the request opens, or the account where an opinion is named instead.

    Only misses of codes count against the limit: guessing is to be slow.
    """
    if "opinion" in request.form:
        # PostgreSQL refuses a NUL.
        return opened_in_account(request.form["opinion"].replace("\x00", ""))
    limits().check(settings().receipt_limit, "receipt", network_key())
    code = normalised_code(request.form.get("code", ""))
    opinion = opinion_of_code(settings().lookup_key, code) if code else None
    if opinion is None or code is None:
        limits().hit(settings().receipt_limit, "receipt", network_key())
        return None
    return Opened(opinion, code)


def look_up_page(form: ReceiptForm, status: int = 200) -> ResponseReturnValue:
    """The form that asks for a query code, with what this device remembers."""
    codes = remembered_codes()
    if codes:
        mark_personal()
    found = opinions_of_codes(settings().lookup_key, codes)
    remembered = [
        (grouped_code(code), found[code], PublicState(found[code].public_state))
        for code in codes if code in found
    ]  # fmt: skip
    page = render_template(
        "public/site/receipt_form.html", form=form, remembered=remembered, any_remembered=bool(codes)
    )
    return page, status


def _unknown() -> ResponseReturnValue:
    form = ReceiptForm()
    if form.validate_on_submit():
        form.code.errors = [_("没有找到这个查询码，请核对后再试。")]
    mark_personal()
    return look_up_page(form, 400)


@blueprint.post("/receipts")
@public
def show() -> ResponseReturnValue:
    """The state of the opinion whose query code is sent, for its author alone."""
    opened = _opened() if ReceiptForm().validate_on_submit() else None
    return receipt_page(opened) if opened else _unknown()


def receipt_page(opened: Opened, form: FlaskForm | None = None, done: str = "", problem: str = "") -> str:
    """The receipt: `form` is one that was refused, `done` says what was just done, `problem` what was not."""
    mark_personal()
    opinion = opened.opinion
    forms = {
        name: form if isinstance(form, kind) else kind(formdata=None)
        for name, kind in {"addition": AdditionForm, "rating": RatingForm, "appeal": AppealForm}.items()
    }
    for each in forms.values():
        each.settle_key()
    forms["rating"].round.data = rating_round(opinion)
    due = opinion.due_on if opinion.state in COUNTED and opinion.answered_at is None else None
    return render_template(
        "public/site/receipt.html",
        opinion=opinion,
        state=PublicState(opinion.public_state),
        states={state.value: state for state in PublicState},
        target=target_of(opinion),
        replies=published_replies(opinion.id),
        additions=[
            (one, AdditionKind(one.kind), AdditionState(one.state)) for one in additions_of(opinion.id)
        ],
        files=attachments_of("opinion", opinion.id),
        code=grouped_code(opened.code) if opened.code else None,
        forms=forms,
        contact_form=form if isinstance(form, CorrectContactForm) else CorrectContactForm(formdata=None),
        open_form=form,
        done=done,
        problem=problem,
        due=due,
        overdue=due is not None and due < local(now(), settings().timezone).date(),
        can={"add": may_add(opinion), "rate": may_rate(opinion), "appeal": may_appeal(opinion),
             "withdraw": may_withdraw(opinion)},
        digested=digests_of(opinion.id),
        remembered=opened.code in remembered_codes(),
    )  # fmt: skip


def _keys() -> Keys:
    return Keys(settings().lookup_key, settings().contact_key)


def _deed(form: FlaskForm | None, deed: Callable[[Opinion], object], done: str) -> ResponseReturnValue:
    """Do `deed` to the opinion that the request opens, and show the receipt after it."""
    opened = _opened()
    if opened is None:
        return _unknown()
    if form is not None and not form.validate_on_submit():
        return receipt_page(opened, form), 400
    try:
        deed(opened.opinion)
        db.session.commit()
    except PortalError as error:
        return _refused(opened, form, error)
    return receipt_page(opened, done=done)


def _refused(opened: Opened, form: FlaskForm | None, error: PortalError) -> ResponseReturnValue:
    db.session.rollback()
    response = make_response(receipt_page(opened, form, problem=error.message), error.status)
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@blueprint.post("/receipts/add")
@public
def add() -> ResponseReturnValue:
    """Take more information in, with files, or the answer to what a moderator asked."""
    let_files_in(MOST_REQUEST_BYTES)
    form, received = AdditionForm(), list[Received]()
    # The bytes are written before the deed, which holds the database; and for nobody who has no opinion.
    with reading_ahead():
        opened = _opened()
        board = opened.opinion.board if opened else None
    if opened is None or board is None:
        return _unknown()
    if form.validate_on_submit():
        try:
            limits().hit(settings().submit_limit, "addition", network_key())
            board_is_busy(board, "addition")
            received = receive_uploads(form.files.uploads, settings().instance_dir, settings().min_free_mb)
        except PortalError as error:
            return _refused(_opened() or opened, form, error)
    return _deed(
        form,
        lambda opinion: add_information(
            opinion, form.words.data, form.form_key.data, actor(), _keys(), received
        ),
        _("已收到您补充的内容，谢谢您。"),
    )


@blueprint.post("/receipts/rate")
@public
def rate_answer() -> ResponseReturnValue:
    """Keep what the author says of the answer."""
    form = RatingForm()

    def deed(opinion: Opinion) -> None:
        due_on = due_day(now(), settings().reply_working_days, settings().timezone)
        rate(
            opinion,
            Rating(form.rating.data),
            form.remark.data,
            form.form_key.data,
            actor(),
            _keys(),
            due_on,
            round_=2 if form.round.data == "2" else 1,
        )

    return _deed(form, deed, _("谢谢您的评价。"))


@blueprint.post("/receipts/appeal")
@public
def ask_for_review() -> ResponseReturnValue:
    """Have a rejection looked at by another moderator."""
    form = AppealForm()
    return _deed(
        form,
        lambda opinion: appeal(opinion, form.grounds.data, form.form_key.data, actor(), _keys()),
        _("已收到您的复核请求，会由另一位审核人员重新审核。"),
    )


@blueprint.post("/receipts/contact")
@public
def change_contact() -> ResponseReturnValue:
    """Replace or remove the author's contact."""
    form = CorrectContactForm()
    return _deed(
        form,
        lambda opinion: correct_contact(opinion, form.contact.data, actor(), _keys()),
        _("联系方式已更新。"),
    )


@blueprint.post("/receipts/withdraw")
@public
def withdraw_own() -> ResponseReturnValue:
    """Take the opinion back."""
    return _deed(
        None,
        lambda opinion: withdraw(opinion, actor()),
        _("已撤回。撤回后不再公开；已下载的材料收不回。"),
    )


@blueprint.post("/receipts/remember")
@public
def remember_here() -> ResponseReturnValue:
    """Remember the code on this device."""
    opened = _opened()
    if opened is None or opened.code is None:
        return _unknown()
    response = make_response(receipt_page(opened, done=_("已在这部手机上记住，下次打开“查进度”就能看到。")))
    remember(response, opened.code)
    return response


@blueprint.post("/receipts/forget")
@public
def forget_here() -> ResponseReturnValue:
    """Forget one code on this device, or all of them where none is named."""
    response = make_response(redirect(url_for("site.receipt")))
    forget(response, normalised_code(request.form.get("code", "")))
    return response
