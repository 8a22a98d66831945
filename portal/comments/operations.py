"""What can be done to a comment. Each operation guards the state, makes the change, counts it, records it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.analysis.personal_data import Found, find_personal_data, mask
from portal.audit.operations import record
from portal.campaigns.intake import intake_now
from portal.campaigns.operations import may_post, require_open
from portal.campaigns.states import ModerationMode
from portal.comments.models import Comment
from portal.comments.queries import comments_of_person, times_commented
from portal.comments.reasons import CommentReason
from portal.comments.states import MOVES, CommentAction, CommentState
from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, Closed, IllegalMove, NotAllowed, NotThere
from portal.core.ids import public_id
from portal.core.rights import Actor
from portal.core.text import paragraphs
from portal.moderation.deciders import may_decide
from portal.opinions.models import Opinion
from portal.opinions.operations import CERTAIN
from portal.opinions.screening import REPEATS, hold_reason, text_key, times_handed_in
from portal.opinions.states import HoldReason, OpinionState


@dataclass(frozen=True)
class CommentDraft:
    """What somebody writes, already cleaned; `form_key` is the random key of the form it was typed into."""

    body: str
    form_key: str


@dataclass(frozen=True)
class CommentChoice:
    """What a moderator decides; `version` is that of the comment as it was read, `marked` more places to mask."""

    action: CommentAction
    version: int
    marked: tuple[Found, ...] = ()
    reason: CommentReason | None = None
    note: str = ""


def require_commentable(opinion: Opinion, actor: Actor) -> None:
    """Raise `IllegalMove`, `Closed` or `NotAllowed` where `actor` cannot comment on the opinion now."""
    if opinion.state != OpinionState.PUBLISHED:
        raise IllegalMove(_("这条意见现在不公开，不能评论。"))
    if not opinion.board.takes_comments:
        raise Closed(_("这个板块不开放评论。"))
    require_open(opinion.board, now())
    if not may_post(opinion.board, actor):
        raise NotAllowed(_("这个板块需要登录后才能评论。"))


def comment_on(
    opinion: Opinion,
    draft: CommentDraft,
    author_key: str,
    actor: Actor,
    lookup_key: str,
    *,
    busy: bool = False,
) -> Comment:
    """Take a comment in; the same form with the same words, sent again, is the same comment.

    Published at once where the board publishes opinions at once and nothing holds it; certain personal data is
    masked. Raises what `require_commentable` raises.
    """
    form_hash = keyed_hash(lookup_key, "comment form", f"{draft.form_key}\x00{opinion.id}\x00{draft.body}")
    earlier = _by_form(form_hash)
    if earlier is not None:
        return earlier
    require_commentable(opinion, actor)
    try:
        with db.session.begin_nested():
            comment = _new(opinion, draft, author_key, form_hash, lookup_key, busy)
            db.session.add(comment)
    except IntegrityError:
        earlier = _by_form(form_hash)
        if earlier is None:
            raise
        return earlier
    if comment.state == CommentState.PUBLISHED:
        _change_count(opinion.id, +1)
    record(actor, "comment_submitted", "comment", comment.id, opinion=opinion.id)
    return comment


def _by_form(form_hash: str) -> Comment | None:
    return db.session.scalar(select(Comment).where(Comment.form_key_hash == form_hash))


def _new(
    opinion: Opinion, draft: CommentDraft, author_key: str, form_hash: str, lookup_key: str, busy: bool
) -> Comment:
    moment, key = now(), text_key(lookup_key, draft.body)
    comment = Comment(
        public_id=public_id(), opinion_id=opinion.id, original=draft.body, author_key=author_key,
        submitted_at=moment, form_key_hash=form_hash, text_key=key, masks=[],
    )  # fmt: skip
    comment.held_for = _hold_reason(opinion, comment, busy)
    _set_masks(comment, _certain(draft.body))
    if opinion.board.moderation == ModerationMode.AFTER and comment.held_for is None:
        # The queue still shows it to a moderator.
        comment.state, comment.published_at = CommentState.PUBLISHED, moment
    return comment


def _hold_reason(opinion: Opinion, comment: Comment, busy: bool) -> HoldReason | None:
    key, moment = comment.text_key, comment.submitted_at
    times = times_handed_in(key, moment) + times_commented(key, moment) if key else 0
    return hold_reason(
        "",
        comment.original or "",
        opinion.board,
        intake_now(moment).mode,
        repeated=times >= REPEATS,
        busy=busy,
    )


def _certain(text: str) -> list[Found]:
    return [found for found in find_personal_data(text) if found.confidence >= CERTAIN]


def _set_masks(comment: Comment, found: Sequence[Found]) -> None:
    text = comment.original or ""
    ordered = sorted(found, key=lambda place: (place.start, place.end))
    comment.masks = [[place.start, place.end, place.kind] for place in ordered]
    comment.body = mask(text, ordered)
    comment.body_html = paragraphs(comment.body)


def decide(comment: Comment, choice: CommentChoice, actor: Actor) -> None:
    """Carry a moderator's decision out.

    Raises `ChangedMeanwhile` where the comment is no longer as it was read, `NotAllowed` for the actor's own unit,
    `IllegalMove` where the state forbids it.
    """
    # Whoever comes second waits here, and then sees what the first one did.
    db.session.refresh(comment, with_for_update=True)
    if comment.version != choice.version:
        raise ChangedMeanwhile(
            _(
                "这条评论刚刚有了变化，现在是「%(state)s」，您的这一步没有生效。",
                state=CommentState(comment.state).label,
            )
        )
    if not may_decide(comment.opinion, actor):
        raise NotAllowed(_("这条意见涉及您所在的单位，请由别的审核员处理。"))
    if choice.action is CommentAction.WITHDRAW:
        raise IllegalMove(_("审核员不能这样处理。"))
    if comment.original is not None and choice.marked:
        kept = [Found(kind, start, end, 1.0) for start, end, kind in comment.masks]
        _set_masks(comment, [*kept, *choice.marked])
    comment.reason = choice.reason if choice.action is CommentAction.REJECT else None
    comment.note = choice.note if choice.action is CommentAction.REJECT else ""
    comment.decided_at, comment.decided_by = now(), actor.user_id
    _move(comment, choice.action)
    record(
        actor, "comment_decided", "comment", comment.id, choice=choice.action, reason=choice.reason,
        masks=len(comment.masks),
    )  # fmt: skip


def withdraw(comment: Comment, person: Sequence[str], actor: Actor) -> None:
    """Take one's own comment back. Raises `NotThere` for somebody else's, `IllegalMove` for one that is gone already."""
    db.session.refresh(comment, with_for_update=True)
    if comment.author_key is None or comment.author_key not in person:
        raise NotThere()
    _move(comment, CommentAction.WITHDRAW)
    record(actor, "comment_withdrawn", "comment", comment.id)


def _move(comment: Comment, action: CommentAction) -> None:
    before = CommentState(comment.state)
    after = MOVES.get((before, action))
    if after is None:
        raise IllegalMove(_("这条评论现在是「%(state)s」，不能这样处理。", state=before.label))
    comment.state, comment.needs_review = after, False
    comment.published_at = (comment.published_at or now()) if after is CommentState.PUBLISHED else None
    db.session.flush()
    by = (after is CommentState.PUBLISHED) - (before is CommentState.PUBLISHED)
    if by:
        _change_count(comment.opinion_id, by)


def _change_count(opinion_id: int, by: int) -> None:
    """Change the stored number of comments in the database itself, so that parallel ones all count."""
    statement = update(Opinion.__table__).where(Opinion.id == opinion_id)  # type: ignore[arg-type]
    db.session.execute(statement.values(comment_count=Opinion.comment_count + by))


def erase_comments(user_id: int, actor: Actor, *, withdrawn: bool = False) -> int:
    """Forget who wrote the account's comments, and their originals; how many.

    What is public stays, its personal data masked, unless it shall be `withdrawn`; what is not public is withdrawn.
    """
    own = comments_of_person(f"u:{user_id}")
    for comment in own:
        public = comment.state == CommentState.PUBLISHED
        if comment.state == CommentState.WAITING or (public and withdrawn):
            _move(comment, CommentAction.WITHDRAW)
        if comment.state != CommentState.PUBLISHED:
            comment.body = comment.body_html = ""
        comment.original = comment.author_key = comment.text_key = None
        comment.masks = []
        record(actor, "comment_erased", "comment", comment.id)
    db.session.flush()
    return len(own)
