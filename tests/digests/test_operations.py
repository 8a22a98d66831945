"""Who may ask for which digest, and who may read it afterwards."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import NotAllowed, NotThere, PortalError
from portal.core.rights import Actor, Grant, Role
from portal.digests.models import Digest
from portal.digests.operations import Choice, desk_for, request_digest
from portal.digests.queries import readable_digest, readable_digests
from portal.jobs.models import Job
from tests.factories.accounts import actor_with
from tests.factories.campaigns import make_campaign
from tests.factories.digests import make_digest
from tests.factories.taxonomy import make_unit

BUREAU, OFFICE, ROADS = "市直单位/住建局", "市直单位/住建局/物业科", "市直单位/交通局"
COORDINATOR = actor_with(Role.COORDINATOR)


def officer(*paths: str) -> Actor:
    return actor_with(*[Grant(Role.OFFICER, path) for path in paths])


def inspector(path: str) -> Actor:
    return actor_with(Grant(Role.INSPECTOR, path))


def test_request_makes_digest_job_and_audit_event(app: Flask) -> None:
    unit = make_unit(BUREAU)
    digest = request_digest(Choice(make_campaign(), unit, from_day=date(2026, 10, 1)), officer(BUREAU))
    db.session.commit()
    assert digest.desk_path == BUREAU and digest.files == {} and digest.counts == {}
    job = db.session.get_one(Job, digest.job_id)
    assert (job.kind, job.arguments, job.state) == ("digest", {"digest_id": digest.id}, "queued")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.target_kind == "digest")).one()
    assert (event.action, event.target_id, event.actor_id) == ("digest_requested", digest.id, 1)
    assert event.details == {"campaign": "xianyice", "desk": BUREAU}


@pytest.mark.parametrize(
    ("scopes", "unit", "desk"),
    [
        ((BUREAU,), BUREAU, BUREAU),
        ((BUREAU,), OFFICE, BUREAU),
        ((OFFICE, BUREAU), OFFICE, BUREAU),
        ((OFFICE, ROADS), OFFICE, OFFICE),
    ],
)
def test_desk_is_the_highest_own_unit_that_covers_it(
    app: Flask, scopes: tuple[str, ...], unit: str, desk: str
) -> None:
    assert desk_for(officer(*scopes), make_unit(unit)) == desk


def test_site_wide_office_has_no_desk_unit(app: Flask) -> None:
    assert desk_for(COORDINATOR, make_unit(BUREAU)) is None
    assert desk_for(COORDINATOR, None) is None


@pytest.mark.parametrize("unit", [ROADS, "市直单位", "市直单位/住建局二分局", None])
def test_officer_cannot_ask_beyond_the_own_units(app: Flask, unit: str | None) -> None:
    for path in (BUREAU, ROADS, "市直单位/住建局二分局"):
        make_unit(path)
    chosen = make_unit(unit) if unit else None
    with pytest.raises(NotAllowed):
        request_digest(Choice(make_campaign(), chosen), officer(BUREAU))
    assert db.session.scalars(select(Digest)).all() == [] and db.session.scalars(select(Job)).all() == []


@pytest.mark.parametrize(
    "role", [Grant(Role.INSPECTOR, BUREAU), Grant(Role.MODERATOR), Grant(Role.ADMINISTRATOR)]
)
def test_roles_without_the_right_cannot_ask(app: Flask, role: Grant) -> None:
    with pytest.raises(NotAllowed):
        request_digest(Choice(make_campaign(), make_unit(BUREAU)), actor_with(role))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 2, 2), date(2026, 2, 1)),
        (date.min, None),
        (None, date.max),
        (date(3000, 1, 1), date(3000, 1, 2)),
    ],
)
def test_impossible_days_are_refused(app: Flask, first: date | None, last: date | None) -> None:
    with pytest.raises(PortalError):
        request_digest(Choice(make_campaign(), from_day=first, to_day=last), COORDINATOR)


def test_digest_is_read_at_the_desk_that_asked_and_above_never_below_nor_beside(app: Flask) -> None:
    bureau, office = make_unit(BUREAU), make_unit(OFFICE)
    make_unit(ROADS)
    of_bureau = make_digest(officer(BUREAU), unit=office, built=False).id
    of_site = make_digest(COORDINATOR, unit=bureau, built=False).id
    for reader in (officer(BUREAU), inspector("市直单位"), COORDINATOR):
        assert readable_digest(of_bureau, reader).id == of_bureau
    for reader in (officer(OFFICE), inspector(OFFICE), officer(ROADS), actor_with(Role.MODERATOR), Actor()):
        with pytest.raises(NotThere):
            readable_digest(of_bureau, reader)
    for reader in (officer(BUREAU), inspector("市直单位")):
        with pytest.raises(NotThere):
            readable_digest(of_site, reader)


def test_list_shows_what_may_be_read_newest_first(app: Flask) -> None:
    units = [make_unit(path) for path in (BUREAU, OFFICE, ROADS)]
    own = [make_digest(officer(unit.path), unit=unit, built=False).id for unit in units]
    site = make_digest(COORDINATOR, built=False).id

    def listed(reader: Actor) -> list[str]:
        return [row.id for row in readable_digests(reader, None).rows]

    assert listed(COORDINATOR) == [site, *reversed(own)]
    assert listed(officer(BUREAU)) == [own[1], own[0]]
    assert listed(officer(OFFICE)) == [own[1]]
    assert listed(inspector("市直单位")) == list(reversed(own))
    assert listed(actor_with(Role.MODERATOR)) == []


def test_list_goes_on_where_the_page_ended(app: Flask) -> None:
    made = [make_digest(COORDINATOR, built=False).id for _number in range(30)]
    first = readable_digests(COORDINATOR, None)
    second = readable_digests(COORDINATOR, first.next_cursor)
    assert [row.id for row in (*first.rows, *second.rows)] == list(reversed(made))
    assert second.next_cursor is None


@pytest.mark.parametrize(
    "name", ["", "x", "../../etc/passwd", "a" * 22 + "\x00", "\ud800" * 22, "é" * 22, "A" * 22]
)
def test_no_name_that_is_none_reaches_the_database(app: Flask, name: str) -> None:
    with pytest.raises(NotThere):
        readable_digest(name, COORDINATOR)


def test_10_ids_have_128_bits(app: Flask) -> None:
    ids = {make_digest(COORDINATOR, built=False).id for _number in range(20)}
    # 22 characters of 6 bits: 128 bits and four to fill.
    assert len(ids) == 20 and all(re.fullmatch(r"[A-Za-z0-9_-]{22}", name) for name in ids)
