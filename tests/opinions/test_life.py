"""The life of an opinion after it was handed in: random walks over everything that can be done to it."""

import secrets
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed
from portal.core.rights import Actor, Role
from portal.core.workdays import add_working_days
from portal.moderation.operations import Choice, decide
from portal.moderation.reasons import RejectionReason
from portal.opinions.models import AnswerRating, Opinion
from portal.opinions.operations import mark_answered
from portal.opinions.queries import ledger
from portal.opinions.receipt_states import Rating
from portal.opinions.receipts import add_information, appeal, rate, withdraw
from portal.opinions.states import COUNTED, QUEUED, UNDECIDED, OpinionAction, OpinionState, public_state
from tests.factories.accounts import actor_with
from tests.factories.opinions import keys, make_receipt
from tests.factories.taxonomy import make_unit

FIRST, SECOND = actor_with(Role.MODERATOR, user_id=1), actor_with(Role.MODERATOR, user_id=2)
DUE = date(2026, 12, 1)
Step = Callable[[Opinion], object]


def moderator(action: OpinionAction, actor: Actor) -> Step:
    reason = RejectionReason.UNCLEAR if action is OpinionAction.REJECT else None

    def step(opinion: Opinion) -> object:
        unit = make_unit("市/交通局") if action is not OpinionAction.REJECT else None
        return decide(
            opinion,
            Choice(action, opinion.version, unit=unit, reason=reason, note="在哪里？", due_on=DUE),
            actor,
        )

    return step


def officer(opinion: Opinion) -> object:
    if opinion.state not in COUNTED or opinion.unit is None:
        raise IllegalMove
    return mark_answered(opinion, opinion.unit)


STEPS: dict[str, Step] = {
    **{
        f"{action} by {actor.user_id}": moderator(action, actor)
        for action in (OpinionAction.PUBLISH, OpinionAction.ACCEPT, OpinionAction.REJECT, OpinionAction.HOLD)
        for actor in (FIRST, SECOND)
    },
    "add": lambda opinion: add_information(opinion, "在路口东侧", secrets.token_hex(8), Actor(), keys()),
    "appeal": lambda opinion: appeal(opinion, "请再看看", secrets.token_hex(8), Actor(), keys()),
    "withdraw": lambda opinion: withdraw(opinion, Actor()),
    "answer": officer,
    **{
        rating.value: lambda opinion, rating=rating: rate(  # type: ignore[misc]
            opinion, rating, "", secrets.token_hex(8), Actor(), keys(), DUE
        )
        for rating in Rating
    },
}
# Withdrawing ends a walk, so it comes last if at all.
ONWARD = [name for name in STEPS if name != "withdraw"]
WALKS = st.builds(
    lambda walk, end: walk + end,
    st.lists(st.sampled_from(ONWARD), min_size=1, max_size=14),
    st.sampled_from([[], ["withdraw", "add", "appeal"]]),
)


def require_sound(opinion: Opinion) -> None:
    """What holds whatever was done; that the constraints of the table hold, the flush has shown."""
    state = OpinionState(opinion.state)
    assert opinion.public_state == public_state(
        state, opinion.unit_id is not None, opinion.answered_at is not None
    )
    assert opinion.needs_review == (state in QUEUED)
    numbers = ledger(Opinion.id == opinion.id)
    assert numbers.pop("received") == 1 == sum(numbers.values())
    assert numbers["counted"] == (state in COUNTED)
    assert numbers["waiting"] == (state in UNDECIDED)
    kinds = [event.kind for event in opinion.events]
    assert kinds.count("appealed") <= 1 and kinds.count("reopened") <= 1 and kinds.count("rated") <= 2
    rounds = db.session.scalars(
        db.select(AnswerRating.round).where(AnswerRating.opinion_id == opinion.id)
    ).all()
    assert len(rounds) == kinds.count("rated")
    assert (opinion.reopened_at is not None) == ("reopened" in kinds)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=WALKS)
def test_no_walk_leaves_the_table(app: Flask, walk: list[str]) -> None:
    opinion = make_receipt().opinion
    for name in walk:
        before = opinion.state
        try:
            STEPS[name](opinion)
            db.session.commit()
        except (IllegalMove, NotAllowed, ChangedMeanwhile):
            db.session.rollback()
            assert opinion.state == before
        require_sound(opinion)
    db.session.rollback()


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 5, date(2026, 11, 27)),
        (date(2026, 11, 23), 15, date(2026, 12, 14)),
    ],
)
def test_working_days_leave_weekends_out(day: date, count: int, due: date) -> None:
    assert add_working_days(day, count) == due
