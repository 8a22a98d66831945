"""Writing a reply and publishing it: what happens, and who may."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.casework.models import Reply
from portal.casework.operations import NO_DRAFT, publish_reply, save_draft
from portal.casework.queries import draft_of, published_replies, times_used
from portal.casework.signals import reply_published
from portal.casework.states import ReplyState
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed
from portal.core.rights import Actor, Grant, Role
from portal.opinions.operations import assign
from portal.opinions.states import COUNTED, OpinionState, PublicState
from portal.taxonomy.models import Unit
from tests.casework.conftest import CITY, HOUSING
from tests.factories.accounts import actor_with, make_user
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit

OFFICER = actor_with(Grant(Role.OFFICER, HOUSING))
WORDS = "已安排检修，三月底前完成。"


@pytest.fixture
def news() -> Iterator[list[Any]]:
    """The replies that were announced."""
    heard: list[Any] = []

    def listen(reply: Any) -> None:
        heard.append(reply)

    with reply_published.connected_to(listen):
        yield heard


def test_a_draft_is_kept_and_nobody_reads_it(app: Flask, housing: Unit, news: list[Any]) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=housing)
    draft = save_draft(opinion, WORDS, NO_DRAFT, OFFICER)
    db.session.commit()
    assert (draft.state, draft.author_id, draft.body) == (ReplyState.DRAFT, OFFICER.user_id, WORDS)
    assert published_replies(opinion.id) == [] and news == []
    assert opinion.public_state == PublicState.IN_HAND


@pytest.mark.parametrize("role", [Role.OFFICER, Role.EDITOR])
def test_a_published_reply_answers_the_opinion(
    app: Flask, housing: Unit, news: list[Any], role: Role
) -> None:
    actor = actor_with(Grant(role, housing.path))
    opinion = make_opinion(state=OpinionState.ACCEPTED, unit=housing)
    reply = save_draft(opinion, WORDS, NO_DRAFT, actor)
    publish_reply(reply, actor)
    db.session.commit()
    assert (opinion.public_state, opinion.answered_at) == (PublicState.ANSWERED, reply.published_at)
    (shown,) = published_replies(opinion.id)
    assert (shown.unit_name, shown.body_html) == ("住建局", f"<p>{WORDS}</p>")
    assert (opinion.events[-1].kind, opinion.events[-1].unit_id) == ("answered", housing.id)
    assert news == [reply]
    of_replies = select(AuditEvent.action).where(AuditEvent.target_kind == "reply").order_by(AuditEvent.id)
    actions = db.session.scalars(of_replies).all()
    assert actions == ["reply_draft_saved", "reply_published"]


def test_a_published_reply_is_not_published_again(app: Flask, housing: Unit) -> None:
    reply = make_reply(make_opinion(state=OpinionState.PUBLISHED, unit=housing))
    with pytest.raises(IllegalMove):
        publish_reply(reply, OFFICER)


def test_a_reply_may_be_supplemented_by_another(app: Flask, housing: Unit) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=housing)
    make_reply(opinion)
    publish_reply(save_draft(opinion, "补充：已完工。", NO_DRAFT, OFFICER), OFFICER)
    db.session.commit()
    assert len(published_replies(opinion.id)) == 2


@pytest.mark.parametrize("state", [state for state in OpinionState if state not in COUNTED])
def test_only_an_accepted_opinion_is_answered(app: Flask, housing: Unit, state: OpinionState) -> None:
    opinion = make_opinion(state=state, unit=housing)
    with pytest.raises(IllegalMove):
        save_draft(opinion, WORDS, NO_DRAFT, OFFICER)


@pytest.mark.parametrize(
    ("grant", "allowed"),
    [
        (Grant(Role.OFFICER, HOUSING), True),
        (Grant(Role.EDITOR, HOUSING), True),
        (Grant(Role.OFFICER, "市直单位"), True),
        (Grant(Role.OFFICER, f"{HOUSING}/物业科"), False),
        (Grant(Role.OFFICER, CITY), False),
        (Grant(Role.OFFICER, "市直单位/住建"), False),
        (Grant(Role.INSPECTOR, HOUSING), False),
        (Grant(Role.COORDINATOR), False),
        (Grant(Role.MODERATOR), False),
        (Grant(Role.ADMINISTRATOR), False),
    ],
    ids=str,
)
def test_18_the_right_is_checked_for_the_unit(app: Flask, housing: Unit, grant: Grant, allowed: bool) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=housing)
    actor = actor_with(grant)
    if allowed:
        publish_reply(save_draft(opinion, WORDS, NO_DRAFT, actor), actor)
        return
    draft = make_reply(opinion, published=False)
    with pytest.raises(NotAllowed):
        save_draft(opinion, WORDS, draft.version, actor)
    with pytest.raises(NotAllowed):
        publish_reply(draft, actor)


def test_whoever_is_complained_of_does_not_answer(app: Flask, housing: Unit) -> None:
    """The opinion lies with a unit below a district; the district itself is complained of."""
    district, office = make_unit("崆峒区"), make_unit("崆峒区/教育局")
    opinion = make_opinion(state=OpinionState.ACCEPTED, unit=housing, complained=district)
    assign(opinion, office, None)
    for grant in (Grant(Role.OFFICER, district.path), Grant(Role.OFFICER, office.path)):
        with pytest.raises(NotAllowed):
            save_draft(opinion, WORDS, NO_DRAFT, actor_with(grant))


def test_nobody_answers_an_opinion_without_unit(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        save_draft(make_opinion(state=OpinionState.PUBLISHED), WORDS, NO_DRAFT, OFFICER)
    with pytest.raises(NotAllowed):
        save_draft(make_opinion(state=OpinionState.PUBLISHED), WORDS, NO_DRAFT, Actor())


def test_a_second_officer_is_told_who_saved(app: Flask, housing: Unit) -> None:
    first = make_user("wangwu", Grant(Role.OFFICER, housing.path))
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=housing)
    draft = save_draft(opinion, WORDS, NO_DRAFT, first.actor())
    db.session.commit()
    with pytest.raises(ChangedMeanwhile, match="wangwu"):
        save_draft(opinion, "我的", NO_DRAFT, OFFICER)
    version = draft.version
    save_draft(opinion, "合在一起的", version, OFFICER)
    db.session.commit()
    with pytest.raises(ChangedMeanwhile):
        save_draft(opinion, "又一份", version, first.actor())
    assert db.session.scalars(select(Reply.body)).all() == ["合在一起的"]


def test_a_draft_that_was_published_meanwhile_is_said_so(app: Flask, housing: Unit) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=housing)
    draft = save_draft(opinion, WORDS, NO_DRAFT, OFFICER)
    version = draft.version
    publish_reply(draft, OFFICER)
    db.session.commit()
    with pytest.raises(ChangedMeanwhile, match="发布"):
        save_draft(opinion, "还在改", version, OFFICER)


def test_a_draft_goes_with_the_opinion_to_another_unit(app: Flask, housing: Unit) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=housing)
    draft = save_draft(opinion, WORDS, NO_DRAFT, OFFICER)
    city = make_unit(CITY)
    assign(opinion, city, None)
    db.session.commit()
    there = actor_with(Grant(Role.OFFICER, city.path))
    publish_reply(save_draft(opinion, WORDS, draft.version, there), there)
    db.session.commit()
    assert [reply.unit_name for reply in published_replies(opinion.id)] == ["城管局"]
    assert draft_of(opinion.id) is None


def test_canned_replies_are_counted_by_unit(app: Flask, housing: Unit) -> None:
    for _number in range(2):
        make_reply(make_opinion(state=OpinionState.PUBLISHED, unit=housing), body="已收悉，谢谢。")
    make_reply(
        make_opinion(state=OpinionState.PUBLISHED, unit=housing), body="已收悉，谢谢。", published=False
    )
    assert times_used("已收悉，谢谢。", housing) == 2
    assert times_used("已收悉。", housing) == 0
    assert times_used("已收悉，谢谢。", make_unit(CITY)) == 0
