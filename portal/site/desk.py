"""The desk's first page: where each person's work waits."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.casework.queries import work_counts
from portal.comments.queries import waiting_comments
from portal.core.rights import Permission
from portal.moderation.queries import waiting_count
from portal.web.guards import actor, guard

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk/")
@guard(Permission.DESK_OPEN)
def home() -> ResponseReturnValue:
    """How much waits, for those parts of the desk that are open to this person."""
    person = actor()
    return render_template(
        "desk/site/home.html",
        waiting=waiting_count() if person.may(Permission.MODERATION_READ) else None,
        comments=waiting_comments(person) if person.may(Permission.MODERATION_READ) else None,
        work=work_counts(person) if person.may(Permission.CASEWORK_READ) else None,
    )
