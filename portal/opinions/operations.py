"""What can be done to an opinion. Each operation guards the state, makes the change, records it, sends the news."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.analysis.personal_data import Found, mask
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import IllegalMove, NotAllowed
from portal.core.rights import Actor
from portal.core.text import excerpt, paragraphs
from portal.opinions.models import Opinion, OpinionEvent, TextLayer, written_words
from portal.opinions.signals import opinion_published, opinion_unpublished, timeline_grew
from portal.opinions.states import (
    COUNTED,
    DECISIONS,
    MOVES,
    QUEUED,
    EventKind,
    OpinionAction,
    OpinionState,
    Unasked,
    Visibility,
    public_state,
)
from portal.taxonomy.models import Topic, Unit

# Places of personal data that are masked unless a person says otherwise.
CERTAIN = 0.8


def add_event(
    opinion: Opinion,
    kind: EventKind,
    *,
    unit: Unit | None = None,
    at: datetime | None = None,
    **details: object,
) -> None:
    """Add an entry to the opinion's timeline and send the news of it.

    The opinion must be stored or added to the session. `details` are codes, numbers and words meant for the author,
    never a person's name.
    """
    # Added to the session and not to `opinion.events`, which would read all entries before this one.
    event = OpinionEvent(
        opinion=opinion, kind=kind, at=at or now(), unit_id=unit.id if unit else None, details=details
    )
    db.session.add(event)
    db.session.flush()
    timeline_grew.send(event)


def refresh_public_state(opinion: Opinion) -> None:
    """Write anew what the public reads of the opinion's state."""
    opinion.public_state = public_state(
        OpinionState(opinion.state), opinion.unit_id is not None, opinion.answered_at is not None
    )


def move(opinion: Opinion, action: OpinionAction, actor: Actor, question: str | None = None) -> None:
    """Take `action` on the opinion as the state table says; `question` is what a held one waits for.

    Raises `IllegalMove` where the state (or the author's choice not to be public) forbids it, `NotAllowed` where
    the actor lacks the permission.
    """
    legal = MOVES.get((OpinionState(opinion.state), action))
    if legal is None:
        raise IllegalMove(
            _("这条意见现在是「%(state)s」，不能这样处理。", state=OpinionState(opinion.state).label)
        )
    if not isinstance(legal.needs, Unasked) and not actor.may(legal.needs):
        raise NotAllowed(_("您没有处理这条意见的权限。"))
    if action is OpinionAction.PUBLISH and opinion.visibility != Visibility.PUBLIC:
        raise IllegalMove(_("作者选择了不公开，只能「受理不公开」。"))
    before = OpinionState(opinion.state)
    opinion.state = legal.to
    # Correcting an accepted opinion does not start the unit's clock again.
    if action in DECISIONS and not (before in COUNTED and legal.to in COUNTED):
        opinion.decided_at = now()
    opinion.needs_review = legal.to in QUEUED
    opinion.question = question if legal.to is OpinionState.HELD else None
    if legal.to is OpinionState.PUBLISHED:
        opinion.published_at = opinion.published_at or now()
    else:
        opinion.published_at = None
    refresh_public_state(opinion)
    db.session.flush()
    if legal.to is OpinionState.PUBLISHED:
        opinion_published.send(opinion)
    elif before is OpinionState.PUBLISHED:
        opinion_unpublished.send(opinion)


def set_masks(opinion: Opinion, found: Sequence[Found], actor: Actor, reason: str) -> None:
    """Make the published text anew from the original with the places in `found` masked, as a layer of its own."""
    case = opinion.case
    ranges = mask_ranges(found)
    if ranges != (opinion.layers[-1].ranges if opinion.layers else []):
        opinion.layers.append(TextLayer(ranges=ranges, actor_id=actor.user_id, at=now(), reason=reason))
    write_text(opinion, *masked_text(found, case.title, case.body, case.place))


def mask_ranges(found: Sequence[Found]) -> list[list[Any]]:
    """Places as a `TextLayer` keeps them."""
    return [[item.start, item.end, item.kind] for item in found]


def masked_text(found: Sequence[Found], title: str, body: str, place: str) -> tuple[str, str, str]:
    """Title, body and place with the places in `found` masked, which count the characters of `written_words`.

    Lengths are kept, so offsets into the published text are offsets into the original.
    """
    if not found:
        return title, body, place
    masked = mask(written_words(title, body, place), found)
    body_at = len(title) + 1
    place_at = body_at + len(body) + 1
    return masked[: body_at - 1], masked[body_at : place_at - 1], masked[place_at:]


def write_text(opinion: Opinion, title: str, body: str, place: str = "") -> None:
    """Store the published title, body and place with what is derived from them."""
    for name, value in text_columns(title, body, place).items():
        setattr(opinion, name, value)


def text_columns(title: str, body: str, place: str) -> dict[str, str]:
    """The columns of an opinion that hold its published text and what is derived from it."""
    return {
        "title": title, "body": body, "place": place, "body_html": paragraphs(body), "excerpt": excerpt(body),
    }  # fmt: skip


def assign(opinion: Opinion, unit: Unit | None, topic: Topic | None, due_on: date | None = None) -> None:
    """Set the unit that deals with the opinion, and its topic; a new unit is told in the timeline, and one taken off.

    `due_on` is the day until which a new unit is to answer; None where nobody said so. To whom an answered opinion is
    handed on is to answer as well, unless the table of its draft has said the last word. Without a unit nobody is to
    answer by any day.
    """
    before = opinion.unit_id
    taken_off = opinion.unit if unit is None and _was_assigned(opinion) else None
    opinion.unit_id = unit.id if unit else None
    opinion.topic_id = topic.id if topic else None
    if before is not None and opinion.unit_id not in (None, before) and not is_concluded(opinion):
        opinion.answered_at = None
    refresh_public_state(opinion)
    if unit is None:
        opinion.due_on = opinion.put_off_at = None
        if taken_off is not None:
            add_event(opinion, EventKind.UNASSIGNED, unit=taken_off)
    elif unit.id != before or not _was_assigned(opinion):
        opinion.due_on, opinion.put_off_at = (due_on if opinion.answered_at is None else None), None
        due: dict[str, Any] = {"due_on": opinion.due_on.isoformat()} if opinion.due_on else {}
        add_event(opinion, EventKind.ASSIGNED, unit=unit, **due)


def _was_assigned(opinion: Opinion) -> bool:
    return any(event.kind == EventKind.ASSIGNED for event in opinion.events)


def mark_answered(opinion: Opinion, unit: Unit, at: datetime | None = None) -> None:
    """Note that a unit's reply to the opinion was published."""
    moment = at or now()
    if opinion.answered_at is None:
        opinion.rating = None
    opinion.answered_at = moment
    refresh_public_state(opinion)
    add_event(opinion, EventKind.ANSWERED, unit=unit, at=moment)


def mark_concluded(opinion: Opinion, outcome: str, reason: str, at: datetime) -> None:
    """Note that the table with what became of opinions on a draft was published: it answers this one, once and for all."""
    opinion.answered_at = opinion.answered_at or at
    refresh_public_state(opinion)
    add_event(opinion, EventKind.ADOPTION, at=at, outcome=outcome, reason=reason)


def is_concluded(opinion: Opinion) -> bool:
    """Whether it was published what became of this opinion on a draft."""
    return any(event.kind == EventKind.ADOPTION for event in opinion.events)
