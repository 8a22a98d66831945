"""我也支持: the button under a published opinion, and the one that undoes it."""

import secrets

from flask import Blueprint, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotThere
from portal.opinions.queries import published_opinion
from portal.opinions.supports import support, take_support_back
from portal.web.guards import actor, public, viewer
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.visitors import VISITOR_COOKIE, known_visitor, person_key

blueprint = Blueprint("supports", __name__)

VISITOR_SECONDS = 400 * 24 * 3600


@blueprint.post("/opinions/<public_id>/support")
@public
def add(public_id: str) -> ResponseReturnValue:
    """Count this person's support once."""
    opinion = published_opinion(public_id)
    if opinion is None:
        raise NotThere()
    limits().hit(settings().support_limit, "support", network_key())
    visitor = known_visitor() or secrets.token_urlsafe(16)
    counted = support(opinion, person_key(visitor), actor())
    db.session.commit()
    flash(_("谢谢，您的支持已记下。") if counted else _("您已经支持过这条意见了。"), "success")
    response = make_response(redirect(url_for("site.opinion", public_id=public_id)))
    if not viewer().is_authenticated:
        response.set_cookie(
            VISITOR_COOKIE,
            visitor,
            max_age=VISITOR_SECONDS,
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
        )
    return response


@blueprint.post("/opinions/<public_id>/support/undo")
@public
def take_back(public_id: str) -> ResponseReturnValue:
    """Take this person's support back."""
    opinion = published_opinion(public_id)
    if opinion is None:
        raise NotThere()
    visitor = known_visitor()
    if take_support_back(opinion, person_key(visitor), actor()):
        flash(_("已取消支持。"))
    db.session.commit()
    return redirect(url_for("site.opinion", public_id=public_id))
