"""The large-text plain view 适老化: a choice of the visitor's, kept in a cookie on the device and nowhere else."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.web.guards import public
from portal.web.network import local_target, settings

blueprint = Blueprint("view", __name__)

VIEW_COOKIE = "view"
LARGE, USUAL = "large", "usual"
_SECONDS = 400 * 24 * 3600


def large_view() -> bool:
    """Whether the visitor has chosen the large-text view."""
    return request.cookies.get(VIEW_COOKIE) == LARGE


@blueprint.get("/view/<any(large, usual):size>")
@public
def choose(size: str) -> ResponseReturnValue:
    """Keep the choice on this device and go back to the page it was made on; to nowhere outside this site."""
    response = redirect(local_target(request.args.get("next", ""), url_for("site.home")))
    about = {
        "secure": settings().secure,
        "httponly": True,
        "samesite": "Lax",
    }
    if size == LARGE:
        response.set_cookie(VIEW_COOKIE, LARGE, max_age=_SECONDS, **about)  # type: ignore[arg-type]
    else:
        response.delete_cookie(VIEW_COOKIE, **about)  # type: ignore[arg-type]
    return response
