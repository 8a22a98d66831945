"""Digests have numbers, and the timelines of the opinions in them say so: once, whatever is killed in between."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import IllegalMove, NotAllowed
from portal.core.rights import Grant, Role
from portal.digests import jobs
from portal.digests.models import Digest
from portal.digests.operations import publish_digest
from portal.jobs.models import Job
from portal.notices.models import Mail, Notice
from portal.notices.operations import wish_mail
from portal.opinions.models import Opinion, OpinionEvent
from portal.opinions.receipts import withdraw
from portal.opinions.states import EventKind, OpinionState
from portal.opinions.telling import CASE
from portal.web.network import settings
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_campaign
from tests.factories.digests import build_digest, make_digest, publish, tell_timelines
from tests.factories.opinions import bring_to, make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.races import race

COORDINATOR = actor_with(Role.COORDINATOR)


def told() -> list[tuple[str, int]]:
    """Title of the opinion and number of the digest, for each entry about a digest."""
    db.session.rollback()
    query = (
        sa.select(Opinion.title, OpinionEvent.details)
        .join(OpinionEvent, OpinionEvent.opinion_id == Opinion.id)
        .where(OpinionEvent.kind == EventKind.DIGESTED)
    )
    return sorted((title, details["number"]) for title, details in db.session.execute(query))


def notices() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) or 0


def published(*titles: str) -> list[Opinion]:
    return [make_opinion(state=OpinionState.PUBLISHED, title=title) for title in titles]


def test_a_built_digest_is_a_trial_until_the_office_publishes_it(app: Flask) -> None:
    published("加装电梯")
    digest = make_digest(COORDINATOR)
    kinds = db.session.scalars(sa.select(Job.kind)).all()
    assert (digest.number, digest.published_at, kinds, told()) == (None, None, ["digest"], [])
    address = f"/desk/digests/{digest.id}"
    officer = PageClient(app).as_user(make_user("office", Role.COORDINATOR))
    refused = officer.submit(officer.get(address), {}, form="#publish", status=400)
    assert "请先看过汇总" in refused.main
    officer.submit(refused, {"checked": "y"}, form="#publish")
    shown = officer.get(address)
    assert "意见汇总第1期" in shown.one("h1").get_text() and not shown.soup.select("#publish")
    tell_timelines(db.session.get_one(Digest, digest.id))
    assert told() == [("加装电梯", 1)]
    again = {"csrf_token": officer.token(), "checked": "y"}
    assert "已经是第1期" in officer.post(f"{address}/publish", again, status=409).text
    assert db.session.scalars(sa.select(AuditEvent.action)).all().count("digest_published") == 1


def test_a_unit_reads_that_its_digest_is_a_trial_and_cannot_publish(app: Flask) -> None:
    unit = make_unit("市/甲局")
    make_opinion(state=OpinionState.PUBLISHED, unit=unit)
    grant = Grant(Role.OFFICER, unit.path)
    digest = make_digest(actor_with(grant), unit=unit)
    page = PageClient(app).as_user(make_user("officer", grant)).get(f"/desk/digests/{digest.id}")
    assert "这是试做的一份" in page.main and not page.soup.select("#publish")
    local = actor_with(Grant(Role.COORDINATOR, unit.path))
    for actor in (actor_with(grant), local):
        with pytest.raises(NotAllowed):
            publish_digest(digest, actor)


def test_digests_are_numbered_within_their_campaign_in_the_order_of_publishing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    published("加装电梯")
    trial, failing, second = (
        make_digest(COORDINATOR),
        make_digest(COORDINATOR, built=False),
        make_digest(COORDINATOR),
    )
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "summary_bytes", lambda document: 1 / 0)
        build_digest(failing.job_id)
    first = make_digest(COORDINATOR)
    other = make_digest(COORDINATOR, campaign=make_campaign("other"))
    for digest in (first, second, other):
        publish(digest)
    with pytest.raises(IllegalMove):
        publish_digest(failing, COORDINATOR)
    numbers = {digest.id: digest.number for digest in db.session.scalars(sa.select(Digest))}
    assert numbers == {first.id: 1, second.id: 2, other.id: 1, trial.id: None, failing.id: None}
    client = PageClient(app).as_user(make_user("coordinator", Role.COORDINATOR))
    listed = client.get("/desk/digests").main
    assert "第2期" in listed and "试做" in listed
    assert "意见汇总第2期" in client.get(f"/desk/digests/{second.id}").main
    assert "期" not in client.get(f"/desk/digests/{failing.id}").one("h1").get_text()


def test_two_published_at_once_get_two_numbers(app: Flask) -> None:
    published("加装电梯")
    user = make_user("coordinator", Role.COORDINATOR)
    one, other = make_digest(COORDINATOR).id, make_digest(COORDINATOR).id
    browsers = [PageClient(app).as_user(user) for _number in range(4)]
    sent = [{"csrf_token": browser.token(), "checked": "y"} for browser in browsers]
    paths = [f"/desk/digests/{number}/publish" for number in (one, other, one, other)]
    assert race(browsers, paths, sent) == [302, 302, 409, 409]
    assert sorted(db.session.scalars(sa.select(Digest.number))) == [1, 2]


def test_author_and_everybody_read_it_and_the_account_is_told_once(app: Flask) -> None:
    author = make_user("zhang")
    public = make_opinion(state=OpinionState.PUBLISHED, title="公开的", author=author)
    make_opinion(state=OpinionState.WAITING, title="等着的")
    receipt = make_receipt(title="不公开的")
    bring_to(receipt.opinion, OpinionState.ACCEPTED)
    before = notices()
    digest = make_digest(COORDINATOR)
    tell_timelines(digest)
    jobs.note_in_timelines("again", {"digest_id": digest.id}, lambda percent: db.session.commit())
    assert told() == [("不公开的", 1), ("公开的", 1)]
    visitor = PageClient(app)
    assert "已纳入意见汇总第1期" in visitor.get(f"/opinions/{public.public_id}").one(".timeline").get_text()
    page = visitor.submit("/receipts", {"code": receipt.code}, status=200, form="form[data-look-up]")
    assert "已纳入意见汇总第1期" in page.one(".timeline").get_text()
    assert notices() == before + 1
    news = PageClient(app).as_user(author).get("/me/notices").main
    assert "已纳入意见汇总第1期" in news
    tell_timelines(make_digest(COORDINATOR))
    assert told() == [("不公开的", 1), ("不公开的", 2), ("公开的", 1), ("公开的", 2)]


def test_who_asked_for_mail_gets_one_for_each_digest(app: Flask) -> None:
    receipt = make_receipt(title="加装电梯")
    bring_to(receipt.opinion, OpinionState.PUBLISHED)
    published("别人的")
    wish_mail(CASE, receipt.opinion.case_id, "zhang@example.org", settings())
    db.session.execute(sa.delete(Mail))
    db.session.commit()
    digest = make_digest(COORDINATOR)
    tell_timelines(digest)
    jobs.note_in_timelines("again", {"digest_id": digest.id}, lambda percent: db.session.commit())
    assert db.session.scalars(sa.select(Mail.kind)).all() == ["news"]


def test_killed_between_two_chunks_it_goes_on_and_tells_each_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    published("一号楼", "二号楼", "三号楼", "四号楼", "五号楼")
    digest = publish(make_digest(COORDINATOR))
    monkeypatch.setattr(jobs, "CHUNK", 2)
    calls = 0

    def killed_after_the_second(percent: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        db.session.commit()

    arguments = {"digest_id": digest.id}
    db.session.rollback()
    with pytest.raises(KeyboardInterrupt):
        jobs.note_in_timelines("killed", arguments, killed_after_the_second)
    assert len(told()) == 4
    tell_timelines(digest)
    whole = told()
    assert len(whole) == 5 == len(set(whole))
    jobs.note_in_timelines("again", arguments, lambda percent: db.session.commit())
    assert told() == whole


def test_the_statements_grow_with_the_chunks_and_nothing_is_held_between_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(*(f"{number}号楼" for number in range(6)))
    digest = publish(make_digest(COORDINATOR))
    arguments, seen = {"digest_id": digest.id}, []
    db.session.rollback()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    jobs.note_in_timelines("one", arguments, lambda percent: db.session.commit())
    sa.event.remove(db.engine, "before_cursor_execute", hear)
    assert len([statement for statement in seen if statement.startswith("INSERT")]) == 1
    monkeypatch.setattr(jobs, "CHUNK", 2)
    percents: list[int] = []

    def progress(percent: int) -> None:
        db.session.commit()
        percents.append(percent)

    jobs.note_in_timelines("two", arguments, progress)
    assert percents == [0, 33, 66] and not db.session().in_transaction()


def test_run_that_lost_its_claim_leaves_no_files(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    published("加装电梯")
    digest = make_digest(COORDINATOR, built=False)
    with monkeypatch.context() as patch:
        patch.setattr("portal.jobs.operations.finish", lambda held: False)
        build_digest(digest.job_id)
    db.session.refresh(digest)
    assert digest.files == {}
    with pytest.raises(IllegalMove):
        publish_digest(digest, COORDINATOR)


def test_withdrawing_after_a_digest_is_gone_from_public_and_names_the_digest(app: Flask) -> None:
    receipt = make_receipt(title="加装电梯")
    bring_to(receipt.opinion, OpinionState.PUBLISHED)
    for _number in range(2):
        tell_timelines(make_digest(COORDINATOR))
    client = PageClient(app)
    opened = client.submit("/receipts", {"code": receipt.code}, status=200, form="form[data-look-up]")
    assert "已纳入意见汇总第1、2期" in opened.one("#withdraw").get_text()
    after = client.submit(opened, {}, form='form[action="/receipts/withdraw"]', status=200)
    sentence = "已纳入意见汇总第1、2期；汇总和已下载的材料收不回"
    assert sentence in after.one(".timeline").get_text() and sentence in after.one("article").get_text()
    client.get(f"/opinions/{receipt.opinion.public_id}", status=404)


def test_withdrawn_while_the_digest_was_built_is_told_too(app: Flask) -> None:
    (opinion,) = published("加装电梯")
    digest = make_digest(COORDINATOR)
    withdraw(opinion, actor_with())
    db.session.commit()
    tell_timelines(digest)
    assert told() == [("加装电梯", 1)]
