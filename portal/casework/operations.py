"""Writing a reply and publishing it."""

from datetime import date

from flask_babel import gettext as _

from portal.accounts.queries import display_name
from portal.audit.operations import record
from portal.casework.models import Reply
from portal.casework.queries import draft_of
from portal.casework.signals import reply_published
from portal.casework.states import ReplyState
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed
from portal.core.rights import Actor, Permission, is_within
from portal.core.text import paragraphs
from portal.opinions.models import Opinion
from portal.opinions.operations import add_event, mark_answered
from portal.opinions.states import COUNTED, EventKind, OpinionState
from portal.taxonomy.models import Unit
from portal.taxonomy.queries import unit_by_id

# The version of a draft that is not there yet.
NO_DRAFT = 0


def save_draft(opinion: Opinion, body: str, version: int, actor: Actor) -> Reply:
    """Keep the draft of the assigned unit's reply; there is one at a time, shared by the unit's officers.

    `version` is that of the draft as it was read (`NO_DRAFT` where there was none). Raises `ChangedMeanwhile` where
    somebody else saved or published in between, `NotAllowed` without the right to reply for that unit,
    `IllegalMove` for an opinion that nobody has to answer.
    """
    _lock(opinion)
    unit = _replying_unit(opinion, actor)
    draft = draft_of(opinion.id)
    if (draft.version if draft else NO_DRAFT) != version:
        raise ChangedMeanwhile(_what_happened(draft))
    if draft is None:
        draft = Reply(opinion=opinion, created_at=now())
        db.session.add(draft)
    # An opinion may have been handed to another unit since the draft was begun: it is now that unit's.
    draft.unit, draft.author_id = unit, actor.user_id
    draft.body, draft.body_html = body, paragraphs(body)
    db.session.flush()
    record(actor, "reply_draft_saved", "reply", draft.id, opinion=opinion.id)
    return draft


def publish_reply(reply: Reply, actor: Actor) -> None:
    """Publish a draft: on the opinion's page where that is public, else for the holder of the query code.

    Raises `NotAllowed` and `IllegalMove` as `save_draft` does, and `IllegalMove` for a reply published before.
    """
    _lock(reply.opinion)
    _replying_unit(reply.opinion, actor)
    if reply.state != ReplyState.DRAFT:
        raise IllegalMove(_("这份答复已经发布，不能再改。"))
    moment = now()
    reply.state, reply.published_at = ReplyState.PUBLISHED, moment
    mark_answered(reply.opinion, reply.unit, moment)
    db.session.flush()
    record(actor, "reply_published", "reply", reply.id, opinion=reply.opinion_id, unit=reply.unit_id)
    reply_published.send(reply)


def may_put_off(opinion: Opinion, today: date) -> bool:
    """Whether the unit can put its answer off: once, before the due day is over (requirement D2)."""
    return (
        opinion.state in COUNTED
        and opinion.answered_at is None
        and opinion.put_off_at is None
        and opinion.due_on is not None
        and today <= opinion.due_on
    )


def require_put_off(opinion: Opinion, today: date) -> None:
    """Raise `IllegalMove` unless `may_put_off`."""
    if not may_put_off(opinion, today):
        raise IllegalMove(_("现在不能延期：只能在期限以前延一次，答复以后也不用再延。"))


def put_off(opinion: Opinion, due_on: date, reason: str, today: date, actor: Actor) -> None:
    """Promise the answer for a later day, with a reason that everybody who reads the opinion reads.

    Raises `IllegalMove` where that was done before, the day is over or `due_on` is not later; `NotAllowed` without
    the right to reply for the unit.
    """
    _lock(opinion)
    unit = _replying_unit(opinion, actor)
    require_put_off(opinion, today)
    assert opinion.due_on is not None
    if due_on <= opinion.due_on:
        raise IllegalMove(_("新的日期要晚于原来的期限。"))
    before, opinion.due_on, opinion.put_off_at = opinion.due_on, due_on, now()
    add_event(opinion, EventKind.PUT_OFF, unit=unit, due_on=due_on.isoformat(), reason=reason)
    record(
        actor, "answer_put_off", "opinion", opinion.id, before=before.isoformat(), after=due_on.isoformat()
    )


def may_reply(opinion: Opinion, actor: Actor) -> bool:
    """Whether `actor` may answer the opinion for the unit it is assigned to.

    Some scope of the right must cover that unit and must not lie in or below a unit that the author complains of.
    """
    if opinion.unit is None:
        return False
    path, complained = opinion.unit.path, opinion.complained_unit_id
    kept_from = unit_by_id(complained) if complained else None
    scopes = actor.scopes(Permission.CASEWORK_REPLY)
    return scopes is None or any(
        is_within(path, scope) and not (kept_from and is_within(scope, kept_from.path)) for scope in scopes
    )


def _lock(opinion: Opinion) -> None:
    # All writing about one opinion waits in one line, so that the versions compared are the present ones.
    db.session.refresh(opinion, with_for_update=True)


def _replying_unit(opinion: Opinion, actor: Actor) -> Unit:
    if opinion.unit is None or not may_reply(opinion, actor):
        raise NotAllowed(_("您不能代这个单位答复。"))
    if opinion.state not in COUNTED:
        raise IllegalMove(
            _("这条意见现在是“%(state)s”，不需要答复。", state=OpinionState(opinion.state).label)
        )
    return opinion.unit


def _what_happened(draft: Reply | None) -> str:
    if draft is None:
        return _("草稿刚刚已被发布，请看下面的答复。您的这一步没有生效，内容还在。")
    return _(
        "%(name)s刚刚改过这份草稿。您的这一步没有生效，内容还在；对方写的在下面，请合在一起再存。",
        name=display_name(draft.author_id),
    )
