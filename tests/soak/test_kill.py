"""kill -9 while submitting: what was acknowledged is there, once; a form sent again is not doubled."""

import os
import random
import threading

import pytest
import sqlalchemy as sa

from portal.audit.models import AuditEvent
from portal.opinions.models import Case, Opinion, OpinionEvent
from portal.opinions.states import EventKind
from tests.soak.citizens import Crowd
from tests.soak.site import BOARD, Site

CITIZENS = 8
CYCLES = int(os.environ.get("SOAK_CYCLES", "100"))


def _kill_while_submitting(site: Site, cycles: int) -> Crowd:
    """Kill the whole server `cycles` times at random moments while citizens hand in; what they have seen."""
    chance = random.Random(cycles)
    moment = threading.Event()
    crowd = Crowd(site.server.port, BOARD)
    with site.server:
        crowd.served.set()
        crowd.gather(CITIZENS)
        for _cycle in range(cycles):
            crowd.wait_for(chance.randint(1, 60))
            # Not only just after a receipt: anywhere in the course of the next ones.
            moment.wait(chance.uniform(0, 0.03))
            crowd.served.clear()
            site.server.kill()
            site.server.start()
            crowd.served.set()
        crowd.disperse()
    return crowd


def _check(site: Site, crowd: Crowd) -> None:
    with site.database() as session:
        for title, code in crowd.acknowledged.items():
            assert site.titles_of_code(code) == [title]
        assert len(set(crowd.acknowledged.values())) == len(crowd.acknowledged)
        # Every form was sent until it was acknowledged, so whatever else there is would be a double.
        whole = len(crowd.acknowledged)
        count = sa.select(sa.func.count())
        assert session.scalar(count.select_from(Case)) == whole
        assert session.scalar(count.select_from(Opinion)) == whole
        submitted = OpinionEvent.kind == EventKind.SUBMITTED
        assert (
            session.scalar(sa.select(sa.func.count(sa.distinct(OpinionEvent.opinion_id))).where(submitted))
            == whole
        )
        recorded = AuditEvent.action == "opinion_submitted"
        assert session.scalar(count.select_from(AuditEvent).where(recorded)) == whole
        if session.get_bind().dialect.name == "sqlite":
            assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_few_kills_lose_and_double_nothing(site: Site) -> None:
    _check(site, _kill_while_submitting(site, 3))


@pytest.mark.soak
def test_many_kills_lose_and_double_nothing(site: Site) -> None:
    with site.database() as session:
        for table in (OpinionEvent, Opinion, Case):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    crowd = _kill_while_submitting(site, CYCLES)
    _check(site, crowd)
    print(
        f"\n{CYCLES} kills, {len(crowd.acknowledged)} receipts seen, {crowd.resent} forms sent again: none lost"
    )
