"""What the comments slice holds of a person: comments, as typed, and on which opinions."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from portal.comments.models import Comment
from portal.comments.operations import erase_comments
from portal.comments.queries import comments_of_person
from portal.comments.states import CommentState
from portal.core.db import db
from portal.core.personal import Holding, Person, Section


def _copy(person: Person) -> list[Section]:
    labels = {
        "opinion": _("对哪条意见"), "body": _("内容"), "submitted_at": _("提交时间"), "state": _("进度"),
        "note": _("审核员的说明"),
    }  # fmt: skip
    own = comments_of_person(f"u:{person.user_id}")
    return [Section("comments", _("我的评论"), labels, [_as_row(comment) for comment in own])]


def _as_row(comment: Comment) -> dict[str, Any]:
    return {
        "opinion": comment.opinion.public_id,
        "body": comment.original,
        "submitted_at": comment.submitted_at,
        "state": str(CommentState(comment.state).label),
        "note": comment.note,
    }


def _remove(person: Person, keep_opinions: bool) -> None:
    erase_comments(person.user_id, person.actor, withdrawn=not keep_opinions)
    decided = update(Comment).where(Comment.decided_by == person.user_id)
    db.session.execute(decided.values(decided_by=None))


HOLDING = Holding(frozenset({"opinion_comment.original", "opinion_comment.author_key"}), _copy, _remove)
