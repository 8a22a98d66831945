"""How the site is used, and what becomes of personal data: two pages that every page leads to."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.campaigns.queries import open_campaigns
from portal.core.clock import now
from portal.web.guards import public
from portal.web.kept import kept_for_visitors
from portal.web.network import settings

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
@public
@kept_for_visitors
def usage() -> ResponseReturnValue:
    """What happens to an opinion from writing to the answer, and what to do when something goes wrong."""
    site = settings()
    return render_template(
        "public/site/help.html",
        reply_days=site.reply_working_days,
        mail_works=site.mail_works,
        campaigns=open_campaigns(now()),
    )


@blueprint.get("/privacy")
@public
@kept_for_visitors
def privacy() -> ResponseReturnValue:
    """Which personal data is kept, why, who reads it, for how long, and what people may ask (requirement F5)."""
    site = settings()
    return render_template(
        "public/site/privacy.html",
        contact_days=site.contact_days,
        session_hours=site.session_hours,
        mail_works=site.mail_works,
    )
