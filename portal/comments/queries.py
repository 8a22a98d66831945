"""Reading comments: those under an opinion, one's own, those that wait for a moderator."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, literal_column, select, text

from portal.campaigns.models import Board
from portal.comments.models import Comment
from portal.comments.states import CommentState
from portal.core.db import db
from portal.core.pagination import Keyset, Page, keyset_page
from portal.core.rights import Actor, Permission
from portal.opinions.models import Opinion
from portal.opinions.readers import readable_by
from portal.opinions.screening import REPEAT_SPAN
from portal.opinions.states import OpinionState

PAGE_SIZE = 20
# Under which opinions comments are read: those of a merged one stay with it.
COMMENTS_READ = (OpinionState.PUBLISHED, OpinionState.MERGED)
# So many of one's own that are not public are shown under an opinion, the newest.
OWN_SHOWN = 10

_comment = Comment.__table__.c
_PUBLISHED = Keyset(
    select(_comment.id, _comment.public_id, _comment.body_html, _comment.published_at, _comment.author_key)
    .where(_comment.opinion_id == bindparam("opinion_id"))
    # Written out, as in the condition of the index, so that every planner sees that it fits.
    .where(_comment.state == literal_column(f"'{CommentState.PUBLISHED}'")),
    (_comment.published_at, _comment.id),
)
_OWN = (
    select(
        _comment.public_id, _comment.body_html, _comment.state, _comment.submitted_at, _comment.reason,
        _comment.note, _comment.author_key,
    )
    .where(
        _comment.author_key.in_(bindparam("person", expanding=True)),
        _comment.opinion_id == bindparam("opinion_id"),
        _comment.state.in_([CommentState.WAITING, CommentState.REJECTED]),
    )
    .order_by(_comment.id.desc())
    .limit(OWN_SHOWN)
)  # fmt: skip


class Discussion(NamedTuple):
    """What a reader sees of the comments on one opinion: a page of the published ones, and one's own others."""

    page: Page
    own: Sequence[Any]
    person: Sequence[str]


_NOTHING = Page([], None, None)


def discussion(opinion_id: int, count: int, person: Sequence[str], cursor: str | None) -> Discussion:
    """The comments on the opinion, the newest first, for the person known by these keys.

    Asks the database nothing where `count` published ones are none and the reader is nobody known.
    """
    page = (
        _PUBLISHED.page(db.session(), cursor=cursor, size=PAGE_SIZE, opinion_id=opinion_id)
        if count
        else _NOTHING
    )
    own = db.session.execute(_OWN, {"person": list(person), "opinion_id": opinion_id}).all() if person else []
    return Discussion(page, own, person)


def comment_with_id(public_id: str) -> Comment | None:
    """The comment of that public id in whatever state, for those who may see it by other rights."""
    return db.session.scalar(select(Comment).where(Comment.public_id == public_id))


def comments_of_person(author_key: str) -> list[Comment]:
    """All comments by one author, the oldest first."""
    query = select(Comment).where(Comment.author_key == author_key).order_by(Comment.id)
    return list(db.session.scalars(query))


def times_commented(key: str, moment: datetime) -> int:
    """How often comments with the text of that key came in within a day before `moment`."""
    found = select(func.count()).where(Comment.text_key == key, Comment.submitted_at > moment - REPEAT_SPAN)
    return db.session.scalar(found) or 0


def _waiting(actor: Actor, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Comment)
        .join(Opinion, Opinion.id == Comment.opinion_id)
        # Written as the index has it: SQLite does not see that `needs_review = 1` means the same.
        .where(text("opinion_comment.needs_review"), Opinion.state.in_(COMMENTS_READ))
        .where(readable_by(actor, Permission.MODERATION_READ))
    )


def comment_queue(actor: Actor, cursor: str | None) -> Page:
    """A page of the comments that wait, oldest first, with what the queue shows of each. Reading claims nothing."""
    query = _waiting(
        actor, Comment.id, Comment.public_id, Comment.original, Comment.body, Comment.state, Comment.held_for,
        Comment.submitted_at, Opinion.title.label("opinion_title"), Board.title.label("board_title"),
    ).join(Board, Board.id == Opinion.board_id)  # fmt: skip
    return keyset_page(
        db.session(), query, (Comment.submitted_at, Comment.id), cursor=cursor, descending=False
    )


def waiting_comments(actor: Actor) -> int:
    """How many comments wait that `actor` may read."""
    return db.session.scalar(_waiting(actor, func.count())) or 0


def next_comment(actor: Actor, after: Comment) -> str | None:
    """The public id of the oldest comment that waits besides `after`."""
    query = _waiting(actor, Comment.public_id).where(Comment.id != after.id)
    return db.session.scalar(query.order_by(Comment.submitted_at, Comment.id).limit(1))


def comment_to_moderate(actor: Actor, public_id: str) -> Comment | None:
    """The comment of that public id in whatever state, if `actor` may read its opinion at the moderators' desk."""
    query = (
        select(Comment)
        .join(Opinion, Opinion.id == Comment.opinion_id)
        .where(Comment.public_id == public_id, readable_by(actor, Permission.MODERATION_READ))
    )
    return db.session.scalar(query)
