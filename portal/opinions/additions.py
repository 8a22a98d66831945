"""What authors add later (补充): kept as dated entries of their own, masked like opinions, shown when released."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from portal.analysis.personal_data import Found, find_personal_data, mask
from portal.core.clock import now
from portal.core.db import db
from portal.core.text import paragraphs
from portal.opinions.models import Addition, Opinion
from portal.opinions.operations import CERTAIN
from portal.opinions.receipt_states import AdditionKind, AdditionState

ADDITION_LENGTH = 3000
# However often somebody presses: one opinion takes so many.
MOST_ADDITIONS = 30


def addition_of_form(form_hash: str) -> Addition | None:
    """What that very form brought before."""
    return db.session.scalar(select(Addition).where(Addition.form_key_hash == form_hash))


def keep_addition(opinion: Opinion, kind: AdditionKind, words: str, form_hash: str) -> Addition:
    """Store an author's words beside the opinion. The reasons of an appeal are for moderators and need no release."""
    moment = now()
    kept = kind is AdditionKind.APPEAL
    addition = Addition(
        opinion=opinion,
        kind=kind,
        at=moment,
        words=words,
        body=words,
        body_html="",
        state=AdditionState.KEPT if kept else AdditionState.WAITING,
        decided_at=moment if kept else None,
        form_key_hash=form_hash,
    )
    mask_addition(addition, found_in(words))
    opinion.addition_count += 1
    db.session.add(addition)
    db.session.flush()
    return addition


def found_in(words: str) -> list[Found]:
    """The places of personal data in `words` that are masked without being asked."""
    return [place for place in find_personal_data(words) if place.confidence >= CERTAIN]


def mask_addition(addition: Addition, found: Sequence[Found]) -> None:
    """Make what others read anew from the author's words, with the places in `found` masked."""
    addition.body = mask(addition.words, sorted(found, key=lambda place: (place.start, place.end)))
    addition.body_html = paragraphs(addition.body)


def additions_of(opinion_id: int, states: Iterable[AdditionState] | None = None) -> list[Addition]:
    """The additions to an opinion, oldest first: all of them, or those in `states`."""
    query = select(Addition).where(Addition.opinion_id == opinion_id).order_by(Addition.id)
    if states is not None:
        query = query.where(Addition.state.in_(list(states)))
    return list(db.session.scalars(query))
