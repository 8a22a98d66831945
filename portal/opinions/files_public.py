"""The released files of a published opinion, from a path of their own."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.attachments.queries import released_file
from portal.attachments.store import kept_path
from portal.core.errors import NotThere
from portal.opinions.queries import published_opinion
from portal.web.guards import public
from portal.web.network import settings
from portal.web.sending import send_to_save

blueprint = Blueprint("opinion_files", __name__)


@blueprint.get("/opinions/<public_id>/files/<file_id>")
@public
def download(public_id: str, file_id: str) -> ResponseReturnValue:
    """A file, while its opinion is public and a moderator has released it."""
    opinion = published_opinion(public_id)
    if opinion is None:
        raise NotThere()
    found = released_file("opinion", opinion.id, file_id)
    return send_to_save(kept_path(settings().instance_dir, found.id), found.media_type, found.saved_name)
