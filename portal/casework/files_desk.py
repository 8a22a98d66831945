"""The released files of an opinion, for the unit that deals with it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.attachments.queries import released_file
from portal.attachments.store import kept_path
from portal.casework.queries import opinion_at_desk
from portal.core.errors import NotThere
from portal.core.rights import Permission
from portal.web.guards import actor, guard
from portal.web.headers import mark_personal
from portal.web.network import settings
from portal.web.sending import send_to_save

blueprint = Blueprint("casework_files", __name__)


@blueprint.get("/desk/casework/<public_id>/files/<file_id>")
@guard(Permission.CASEWORK_READ)
def download(public_id: str, file_id: str) -> ResponseReturnValue:
    """A file that a moderator has released, public or not as its opinion is."""
    opinion = opinion_at_desk(actor(), public_id)
    if opinion is None:
        raise NotThere()
    found = released_file("opinion", opinion.id, file_id)
    mark_personal()
    return send_to_save(kept_path(settings().instance_dir, found.id), found.media_type, found.saved_name)
