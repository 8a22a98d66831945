"""What a decision does, and who may take it."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.analysis.personal_data import Found
from portal.audit.models import AuditEvent
from portal.core.clock import fixed
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed, NotThere
from portal.core.rights import Actor, Grant, Role
from portal.moderation.models import Decision
from portal.moderation.operations import Choice, decide, read_contact
from portal.moderation.reasons import ContactReason, RejectionReason
from portal.opinions.models import Opinion
from portal.opinions.states import MOVES, EventKind, OpinionAction, OpinionState, Visibility
from tests.conftest import SECRETS
from tests.factories.accounts import actor_with, make_user
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.moderation.moments import DAY_1, DAY_2

MODERATOR = actor_with(Role.MODERATOR)
DECISIONS = (OpinionAction.PUBLISH, OpinionAction.ACCEPT, OpinionAction.REJECT, OpinionAction.HOLD)


def choice(opinion: Opinion, action: OpinionAction = OpinionAction.PUBLISH, **values: object) -> Choice:
    reason = RejectionReason.UNCLEAR if action is OpinionAction.REJECT else None
    note = "在哪个路口？" if action is OpinionAction.HOLD else ""
    given = {"action": action, "version": opinion.version, "reason": reason, "note": note, **values}
    return Choice(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", OpinionAction)
@pytest.mark.parametrize("state", OpinionState)
def test_only_the_moves_of_the_table_are_made(app: Flask, state: OpinionState, action: OpinionAction) -> None:
    opinion = make_opinion(state=state)
    legal = MOVES.get((state, action))
    if legal is None or action not in DECISIONS:
        with pytest.raises(IllegalMove):
            decide(opinion, choice(opinion, action), MODERATOR)
        db.session.rollback()
        assert opinion.state == state
        assert db.session.scalars(select(Decision)).all() == []
        return
    decision = decide(opinion, choice(opinion, action), MODERATOR)
    db.session.commit()
    assert (decision.from_state, opinion.state) == (state, legal.to)
    assert not opinion.needs_review
    assert opinion.question == ("在哪个路口？" if legal.to is OpinionState.HELD else None)
    assert (opinion.published_at is not None) == (legal.to is OpinionState.PUBLISHED)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MODERATOR])
def test_no_other_role_decides(app: Flask, role: Role) -> None:
    opinion = make_opinion()
    with pytest.raises(NotAllowed):
        decide(opinion, choice(opinion), actor_with(Grant(role, "市直单位/城管局")))


def test_proposal_and_decision_are_both_kept(app: Flask) -> None:
    proposed, decided = make_unit("市直单位/住建局"), make_unit("市直单位/城管局")
    topic = make_topic("市容环卫/垃圾清运")
    opinion = make_opinion(unit=proposed)
    with fixed(DAY_2):
        decide(opinion, choice(opinion, unit=decided, topic=topic, note="谢谢您"), MODERATOR)
    db.session.commit()
    decision = db.session.scalars(select(Decision)).one()
    assert opinion.case.proposed_unit_id == proposed.id
    assert (decision.unit_id, decision.topic_id, decision.note) == (decided.id, topic.id, "谢谢您")
    assert (opinion.unit_id, opinion.topic_id, opinion.decided_at) == (decided.id, topic.id, DAY_2)
    assert [event.kind for event in opinion.events] == ["submitted", "published", "assigned"]
    assert opinion.events[1].details == {"note": "谢谢您"}


def test_a_rejection_tells_the_author_why(app: Flask) -> None:
    opinion = make_opinion(unit=make_unit())
    rejected = choice(
        opinion, OpinionAction.REJECT, note="请写明是哪个路口", unit=make_unit("市直单位/交通局")
    )
    decide(opinion, rejected, MODERATOR)
    db.session.commit()
    assert opinion.events[-1].kind == EventKind.REJECTED
    assert opinion.events[-1].details == {"reason": "unclear", "note": "请写明是哪个路口"}
    assert EventKind.ASSIGNED not in [event.kind for event in opinion.events]


def test_a_unit_taken_off_stands_in_the_timeline(app: Flask) -> None:
    unit = make_unit("市直单位/交通局")
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=unit)
    decide(opinion, choice(opinion, OpinionAction.PUBLISH, unit=None), MODERATOR)
    last = opinion.events[-1]
    assert (last.kind, last.unit) == (EventKind.UNASSIGNED, unit) and opinion.due_on is None
    decide(opinion, choice(opinion, OpinionAction.PUBLISH, unit=None), MODERATOR)
    assert opinion.events[-1] is last
    decide(opinion, choice(opinion, OpinionAction.PUBLISH, unit=unit), MODERATOR)
    assert opinion.events[-1].kind == EventKind.ASSIGNED


def test_what_was_proposed_and_never_assigned_is_not_taken_off(app: Flask) -> None:
    opinion = make_opinion(unit=make_unit("市直单位/交通局"))
    decide(opinion, choice(opinion, OpinionAction.PUBLISH, unit=None), MODERATOR)
    assert EventKind.UNASSIGNED not in [event.kind for event in opinion.events]


def test_masks_make_the_published_layer_and_leave_the_original(app: Flask) -> None:
    body = "我的电话是13812345678，请回电。王小明敬上"
    opinion = make_opinion(body=body)
    start = len(opinion.case.title) + 1
    name = Found("by_hand", start + body.index("王小明"), start + body.index("敬上"), 1.0)
    decide(opinion, choice(opinion, masks=(name,)), MODERATOR)
    db.session.commit()
    assert opinion.body == "我的电话是13812345678，请回电。***敬上"
    assert opinion.case.body == body
    assert [layer.reason for layer in opinion.layers] == ["automatic", "moderation"]
    assert opinion.layers[-1].actor_id == MODERATOR.user_id


def test_a_correction_keeps_the_clock_of_the_unit_and_tells_the_timeline_nothing(app: Flask) -> None:
    unit = make_unit()
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=unit, submitted_at=DAY_1)
    with fixed(DAY_2):
        decide(opinion, choice(opinion, unit=unit), MODERATOR)
    db.session.commit()
    assert opinion.decided_at == DAY_1
    assert [event.kind for event in opinion.events] == ["submitted", "published", "assigned"]


def test_a_second_decision_is_told_of_the_first(app: Flask) -> None:
    first = make_user("zhangsan", Role.MODERATOR)
    opinion = make_opinion()
    version = opinion.version
    decide(opinion, choice(opinion, OpinionAction.ACCEPT), first.actor())
    db.session.commit()
    with pytest.raises(ChangedMeanwhile) as told:
        decide(opinion, choice(opinion, OpinionAction.REJECT, version=version), MODERATOR)
    assert "zhangsan" in told.value.message and "受理不公开" in told.value.message


def test_a_decision_after_withdrawal_is_told_so(app: Flask) -> None:
    opinion = make_opinion(state=OpinionState.WITHDRAWN)
    with pytest.raises(ChangedMeanwhile, match="撤回"):
        decide(opinion, choice(opinion, version=1), MODERATOR)


def test_a_private_opinion_is_never_published(app: Flask) -> None:
    opinion = make_opinion(visibility=Visibility.PRIVATE)
    with pytest.raises(IllegalMove, match="不公开"):
        decide(opinion, choice(opinion, OpinionAction.PUBLISH), MODERATOR)


@pytest.mark.parametrize("path", ["市直单位/住建局", "市直单位/住建局/物业科"])
def test_a_unit_complained_of_and_those_below_get_nothing(app: Flask, path: str) -> None:
    opinion = make_opinion(complained=make_unit("市直单位/住建局"))
    with pytest.raises(NotAllowed, match="反映的就是"):
        decide(opinion, choice(opinion, OpinionAction.ACCEPT, unit=make_unit(path)), MODERATOR)


def test_the_unit_above_the_one_complained_of_may_deal_with_it(app: Flask) -> None:
    opinion = make_opinion(complained=make_unit("市直单位/住建局"))
    above = make_unit("市直单位")
    decide(opinion, choice(opinion, OpinionAction.ACCEPT, unit=above), MODERATOR)
    assert opinion.unit_id == above.id


@pytest.mark.parametrize("own", ["市直单位/住建局", "市直单位", "市直单位/住建局/物业科"])
@pytest.mark.parametrize("link", ["unit", "complained"])
def test_nobody_decides_about_their_own_unit(app: Flask, own: str, link: str) -> None:
    opinion = make_opinion(**{link: make_unit("市直单位/住建局")})  # type: ignore[arg-type]
    insider = actor_with(Role.MODERATOR, Grant(Role.OFFICER, own))
    with pytest.raises(NotAllowed):
        decide(opinion, choice(opinion, OpinionAction.ACCEPT), insider)


def test_a_moderator_of_one_district_decides_only_there(app: Flask) -> None:
    local = actor_with(Grant(Role.MODERATOR, "崆峒区"))
    inside, outside = make_opinion(unit=make_unit("崆峒区/教育局")), make_opinion(unit=make_unit("泾川县"))
    decide(inside, choice(inside), local)
    for foreign in (outside, make_opinion()):
        with pytest.raises(NotAllowed):
            decide(foreign, choice(foreign), local)


def test_a_decision_is_in_the_audit_log_without_words(app: Flask) -> None:
    opinion = make_opinion()
    decide(opinion, choice(opinion, OpinionAction.REJECT, note="说明文字"), MODERATOR)
    db.session.commit()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "opinion_decided")).one()
    assert (event.actor_id, event.target_id) == (MODERATOR.user_id, str(opinion.id))
    assert event.details["choice"] == "reject" and "说明文字" not in str(event.details)


def test_reading_a_contact_is_logged_with_its_reason(app: Flask) -> None:
    opinion = make_opinion(contact="13912345678")
    assert read_contact(opinion, ContactReason.VERIFY, SECRETS["CONTACT_KEY"], MODERATOR) == "13912345678"
    db.session.commit()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contact_read")).one()
    assert event.details == {"reason": "verify"}


def test_a_contact_stays_shut_where_there_is_no_right_no_key_and_none(app: Flask) -> None:
    opinion = make_opinion(contact="13912345678", unit=make_unit())
    key = SECRETS["CONTACT_KEY"]
    for stranger in (
        Actor(),
        actor_with(Role.COORDINATOR),
        actor_with(Grant(Role.OFFICER, "市直单位/住建局")),
    ):
        with pytest.raises(NotAllowed):
            read_contact(opinion, ContactReason.VERIFY, key, stranger)
    with pytest.raises(IllegalMove):
        read_contact(opinion, ContactReason.VERIFY, "x" * 32, MODERATOR)
    with pytest.raises(NotThere):
        read_contact(make_opinion(), ContactReason.VERIFY, key, MODERATOR)


def test_without_a_unit_nobody_is_to_answer_by_any_day(app: Flask) -> None:
    opinion, unit = make_opinion(), make_unit("市直单位/住建局")
    decide(opinion, choice(opinion, unit=unit, due_on=DAY_2.date()), MODERATOR)
    assert opinion.due_on == DAY_2.date()
    decide(opinion, choice(opinion), MODERATOR)
    assert (opinion.unit_id, opinion.due_on, opinion.public_state) == (None, None, "accepted")


def test_whom_an_answered_opinion_is_handed_on_to_is_to_answer_as_well(app: Flask) -> None:
    opinion, first = make_opinion(), make_unit("市直单位/住建局")
    decide(opinion, choice(opinion, unit=first), MODERATOR)
    make_reply(opinion)
    decide(opinion, choice(opinion, unit=first, due_on=DAY_2.date()), MODERATOR)
    assert opinion.answered_at is not None and opinion.due_on is None
    decide(opinion, choice(opinion, unit=make_unit("市直单位/城管局"), due_on=DAY_2.date()), MODERATOR)
    assert opinion.answered_at is None and opinion.due_on == DAY_2.date()
    assert opinion.public_state == "in_hand"
