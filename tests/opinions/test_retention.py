"""Contacts go some time after an opinion has ended, unasked, and at once when it is withdrawn."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.audit.models import AuditEvent
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.notices.models import MailWish
from portal.notices.operations import wish_mail
from portal.opinions.jobs import remove_old_contacts
from portal.opinions.models import Case, Opinion
from portal.opinions.operations import add_event
from portal.opinions.states import EventKind, OpinionState
from portal.opinions.telling import CASE
from portal.web.network import settings
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit

PHONE = "13812345678"


def contact_of(opinion: Opinion) -> bytes | None:
    return db.session.scalar(db.select(Case.contact_sealed).where(Case.id == opinion.case_id))


def ended(state: OpinionState = OpinionState.REJECTED, days_ago: float = 0, **values: str) -> Opinion:
    moment = now() - timedelta(days=days_ago)
    with fixed(moment):
        return make_opinion(state=state, contact=PHONE, submitted_at=moment, **values)


def test_a_contact_goes_once_its_time_is_over(app: Flask) -> None:
    days = settings().contact_days
    old, young = ended(days_ago=days + 1), ended(days_ago=days - 1, body="路灯坏了，请派人来修一修。")
    assert remove_old_contacts() == 1
    assert contact_of(old) is None and contact_of(young) is not None
    assert remove_old_contacts() == 0


@pytest.mark.parametrize(
    "state", [OpinionState.WAITING, OpinionState.PUBLISHED, OpinionState.ACCEPTED, OpinionState.MERGED]
)
def test_a_contact_stays_while_somebody_may_still_call(app: Flask, state: OpinionState) -> None:
    opinion = ended(state, days_ago=5000)
    assert remove_old_contacts() == 0
    assert contact_of(opinion) is not None


def test_of_a_merged_opinion_it_goes_some_time_after_the_answer_to_the_other(app: Flask) -> None:
    opinion = ended(OpinionState.MERGED, days_ago=5000)
    with fixed(now() - timedelta(days=settings().contact_days + 1)):
        add_event(opinion, EventKind.ANSWERED_THERE, unit=make_unit("市/甲局"), into="x")
    db.session.commit()
    assert remove_old_contacts() == 1
    assert contact_of(opinion) is None


def test_news_begins_the_time_anew(app: Flask) -> None:
    opinion = ended(days_ago=5000)
    add_event(opinion, EventKind.SUPPLEMENTED)
    db.session.commit()
    assert remove_old_contacts() == 0
    assert contact_of(opinion) is not None


def test_the_mail_address_goes_with_it_and_the_log_counts(app: Flask) -> None:
    opinion = ended(days_ago=5000)
    wish_mail(CASE, opinion.case_id, "somebody@example.cn", settings())
    db.session.commit()
    remove_old_contacts()
    assert db.session.scalars(db.select(MailWish)).all() == []
    event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.action == "contacts_removed")).one()
    assert event.details == {"count": 1}


def test_more_than_one_batch_goes_in_one_run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("portal.opinions.jobs.BATCH", "portal.opinions.retention.BATCH"):
        monkeypatch.setattr(name, 2)
    opinions = [ended(days_ago=5000, body=f"第{number}件：路灯坏了，请派人来修一修。") for number in range(5)]
    assert remove_old_contacts() == 5
    assert [contact_of(opinion) for opinion in opinions] == [None] * 5


def test_a_withdrawn_opinion_keeps_no_contact(app: Flask) -> None:
    opinion = ended(OpinionState.WITHDRAWN)
    assert contact_of(opinion) is None
