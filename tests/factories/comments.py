"""Comments for tests, handed in and decided by the portal's own operations. They commit."""

import secrets

from flask import current_app

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.comments.operations import CommentChoice, CommentDraft, comment_on, decide
from portal.comments.reasons import CommentReason
from portal.comments.states import CommentAction, CommentState
from portal.core.db import db
from portal.core.rights import Actor, Role
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from tests.factories.accounts import actor_with
from tests.factories.opinions import make_opinion

COMMENT = "我家也在这栋楼，确实上下楼不方便。"


def make_comment(
    opinion: Opinion | None = None, state: CommentState = CommentState.WAITING, *, body: str = COMMENT,
    author: User | None = None, visitor: str = "",
) -> Comment:  # fmt: skip
    """A comment in `state` (not a withdrawn one) by an account or a visitor, on a published opinion."""
    key = f"u:{author.id}" if author else f"v:{visitor or secrets.token_hex(8)}"
    comment = comment_on(
        opinion or make_opinion(state=OpinionState.PUBLISHED),
        CommentDraft(body=body, form_key=secrets.token_hex(8)),
        key,
        author.actor() if author else Actor(),
        current_app.extensions["portal_settings"].lookup_key,
    )
    db.session.commit()
    if state != comment.state:
        action = CommentAction.PUBLISH if state is CommentState.PUBLISHED else CommentAction.REJECT
        reason = CommentReason.ADVERTISING if action is CommentAction.REJECT else None
        decide(comment, CommentChoice(action, comment.version, reason=reason), actor_with(Role.MODERATOR))
    db.session.commit()
    return comment
