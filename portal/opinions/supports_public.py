"""我也支持: the button under a published opinion, and the one that undoes it."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotThere
from portal.opinions.models import Opinion
from portal.opinions.queries import published_opinion
from portal.opinions.supports import require_supporter, support, supported_by, take_support_back
from portal.web.guards import actor, public
from portal.web.headers import mark_personal
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.visitors import person_keys, remember_visitor, visitor_of_form

blueprint = Blueprint("supports", __name__)


def _published(public_id: str) -> Opinion:
    opinion = published_opinion(public_id)
    if opinion is None:
        raise NotThere()
    return opinion


def count_support(public_id: str) -> tuple[Opinion, bool, str]:
    """Count this person's support and commit: the opinion, whether it counted now, and the visitor to remember.

    Raises PortalError where it is not public, the board wants an account, or too many come from one network.
    """
    limits().hit(settings().support_limit, "support", network_key())
    opinion = _published(public_id)
    require_supporter(opinion.board, actor())
    visitor = visitor_of_form()
    if actor().user_id is None and not supported_by(opinion.id, person_keys(visitor)):
        # A browser can forget who it was, or have been made somebody else elsewhere before: so many may come from one
        # network to one opinion.
        limits().hit(settings().new_supporter_limit, f"new supporter {opinion.id}", network_key())
    counted = support(opinion, person_keys(visitor), actor())
    db.session.commit()
    return opinion, counted, visitor


@blueprint.post("/opinions/<public_id>/support")
@public
def add(public_id: str) -> ResponseReturnValue:
    """Count this person's support once; pressed while somebody writes (htmx), a line of that page is the answer."""
    opinion, counted, visitor = count_support(public_id)
    if "HX-Request" in request.headers:
        mark_personal()
        count = opinion.support_count
        page = render_template("public/opinions/_supported.html", counted=counted, count=count)
        response = make_response(page)
    else:
        flash(_("谢谢，您的支持已记下。") if counted else _("您已经支持过这条意见了。"), "success")
        response = make_response(redirect(url_for("site.opinion", public_id=public_id)))
    remember_visitor(response, visitor)
    return response


@blueprint.post("/opinions/<public_id>/support/undo")
@public
def take_back(public_id: str) -> ResponseReturnValue:
    """Take this person's support back."""
    limits().hit(settings().support_limit, "support", network_key())
    opinion = _published(public_id)
    if take_support_back(opinion, person_keys(visitor_of_form()), actor()):
        flash(_("已取消支持。"))
    db.session.commit()
    return redirect(url_for("site.opinion", public_id=public_id))
