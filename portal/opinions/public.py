"""Writing an opinion: the form, the check page on which nothing is stored yet, and handing it in."""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from portal.attachments.forms import MOST_REQUEST_BYTES, sent_files
from portal.attachments.operations import Received, Subject, attach, receive_uploads
from portal.attachments.queries import attachments_of
from portal.campaigns.models import Board
from portal.campaigns.operations import may_post, require_open
from portal.campaigns.queries import (
    BoardHead,
    board_by_slug,
    board_head,
    boards_to_write_on,
    coming_campaigns,
    consultation_of,
    open_campaigns,
)
from portal.core.clock import now
from portal.core.db import db, reading, reading_ahead
from portal.core.errors import Closed, NotAllowed, NotThere, PortalError, TooFast, Unavailable
from portal.core.text import has_own_numbers, numbered
from portal.notices.operations import wish_mail
from portal.opinions.checking import checked
from portal.opinions.drafts import remove_draft
from portal.opinions.forms import OpinionForm
from portal.opinions.proposals import proposals_for
from portal.opinions.screening import board_is_busy
from portal.opinions.similar import similar_opinions
from portal.opinions.states import PublicState
from portal.opinions.submission import Keys, Receipt, submit
from portal.opinions.supports_public import count_support
from portal.opinions.telling import CASE
from portal.web.forms import let_files_in
from portal.web.guards import actor, public
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.visitors import remember_visitor

blueprint = Blueprint("opinions", __name__)


def named_board(slug: str) -> Board:
    """The board of that slug. Raises `NotThere`."""
    board = board_by_slug(slug)
    if board is None:
        raise NotThere()
    return board


@blueprint.get("/opinions/new")
@public
def begin() -> ResponseReturnValue:
    """The form for somebody who chose no board: that of the first open one, forums first, of `?campaign=` if given."""
    moment, wanted = now(), request.args.get("campaign")
    campaigns = open_campaigns(moment)
    asked = [campaign for campaign in campaigns if wanted in (None, campaign.slug)]
    offered, why_not = open_boards(boards_to_write_on(asked))
    mine = [board for board in offered if may_post(board, actor())]
    if mine:
        return writing_page(OpinionForm(mine[0]), mine[0], 200)
    if offered:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    others, _why_not = open_boards(boards_to_write_on(campaigns))
    upcoming = coming_campaigns(moment)
    return render_template(
        "public/opinions/closed.html", message=why_not, others=others, upcoming=upcoming[:3], board=None
    )


def open_boards(boards: list[Board]) -> tuple[list[Board], str | None]:
    """Those of `boards` that take opinions now, and what the first of the others says."""
    offered, words = [], []
    for board in boards:
        try:
            require_open(board, now())
            offered.append(board)
        except Closed as closed:
            words.append(closed.message)
    return offered, words[0] if words else None


@blueprint.get("/boards/<slug>/new")
@public
def write(slug: str) -> ResponseReturnValue:
    """The form of this board; a closed one says so instead, and where else one may write."""
    board = named_board(slug)
    if not may_post(board, actor()):
        return redirect(url_for("accounts.sign_in", next=request.path))
    try:
        require_open(board, now())
    except Closed as closed:
        others, _why_not = open_boards(boards_to_write_on(open_campaigns(now())))
        return render_template(
            "public/opinions/closed.html", message=closed.message, others=others, upcoming=[], board=board
        )
    return writing_page(OpinionForm(board), board, 200)


@blueprint.post("/boards/<slug>/new/check")
@public
def check(slug: str) -> ResponseReturnValue:
    """Show exactly what will be public and to whom, before anything is stored."""
    return _typed(slug, _check_page)


@blueprint.post("/boards/<slug>/new/edit")
@public
def edit(slug: str) -> ResponseReturnValue:
    """The form again with all that was typed, from the check page."""
    return _typed(slug, _changing_page)


def _typed(slug: str, page: Callable[[OpinionForm, Board, int], ResponseReturnValue]) -> ResponseReturnValue:
    """`page` for what was typed, or what stands in its way; a similar opinion supported on the way is counted."""
    let_files_in(MOST_REQUEST_BYTES)
    with reading_ahead():
        board = named_board(slug)
        form = OpinionForm(board)
        if not form.validate_on_submit():
            return _again(form, board, 400)
        try:
            require_open(board, now())
            if not may_post(board, actor()):
                raise NotAllowed(_("这个板块需要登录后才能提交。"))
        except PortalError as error:
            form.form_errors.append(error.message)
            return writing_page(form, board, error.status)
    wanted = request.form.get("support", "")
    if not wanted:
        with reading():
            return page(form, board, 200)
    try:
        _opinion, _counted, visitor = count_support(wanted)
    except PortalError as error:
        return _refused(form, slug, error)
    with reading():
        response = make_response(_check_page(form, board, 200, supported=wanted))
    remember_visitor(response, visitor)
    return response


def _changing_page(form: OpinionForm, board: Board, status: int) -> ResponseReturnValue:
    form.unsettle()
    return writing_page(form, board, status)


def _head(slug: str) -> BoardHead:
    board = board_head(slug)
    if board is None:
        raise NotThere()
    return board


@blueprint.post("/boards/<slug>/new")
@public
def hand_in(slug: str) -> ResponseReturnValue:
    """Take the opinion in, or show again all that was typed and what to mend."""
    let_files_in(MOST_REQUEST_BYTES)
    with reading_ahead():
        board = _head(slug)
        form = OpinionForm(board)
        if not form.validate_on_submit():
            return _again(form, named_board(slug), 400)
    try:
        limits().hit(settings().submit_limit, "submit", network_key())
        busy = board_is_busy(board, "opinion")
        keys = Keys(settings().lookup_key, settings().contact_key)
        draft = form.handed_in()
        received = receive_uploads(form.files.uploads, settings().instance_dir, settings().min_free_mb)
        receipt = submit(draft, board, actor(), keys, busy=busy)
        unkept = _attach_to_new(receipt, received)
        if draft.mail:
            wish_mail(CASE, receipt.case_id, draft.mail, settings())
        if form.draft_id():
            remove_draft(actor().user_id, form.draft_id())
        db.session.commit()
    except PortalError as error:
        return _refused(form, slug, error)
    except OperationalError:
        return _refused(form, slug, Unavailable(_("系统正忙，没提交成功，内容还在，请过一会儿再试一次")))
    return _receipt(receipt, slug, unkept)


def _attach_to_new(receipt: Receipt, received: list[Received]) -> bool:
    """Attach the files to a new opinion; of one that was handed in before, whether anything else was sent this time."""
    subject = Subject("opinion", receipt.opinion_id)
    if receipt.new:
        attach(received, subject, actor())
        return False
    return receipt.changed or bool(received and not attachments_of(subject.kind, subject.id))


def _refused(form: OpinionForm, slug: str, error: PortalError) -> Response:
    db.session.rollback()
    form.form_errors.append(error.message)
    with reading():
        response = make_response(_again(form, named_board(slug), error.status))
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _again(form: OpinionForm, board: Board, status: int) -> ResponseReturnValue:
    """What was typed: on the check page where sending it once more may be all that is to do, else in the form."""
    # The fault of a token need not be mended, that of a file is mended on the check page.
    to_mend = set(form.errors) - {"csrf_token", "form_key", "files", ""}
    if "confirmed" not in request.form:
        return writing_page(form, board, status)
    return (_changing_page if to_mend else _check_page)(form, board, status)


def writing_page(
    form: OpinionForm, board: Board, status: int, *, signed_out: bool = False
) -> ResponseReturnValue:
    """The form; `signed_out`: somebody wanted to keep a draft in an account and is in none."""
    form.prepare()
    offered, _why_not = open_boards(boards_to_write_on([board.campaign]))
    consultation = consultation_of(board)
    return render_template(
        "public/opinions/write.html",
        form=form,
        board=board,
        others=[each for each in offered if each.id != board.id],
        signed_out=signed_out,
        clauses=numbered(consultation.text) if consultation else [],
        own_numbers=consultation is not None and has_own_numbers(consultation.text),
    ), status


def _check_page(form: OpinionForm, board: Board, status: int, supported: str = "") -> ResponseReturnValue:
    form.settle()
    draft = form.handed_in()
    return render_template(
        "public/opinions/check.html",
        form=form,
        board=board,
        checked=checked(draft, board),
        proposals=proposals_for(form.title.data, draft.body),
        similar=similar_opinions(draft.title, draft.body),
        supported=supported,
        files_lost=bool(sent_files(form.files)),
        states={state.value: state for state in PublicState},
    ), status


def _receipt(receipt: Receipt, slug: str, unkept: bool) -> ResponseReturnValue:
    # Shown as the answer itself and not after a redirect: nothing has to carry the code there, and sending the
    # same form again shows the same page.
    mark_personal()
    return render_template("public/opinions/receipt.html", receipt=receipt, slug=slug, unkept=unkept)
