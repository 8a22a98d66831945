"""What comes while somebody writes (htmx): similar opinions, and a title, a topic and units to confirm."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.core.db import reading
from portal.core.text import clean_block, clean_line
from portal.opinions.models import BODY_LENGTH, TITLE_LENGTH
from portal.opinions.proposals import proposals_for
from portal.opinions.similar import similar_opinions
from portal.opinions.states import PublicState
from portal.web.guards import public
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings

blueprint = Blueprint("proposals", __name__)


@blueprint.post("/opinions/new/proposals")
@public
def propose() -> ResponseReturnValue:
    """A fragment for what is typed so far. Sent by POST, so that no draft stands in an address or a log; stores nothing."""
    limits().hit(settings().similar_limit, "similar", network_key())
    mark_personal()
    title = clean_line(request.form.get("title", "")[: TITLE_LENGTH * 2])[:TITLE_LENGTH]
    body = clean_block(request.form.get("body", "")[:BODY_LENGTH])
    with reading():
        return render_template(
            "public/opinions/_proposals.html",
            similar=similar_opinions(title, body),
            proposals=proposals_for(title, body) if body else None,
            states={state.value: state for state in PublicState},
        )
