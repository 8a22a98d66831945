"""Opinions of an account: handed in while signed in, or claimed later by their query code."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal.audit.operations import record
from portal.core.db import db
from portal.core.pagination import Page, keyset_page
from portal.core.rights import Actor
from portal.opinions.models import Case, Opinion, OpinionEvent
from portal.opinions.queries import opinion_of_code


def own_opinions_page(user_id: int, cursor: str | None) -> Page:
    """A page of the account's opinions, the newest first, with what a list shows of each; the title as typed."""
    query = (
        select(Opinion.id, Opinion.public_id, Opinion.public_state, Opinion.submitted_at, Case.title)
        .join(Case, Case.id == Opinion.case_id)
        .where(Case.author_id == user_id)
    )
    return keyset_page(db.session(), query, (Opinion.id,), cursor=cursor)


def own_opinion(user_id: int, public_id: str) -> Opinion | None:
    """The opinion of that public id, if the account is its author's."""
    query = select(Opinion).join(Case).where(Opinion.public_id == public_id, Case.author_id == user_id)
    return db.session.scalar(query)


def own_events(user_id: int, numbers: Iterable[int]) -> dict[int, OpinionEvent]:
    """Those entries of timelines that belong to opinions of the account, by number, opinion and unit at hand."""
    query = (
        select(OpinionEvent)
        .join(Opinion, Opinion.id == OpinionEvent.opinion_id)
        .join(Case, Case.id == Opinion.case_id)
        .where(OpinionEvent.id.in_(list(numbers)), Case.author_id == user_id)
        .options(joinedload(OpinionEvent.opinion).joinedload(Opinion.case))
    )
    return {event.id: event for event in db.session.scalars(query)}


def claim(lookup_key: str, code: str, actor: Actor) -> Opinion | None:
    """Make the actor's account the author of the opinion with that query code.

    None where no opinion has the code, or another account is its author already. Claimed twice it is claimed once.
    """
    opinion = opinion_of_code(lookup_key, code)
    if opinion is None or opinion.case.author_id not in (None, actor.user_id):
        return None
    # Of two accounts that claim at once, the database lets one be the author.
    free = (
        update(Case)
        .where(Case.id == opinion.case_id, Case.author_id.is_(None))
        .values(author_id=actor.user_id)
    )
    if db.session.scalar(free.returning(Case.id)) is not None:
        # From now on counted as the account's: several of one person's are one author (requirement B12).
        opinion.author_key = f"u:{actor.user_id}"
        record(actor, "opinion_claimed", "opinion", opinion.id)
    db.session.flush()
    db.session.refresh(opinion.case)
    return opinion if opinion.case.author_id == actor.user_id else None
