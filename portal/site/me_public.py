"""A person's own pages: the opinions handed in, what has become of them, and the news."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.ids import normalised_code
from portal.core.rights import Permission
from portal.notices.operations import mark_read
from portal.notices.queries import notices_page
from portal.opinions.authorship import claim, own_events, own_opinions_page
from portal.opinions.states import PublicState
from portal.site.forms import ReceiptForm
from portal.site.receipts_public import opened_in_account, receipt_page
from portal.web.guards import actor, guard
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.paging import with_urls

blueprint = Blueprint("me", __name__, url_prefix="/me")


def _user_id() -> int:
    user_id = actor().user_id
    assert user_id is not None  # the guard lets nobody else in
    return user_id


@blueprint.get("")
@guard(Permission.ACCOUNT_OWN)
def opinions() -> ResponseReturnValue:
    """One's own opinions, the newest first, and the form that claims one written before."""
    return _opinions(ReceiptForm(), 200)


def _opinions(form: ReceiptForm, status: int) -> ResponseReturnValue:
    mark_personal()
    page = own_opinions_page(_user_id(), request.args.get("cursor"))
    states = {state.value: state for state in PublicState}
    return (
        render_template(
            "public/site/me_opinions.html", page=with_urls(page, "me.opinions"), states=states, form=form
        ),
        status,
    )


@blueprint.get("/opinions/<public_id>")
@guard(Permission.ACCOUNT_OWN)
def opinion(public_id: str) -> ResponseReturnValue:
    """The receipt, for whoever is signed in as the author; its forms go where those of the receipt by code go."""
    return receipt_page(opened_in_account(public_id))


@blueprint.post("/claims")
@guard(Permission.ACCOUNT_OWN)
def claim_opinion() -> ResponseReturnValue:
    """Put an opinion written without account under this one, by its query code."""
    form = ReceiptForm()
    if not form.validate_on_submit():
        return _opinions(form, 400)
    limits().hit(settings().receipt_limit, "receipt", network_key())
    code = normalised_code(form.code.data)
    found = claim(settings().lookup_key, code, actor()) if code else None
    if found is None:
        form.code.errors = [_("没有找到这个查询码，或者它已经归到别的账号。")]
        return _opinions(form, 400)
    db.session.commit()
    flash(_("已归到您的账号。"), "success")
    return redirect(url_for("me.opinion", public_id=found.public_id))


@blueprint.get("/notices")
@guard(Permission.ACCOUNT_OWN)
def notices() -> ResponseReturnValue:
    """The news of one's opinions, the newest first. Reading marks nothing: a button does."""
    mark_personal()
    page = notices_page(_user_id(), request.args.get("cursor"))
    events = own_events(_user_id(), [row.entry_id for row in page.rows])
    items: list[tuple[Any, Any]] = [
        (row, events[row.entry_id]) for row in page.rows if row.entry_id in events
    ]
    return render_template("public/site/me_notices.html", items=items, page=with_urls(page, "me.notices"))


@blueprint.post("/notices/read")
@guard(Permission.ACCOUNT_OWN)
def read_notices() -> ResponseReturnValue:
    """Note that all news is read."""
    mark_read(_user_id())
    db.session.commit()
    return redirect(url_for("me.notices"))
