"""Handing an opinion in: one case, one opinion in it, a query code for its author."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.audit.operations import record
from portal.campaigns.intake import intake_now
from portal.campaigns.models import Board
from portal.campaigns.operations import may_post, require_open
from portal.campaigns.states import ModerationMode
from portal.core.clock import now
from portal.core.crypto import code_from_key, encrypt, keyed_hash
from portal.core.db import db
from portal.core.errors import NotAllowed
from portal.core.ids import public_id
from portal.core.rights import Actor
from portal.opinions.masks import author_masks
from portal.opinions.models import Case, Opinion
from portal.opinions.operations import add_event, refresh_public_state, set_masks, write_text
from portal.opinions.screening import REPEATS, hold_reason, text_key, times_handed_in
from portal.opinions.signals import opinion_published, opinion_submitted
from portal.opinions.states import EventKind, HoldReason, OpinionState, ParticipantGroup, Visibility
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


@dataclass(frozen=True)
class Receipt:
    """What the author gets: the opinion and the query code that finds it again."""

    opinion: Opinion
    code: str
    new: bool


def submit(draft: Draft, board: Board, actor: Actor, keys: Keys, *, busy: bool = False) -> Receipt:
    """Take an opinion in.

    The same form with the same words, sent again, is the same opinion with the same code. Raises `Closed` where the
    board does not take opinions now, `NotAllowed` where it wants an account. `busy`: so many come in on the board that
    this one waits for a moderator.
    """
    # The form's key is not stored, so neither the database nor the database with LOOKUP_KEY gives the code away.
    form = f"{draft.form_key}\x00{draft.title}\x00{draft.body}"
    form_hash, code = keyed_hash(keys.lookup, "form", form), code_from_key(keys.lookup, form)
    earlier = _by_form(form_hash)
    if earlier is not None:
        return Receipt(earlier, code, new=False)
    require_open(board, now())
    if not may_post(board, actor):
        raise NotAllowed(_("这个板块需要登录后才能提交。"))
    try:
        with db.session.begin_nested():
            opinion = _take_in(draft, board, actor, keys, form_hash, code, busy)
    except IntegrityError:
        earlier = _by_form(form_hash)
        if earlier is None:
            raise
        return Receipt(earlier, code, new=False)
    opinion_submitted.send(opinion)
    if opinion.state == OpinionState.PUBLISHED:
        opinion_published.send(opinion)
    return Receipt(opinion, code, new=True)


def receipt_hash(lookup_key: str, code: str) -> str:
    """What is stored of a query code, given as its 12 characters."""
    return keyed_hash(lookup_key, "receipt", code)


def _by_form(form_hash: str) -> Opinion | None:
    found = select(Opinion).join(Case).where(Case.form_key_hash == form_hash)
    return db.session.scalar(found)


def _take_in(
    draft: Draft, board: Board, actor: Actor, keys: Keys, form_hash: str, code: str, busy: bool
) -> Opinion:
    case = _case(draft, board, actor, keys, form_hash, code)
    opinion = Opinion(
        public_id=public_id(),
        case=case,
        board_id=board.id,
        campaign_id=board.campaign_id,
        unit_id=None if case.complained_unit_id else case.proposed_unit_id,
        topic_id=case.proposed_topic_id,
        complained_unit_id=case.complained_unit_id,
        visibility=case.visibility,
        held_for=_hold_reason(case, board, busy),
        author_key=_author_key(actor, draft.contact, keys.lookup),
        submitted_at=case.submitted_at,
    )
    _open_text(opinion, draft, actor)
    db.session.add(opinion)
    add_event(opinion, EventKind.SUBMITTED)
    at_once = board.moderation == ModerationMode.AFTER and opinion.held_for is None
    if at_once and case.visibility == Visibility.PUBLIC:
        # Published at once, with personal data masked; the queue still shows it to a moderator.
        opinion.state = OpinionState.PUBLISHED
        opinion.published_at = opinion.decided_at = case.submitted_at
        refresh_public_state(opinion)
        add_event(opinion, EventKind.PUBLISHED)
    record(actor, "opinion_submitted", "opinion", opinion.id, board=board.id)
    return opinion


def _case(draft: Draft, board: Board, actor: Actor, keys: Keys, form_hash: str, code: str) -> Case:
    moment = now()
    return Case(
        board_id=board.id,
        title=draft.title,
        body=draft.body,
        place=draft.place,
        submitted_at=moment,
        visibility=Visibility.PRIVATE if draft.private else Visibility.PUBLIC,
        complained_unit_id=draft.unit.id if draft.about_unit and draft.unit else None,
        proposed_unit_id=draft.unit.id if draft.unit else None,
        proposed_topic_id=draft.topic.id if draft.topic else None,
        participant_group=draft.group,
        author_id=actor.user_id,
        contact_sealed=encrypt(keys.contact, CONTACT_PURPOSE, draft.contact) if draft.contact else None,
        consent_at=moment,
        receipt_hash=receipt_hash(keys.lookup, code.replace("-", "")),
        form_key_hash=form_hash,
        text_key=text_key(keys.lookup, f"{draft.title}\n{draft.body}"),
    )


def _hold_reason(case: Case, board: Board, busy: bool) -> HoldReason | None:
    times = times_handed_in(case.text_key, case.submitted_at) if case.text_key else 0
    mode = intake_now(case.submitted_at).mode
    return hold_reason(case.title, case.body, board, mode, repeated=times >= REPEATS, busy=busy)


def _open_text(opinion: Opinion, draft: Draft, actor: Actor) -> None:
    found = author_masks(opinion.case.words, draft.masks)
    if found:
        set_masks(opinion, found, actor, "author" if draft.masks else "automatic")
    else:
        write_text(opinion, draft.title, draft.body, draft.place)


def _author_key(actor: Actor, contact: str, lookup_key: str) -> str | None:
    """Whose the opinion is for counting distinct authors: the account's, else the contact's; None when unsigned."""
    if actor.user_id is not None:
        return f"u:{actor.user_id}"
    return contact_key(contact, lookup_key)


def contact_key(contact: str, lookup_key: str) -> str | None:
    """Whose an opinion with that contact is, for counting distinct authors; None without a contact."""
    kept = "".join(char for char in contact.casefold() if char.isalnum())
    return "c:" + keyed_hash(lookup_key, "author", kept) if kept else None
