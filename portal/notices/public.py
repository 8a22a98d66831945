"""Stopping mails with news, from the link that each of them carries."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.core.db import db
from portal.core.errors import NotThere
from portal.notices.operations import stop_mails, wisher_of
from portal.web.guards import public
from portal.web.headers import mark_personal
from portal.web.network import settings

blueprint = Blueprint("notices", __name__)


def _wisher(token: str) -> str:
    wisher = wisher_of(settings().lookup_key, token)
    if wisher is None:
        raise NotThere()
    mark_personal()
    return wisher


@blueprint.get("/mail-news/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Ask whether to stop. Opening the link, as mail scanners do, stops nothing."""
    _wisher(token)
    return render_template("public/notices/stop.html", token=token)


@blueprint.post("/mail-news/<token>")
@public
def stop_now(token: str) -> ResponseReturnValue:
    """Send no more news to that reader."""
    stop_mails(_wisher(token))
    db.session.commit()
    return render_template("public/notices/stopped.html")
