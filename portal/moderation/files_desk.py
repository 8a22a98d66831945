"""The files of an opinion at the moderators' desk: each is looked at and released, or not."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.attachments.models import Attachment
from portal.attachments.operations import decide_on_file
from portal.attachments.queries import attachment_of
from portal.attachments.store import kept_path
from portal.core.db import db
from portal.core.errors import NotAllowed, NotThere
from portal.core.rights import Permission
from portal.moderation.deciders import may_decide
from portal.moderation.queries import opinion_to_moderate
from portal.opinions.models import Opinion
from portal.web.guards import actor, guard
from portal.web.headers import mark_personal
from portal.web.network import settings
from portal.web.sending import send_to_save

blueprint = Blueprint("moderation_files", __name__, url_prefix="/desk/moderation/<public_id>/files/<file_id>")


def _found(public_id: str, file_id: str) -> tuple[Opinion, Attachment]:
    opinion = opinion_to_moderate(actor(), public_id)
    if opinion is None:
        raise NotThere()
    return opinion, attachment_of("opinion", opinion.id, file_id)


@blueprint.get("")
@guard(Permission.MODERATION_READ)
def download(public_id: str, file_id: str) -> ResponseReturnValue:
    """The file as it was made anew, released or not."""
    _opinion, found = _found(public_id, file_id)
    mark_personal()
    return send_to_save(kept_path(settings().instance_dir, found.id), found.media_type, found.saved_name)


@blueprint.post("")
@guard(Permission.MODERATION_DECIDE)
def decide_on(public_id: str, file_id: str) -> ResponseReturnValue:
    """Release the file or withhold it, as the pressed button says."""
    opinion, found = _found(public_id, file_id)
    if not may_decide(opinion, actor()):
        raise NotAllowed(_("这条意见涉及您所在的单位，请由别的审核员处理。"))
    decide_on_file(found, request.form.get("decision", ""), actor())
    db.session.commit()
    flash(_("文件现在的状态：%(state)s。", state=found.word), "success")
    return redirect(url_for("moderation_desk.opinion", public_id=public_id, _anchor="files"))
