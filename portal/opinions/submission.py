"""Handing an opinion in: one case, one opinion in it, a query code for its author."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.analysis.personal_data import Found
from portal.audit.operations import event_row
from portal.campaigns.models import Board
from portal.campaigns.operations import may_post, require_open
from portal.campaigns.queries import BoardHead
from portal.campaigns.states import IntakeMode, ModerationMode
from portal.core.bulk import IdOf, TableRow, insert_linked
from portal.core.clock import now
from portal.core.crypto import code_from_key, encrypt, keyed_hash
from portal.core.db import db
from portal.core.errors import NotAllowed, PortalError
from portal.core.ids import public_id
from portal.core.rights import Actor
from portal.opinions.channels import Channel
from portal.opinions.masks import author_masks
from portal.opinions.models import Case, Opinion, OpinionEvent, TextLayer, written_words
from portal.opinions.operations import add_event, mask_ranges, masked_text, text_columns
from portal.opinions.rewording import sketch, times_reworded
from portal.opinions.screening import REPEAT_SPAN, REPEATS, hold_reason, text_key, times_handed_in
from portal.opinions.signals import opinion_published
from portal.opinions.states import (
    EventKind,
    HoldReason,
    OpinionState,
    ParticipantGroup,
    Visibility,
    public_state,
)
from portal.taxonomy.models import Topic, Unit

CONTACT_PURPOSE = "contact"


@dataclass(frozen=True)
class Keys:
    """The secrets that handing in needs: for keyed hashes, and for sealing the contact."""

    lookup: str
    contact: str


@dataclass(frozen=True)
class Draft:
    """What an author hands in, already cleaned; `form_key` is the random key of the form it was typed into.

    `masks` are the words that the author wants hidden, besides the personal data that is masked without being asked.
    """

    title: str
    body: str
    form_key: str
    unit: Unit | None = None
    topic: Topic | None = None
    visibility: Visibility = Visibility.PUBLIC
    about_unit: bool = False
    group: ParticipantGroup | None = None
    contact: str = ""
    mail: str = ""
    place: str = ""
    masks: tuple[str, ...] = ()

    @property
    def private(self) -> bool:
        """Whether it never becomes public: the author's wish, or because it is about the unit that deals with it."""
        return self.about_unit or self.visibility is Visibility.PRIVATE


# What an author chooses beside the words.
_CHOSEN = ("visibility", "complained_unit_id", "proposed_unit_id", "proposed_topic_id", "place")


@dataclass(frozen=True)
class Receipt:
    """What the author gets: the opinion in its case, and the query code that finds it again.

    Of an opinion that was handed in before, `changed` says that something else was chosen this time, and not taken over.
    """

    opinion_id: int
    case_id: int
    code: str
    new: bool
    changed: bool = False

    @property
    def opinion(self) -> Opinion:
        """The opinion itself; the author's own page needs none of it."""
        return db.session.get_one(Opinion, self.opinion_id)


def submit(
    draft: Draft, board: Board | BoardHead, actor: Actor, keys: Keys, *, busy: bool = False
) -> Receipt:
    """Take an opinion in.

    The same form with the same words, sent again, is the same opinion with the same code, as it was first handed in. Raises `Closed` where the
    board does not take opinions now, `NotAllowed` where it wants an account. `busy`: so many come in on the board that
    this one waits for a moderator.
    """
    # The form's key is not stored, so neither the database nor the database with LOOKUP_KEY gives the code away.
    form = f"{draft.form_key}\x00{draft.title}\x00{draft.body}"
    form_hash, code = keyed_hash(keys.lookup, "form", form), code_from_key(keys.lookup, form)
    # Read before the first query, from which on nobody else may write on SQLite.
    masks = author_masks(written_words(draft.title, draft.body, draft.place), draft.masks)
    case = _case(draft, board, actor, keys, form_hash, code)
    try:
        mode = require_open(board, case["submitted_at"]).mode
        if not may_post(board, actor):
            raise NotAllowed(_("这个板块需要登录后才能提交。"))
    except PortalError:
        # Sent again after the board was closed: it had been taken in.
        earlier = _by_form(case, code)
        if earlier is None:
            raise
        return earlier
    held_for = _hold_reason(case, board, mode, busy)
    # Published at once, with personal data masked; the queue still shows it to a moderator.
    at_once = board.moderation == ModerationMode.AFTER and held_for is None and not draft.private
    opinion = _opinion(draft, case, board, actor, keys) | {"held_for": held_for}
    ids = insert_linked(_rows(case, opinion | (_published(opinion) if at_once else {}), draft, masks, actor))
    if ids is None:
        earlier = _by_form(case, code)
        assert earlier is not None
        return earlier
    case_id, opinion_id, *_others = ids
    if at_once:
        published = db.session.get_one(Opinion, opinion_id)
        add_event(published, EventKind.PUBLISHED)
        opinion_published.send(published)
    return Receipt(opinion_id, case_id, code, new=True)


def receipt_hash(lookup_key: str, code: str) -> str:
    """What is stored of a query code, given as its 12 characters."""
    return keyed_hash(lookup_key, "receipt", code)


def _by_form(case: dict[str, Any], code: str) -> Receipt | None:
    found = select(Opinion.id, Case).join(Case).where(Case.form_key_hash == case["form_key_hash"])
    row = db.session.execute(found).first()
    if row is None:
        return None
    opinion_id, kept = row
    changed = any(getattr(kept, name) != case[name] for name in _CHOSEN)
    late_contact = case["contact_sealed"] is not None and kept.contact_sealed is None
    return Receipt(opinion_id, kept.id, code, new=False, changed=changed or late_contact)


def _opinion(
    draft: Draft, case: dict[str, Any], board: Board | BoardHead, actor: Actor, keys: Keys
) -> dict[str, Any]:
    complained = case["complained_unit_id"]
    return {
        "public_id": public_id(),
        "board_id": board.id,
        "campaign_id": board.campaign_id,
        "unit_id": None if complained else case["proposed_unit_id"],
        "topic_id": case["proposed_topic_id"],
        "complained_unit_id": complained,
        "visibility": case["visibility"],
        "author_key": _author_key(actor, draft.contact, keys.lookup),
        "submitted_at": case["submitted_at"],
    }


def _published(opinion: dict[str, Any]) -> dict[str, Any]:
    moment = opinion["submitted_at"]
    return {
        "state": OpinionState.PUBLISHED,
        "public_state": public_state(OpinionState.PUBLISHED, opinion["unit_id"] is not None, answered=False),
        "published_at": moment,
        "decided_at": moment,
    }


def _rows(
    case: dict[str, Any], opinion: dict[str, Any], draft: Draft, masks: Sequence[Found], actor: Actor
) -> list[TableRow]:
    """The case, the opinion with its published text, the first entry of its timeline, what the log says, its masks."""
    text = text_columns(*masked_text(masks, draft.title, draft.body, draft.place))
    here: dict[str, Any] = {"opinion_id": IdOf(1), "at": opinion["submitted_at"]}
    rows: list[TableRow] = [
        (Case, case),
        (Opinion, opinion | text | {"case_id": IdOf(0)}),
        (OpinionEvent, here | {"kind": EventKind.SUBMITTED, "details": {}}),
        event_row(actor, "opinion_submitted", "opinion", IdOf(1), board=opinion["board_id"]),
    ]
    if masks:
        reason = "author" if draft.masks else "automatic"
        layer = {"ranges": mask_ranges(masks), "actor_id": actor.user_id, "reason": reason}
        rows.append((TextLayer, here | layer))
    return rows


def _case(
    draft: Draft, board: Board | BoardHead, actor: Actor, keys: Keys, form_hash: str, code: str
) -> dict[str, Any]:
    moment = now()
    return {
        "board_id": board.id,
        "channel": Channel.ONLINE,
        "title": draft.title,
        "body": draft.body,
        "place": draft.place,
        "submitted_at": moment,
        "visibility": Visibility.PRIVATE if draft.private else Visibility.PUBLIC,
        "complained_unit_id": draft.unit.id if draft.about_unit and draft.unit else None,
        "proposed_unit_id": draft.unit.id if draft.unit else None,
        "proposed_topic_id": draft.topic.id if draft.topic else None,
        "participant_group": draft.group,
        "author_id": actor.user_id,
        "contact_sealed": encrypt(keys.contact, CONTACT_PURPOSE, draft.contact) if draft.contact else None,
        "consent_at": moment,
        "receipt_hash": receipt_hash(keys.lookup, code.replace("-", "")),
        "form_key_hash": form_hash,
        "text_key": text_key(keys.lookup, f"{draft.title}\n{draft.body}"),
        "sketch": sketch(draft.body) if board.moderation == ModerationMode.AFTER else None,
    }


def _hold_reason(
    case: dict[str, Any], board: Board | BoardHead, mode: IntakeMode, busy: bool
) -> HoldReason | None:
    times = times_handed_in(case["text_key"], case["submitted_at"]) if case["text_key"] else 0
    if times < REPEATS and case["sketch"]:
        times = times_reworded(case, case["submitted_at"] - REPEAT_SPAN)
    return hold_reason(case["title"], case["body"], board, mode, repeated=times >= REPEATS, busy=busy)


def _author_key(actor: Actor, contact: str, lookup_key: str) -> str | None:
    """Whose the opinion is for counting distinct authors: the account's, else the contact's; None when unsigned."""
    if actor.user_id is not None:
        return f"u:{actor.user_id}"
    return contact_key(contact, lookup_key)


def contact_key(contact: str, lookup_key: str) -> str | None:
    """Whose an opinion with that contact is, for counting distinct authors; None without a contact."""
    kept = "".join(char for char in contact.casefold() if char.isalnum())
    return "c:" + keyed_hash(lookup_key, "author", kept) if kept else None
