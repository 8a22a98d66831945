"""Entries of an opinion's timeline and the news of each."""

from flask import Flask

from portal.core.db import db
from portal.opinions.models import OpinionEvent
from portal.opinions.operations import mark_answered
from portal.opinions.signals import timeline_grew
from portal.opinions.states import EventKind, OpinionState, PublicState
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit


def test_every_entry_but_the_first_is_news_once_it_is_stored(app: Flask) -> None:
    heard: list[tuple[str, int, str]] = []

    def hear(event: OpinionEvent) -> None:
        heard.append((event.kind, event.id, event.opinion.public_state))

    unit = make_unit("市/交通局")
    with timeline_grew.connected_to(hear):
        opinion = make_opinion(state=OpinionState.ACCEPTED, unit=unit)
        mark_answered(opinion, unit)
    db.session.commit()
    stored = db.session.execute(
        db.select(OpinionEvent.kind, OpinionEvent.id)
        .where(OpinionEvent.opinion_id == opinion.id)
        .order_by(OpinionEvent.id)
    ).all()
    # Handing in is the first entry, and news to nobody: its author has the receipt before the eyes.
    assert [(kind, number) for kind, number, _state in heard] == [tuple(row) for row in stored[1:]]
    assert stored[0].kind == EventKind.SUBMITTED
    # The listener sees the opinion as it stands after the entry.
    assert [state for kind, _number, state in heard if kind == EventKind.ASSIGNED] == [PublicState.IN_HAND]
    assert [state for kind, _number, state in heard if kind == EventKind.ANSWERED] == [PublicState.ANSWERED]
