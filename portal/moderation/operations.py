"""Deciding on opinions, and reading an author's contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from flask_babel import format_datetime
from flask_babel import gettext as _

from portal.analysis.personal_data import Found
from portal.audit.operations import record
from portal.campaigns.states import BoardKind
from portal.core.clock import now
from portal.core.crypto import decrypt
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed, NotThere
from portal.core.rights import Actor, is_within
from portal.core.workdays import due_day
from portal.moderation.deciders import may_decide, why_not
from portal.moderation.models import Decision
from portal.moderation.queries import BY_MODERATOR, decisions_of
from portal.moderation.reasons import ContactReason, RejectionReason
from portal.opinions.additions import additions_of, mask_addition
from portal.opinions.models import Addition, Opinion
from portal.opinions.operations import add_event, assign, move, set_masks
from portal.opinions.receipt_states import AdditionState
from portal.opinions.states import COUNTED, EventKind, OpinionAction, OpinionState, Visibility
from portal.opinions.submission import CONTACT_PURPOSE
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import unit_by_id

NOTE_LENGTH = 500

_EVENTS = {
    OpinionAction.PUBLISH: EventKind.PUBLISHED,
    OpinionAction.ACCEPT: EventKind.ACCEPTED,
    OpinionAction.REJECT: EventKind.REJECTED,
    OpinionAction.HOLD: EventKind.HELD,
}


@dataclass(frozen=True)
class Choice:
    """What a moderator decides; `version` is that of the opinion as it was read, `masks` all places to mask.

    `note` is what the author is asked where the opinion is held; `due_on` until when a new unit is to answer.
    """

    action: OpinionAction
    version: int
    unit: Unit | None = None
    topic: Topic | None = None
    masks: tuple[Found, ...] = ()
    reason: RejectionReason | None = None
    note: str = ""
    due_on: date | None = None


def decide(opinion: Opinion, choice: Choice, actor: Actor) -> Decision:
    """Carry a moderator's decision out and keep it on record beside what the author proposed.

    Raises `ChangedMeanwhile` (saying who decided what) where the opinion is no longer as it was read, `NotAllowed`
    for the actor's own unit or a unit complained of, `IllegalMove` where the state forbids it.
    """
    if choice.action not in _EVENTS:
        raise IllegalMove(_("审核员不能这样处理。"))
    # Whoever comes second waits here, and then sees what the first one did.
    db.session.refresh(opinion, with_for_update=True)
    if opinion.version != choice.version:
        raise ChangedMeanwhile(_what_happened(opinion))
    if not may_decide(opinion, actor):
        raise NotAllowed(why_not(opinion, actor))
    if choice.unit is not None and is_complained_of(opinion, choice.unit):
        raise NotAllowed(_("作者反映的就是这个单位，不能交给它或它的下级单位。"))
    before = OpinionState(opinion.state)
    set_masks(opinion, sorted(choice.masks, key=lambda place: (place.start, place.end)), actor, BY_MODERATOR)
    move(opinion, choice.action, actor, question=choice.note)
    after = OpinionState(opinion.state)
    if after is not before:
        _tell(opinion, choice, before)
    if after in COUNTED:
        assign(opinion, choice.unit, choice.topic, choice.due_on)
    return _keep(opinion, choice, before, after, actor)


def is_unassigned(opinion: Opinion) -> bool:
    """Whether the opinion is accepted and no unit is to answer it; the table of a draft answers those on it."""
    on_draft = BoardKind(opinion.board.kind) is BoardKind.CONSULTATION
    return opinion.state in COUNTED and opinion.unit_id is None and not on_draft


def answer_due(opinion: Opinion, working_days: int, zone: ZoneInfo) -> date | None:
    """The day until which a unit that gets the opinion now is to answer; none on drafts, whose table answers all at once."""
    if BoardKind(opinion.board.kind) is BoardKind.CONSULTATION:
        return None
    return due_day(now(), working_days, zone)


def _tell(opinion: Opinion, choice: Choice, before: OpinionState) -> None:
    """Write the decision into the timeline; after an appeal also how that ended."""
    found: dict[str, Any] = {"reason": choice.reason, "note": choice.note}
    details = {key: value for key, value in found.items() if value}
    if choice.action is OpinionAction.HOLD:
        details = {"question": choice.note}
    if before is OpinionState.APPEALED:
        upheld = choice.action is OpinionAction.REJECT
        add_event(opinion, EventKind.REVIEWED, upheld=upheld, **(details if upheld else {}))
        if upheld:
            return
    add_event(opinion, _EVENTS[choice.action], **details)


def _keep(
    opinion: Opinion, choice: Choice, before: OpinionState, after: OpinionState, actor: Actor
) -> Decision:
    decision = Decision(
        opinion_id=opinion.id,
        actor_id=actor.user_id,
        at=now(),
        action=choice.action,
        from_state=before,
        to_state=after,
        reason=choice.reason,
        note=choice.note,
        unit_id=choice.unit.id if choice.unit else None,
        topic_id=choice.topic.id if choice.topic else None,
    )
    db.session.add(decision)
    db.session.flush()
    record(
        actor, "opinion_decided", "opinion", opinion.id, decision=decision.id, choice=choice.action,
        reason=choice.reason, unit=decision.unit_id, topic=decision.topic_id, masks=len(choice.masks),
    )  # fmt: skip
    return decision


def is_complained_of(opinion: Opinion, unit: Unit) -> bool:
    """Whether the author complains of `unit` or of one above it, so that the text must not reach it."""
    complained = unit_by_id(opinion.complained_unit_id) if opinion.complained_unit_id else None
    return complained is not None and is_within(unit.path, complained.path)


def _what_happened(opinion: Opinion) -> str:
    if opinion.state == OpinionState.WITHDRAWN:
        return _("作者刚刚撤回了这条意见，不用再处理。")
    earlier, additions = decisions_of(opinion.id), additions_of(opinion.id)
    if additions and (not earlier or additions[-1].at > earlier[-1].at):
        return _("作者刚刚补充了情况，请看过再决定。您的这一步没有生效。")
    if not earlier:
        return _("这条意见刚刚有了变化，您的这一步没有生效。")
    last = earlier[-1]
    return _(
        "%(name)s已在%(time)s处理了这条意见：%(action)s。您的这一步没有生效。",
        name=last.name,
        time=format_datetime(last.at, _("M月d日 HH:mm")),
        action=OpinionAction(last.action).label,
    )


def decide_addition(addition: Addition, state: AdditionState, hidden: Sequence[Found], actor: Actor) -> None:
    """Say who reads what an author added; `hidden` are all places of its words to mask.

    Raises `ChangedMeanwhile` where somebody decided before, `NotAllowed` for the actor's own unit, `IllegalMove` for
    publishing what belongs to an opinion that its author keeps private.
    """
    opinion = addition.opinion
    db.session.refresh(opinion, with_for_update=True)
    db.session.refresh(addition)
    if addition.state != AdditionState.WAITING:
        raise ChangedMeanwhile(_("这条补充刚刚已经处理过了。您的这一步没有生效。"))
    if not may_decide(opinion, actor):
        raise NotAllowed(why_not(opinion, actor))
    if state is AdditionState.PUBLIC and opinion.visibility != Visibility.PUBLIC:
        raise IllegalMove(_("作者选择了不公开，补充的情况也不能公开。"))
    addition.state, addition.decided_at = state, now()
    mask_addition(addition, hidden)
    db.session.flush()
    record(actor, "addition_decided", "opinion", opinion.id, addition=addition.id, choice=state)


def read_contact(opinion: Opinion, reason: ContactReason, key: str, actor: Actor) -> str:
    """The author's contact, opened with `key` and logged with the reason.

    Raises `NotThere` where the author left none, `NotAllowed` to who may not decide on the opinion, `IllegalMove`
    where the contact was sealed with another key.
    """
    if not may_decide(opinion, actor):
        raise NotAllowed(_("您不能查看这位作者的联系方式。"))
    if opinion.case.contact_sealed is None:
        raise NotThere(_("作者没有留下联系方式。"))
    try:
        contact = decrypt(key, CONTACT_PURPOSE, opinion.case.contact_sealed)
    except InvalidTag:
        raise IllegalMove(_("联系方式是用另一把密钥保存的，现在打不开。")) from None
    record(actor, "contact_read", "opinion", opinion.id, reason=reason)
    return contact
