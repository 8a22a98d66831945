"""What became of opinions on a draft: recorded one by one by who may, published once, whole, and never with private text."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.campaigns.models import Consultation
from portal.casework.adoptions import (
    NONE_YET,
    adoption_counts,
    outcome_of,
    publish_outcomes,
    record_outcome,
)
from portal.casework.states import AdoptionOutcome
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import ChangedMeanwhile, IllegalMove, NotAllowed
from portal.core.rights import Actor, Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.operations import assign
from portal.opinions.receipts import may_rate
from portal.opinions.states import OpinionState, PublicState, Visibility
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_consultation
from tests.factories.opinions import bring_to, make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

YES, NO = AdoptionOutcome.ADOPTED, AdoptionOutcome.NOT_ADOPTED
OFFICE = Actor(user_id=1, name="office", grants=frozenset({Grant(Role.COORDINATOR)}))
OFFICER = Actor(user_id=2, name="officer", grants=frozenset({Grant(Role.OFFICER, "市/甲局")}))


def end(consultation: Consultation) -> None:
    consultation.board.opens_at = now() - timedelta(days=40)
    consultation.board.closes_at = now() - timedelta(days=1)
    db.session.commit()


@pytest.fixture
def draft(app: Flask) -> Consultation:
    """A draft with a public opinion, a private one, and one that was rejected."""
    found = make_consultation()
    make_opinion(found.board, OpinionState.PUBLISHED, title="公开的意见")
    make_opinion(
        found.board,
        OpinionState.ACCEPTED,
        title="私下的标题",
        body="私下的内容",
        visibility=Visibility.PRIVATE,
    )
    make_opinion(found.board, OpinionState.REJECTED, title="没通过的")
    return found


def counted() -> list[Opinion]:
    states = [OpinionState.PUBLISHED, OpinionState.ACCEPTED]
    return list(db.session.scalars(select(Opinion).where(Opinion.state.in_(states)).order_by(Opinion.id)))


def test_the_table_is_published_whole_or_not_at_all(draft: Consultation, client: PageClient) -> None:
    public, private = counted()
    with pytest.raises(IllegalMove, match="还没有结束"):
        publish_outcomes(draft, OFFICE)
    end(draft)
    record_outcome(public, YES, "已写进第二条。", NONE_YET, OFFICE)
    with pytest.raises(IllegalMove, match="还有1条"):
        publish_outcomes(draft, OFFICE)
    record_outcome(private, NO, "另有规定。", NONE_YET, OFFICE)
    with pytest.raises(NotAllowed):
        publish_outcomes(draft, OFFICER)
    db.session.commit()
    client.get("/boards/draft/outcome", status=404)
    publish_outcomes(draft, OFFICE)
    db.session.commit()
    assert adoption_counts(draft) == (2, 1, 0, 1)
    page = client.get("/boards/draft/outcome")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.soup.select("tbody tr")]
    assert [(row[0], *row[2:]) for row in rows] == [
        ("公开的意见", "采纳", "已写进第二条。"), ("不公开的意见", "未采纳", "另有规定。"),
    ]  # fmt: skip
    assert "私下" not in page.html and private.public_id not in page.html
    assert "/boards/draft/outcome" in client.get("/boards/draft").links()
    assert "征求意见的结果：采纳" in client.get(f"/opinions/{public.public_id}").main
    with pytest.raises(IllegalMove, match="已经公布"):
        publish_outcomes(draft, OFFICE)
    with pytest.raises(IllegalMove, match="不能再改"):
        record_outcome(public, NO, "反悔", 1, OFFICE)
    actions = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))[-3:]
    assert actions == ["adoption_recorded", "adoption_recorded", "outcomes_published"]


def test_the_published_table_answers_each_opinion(app: Flask, client: PageClient) -> None:
    draft, unit = make_consultation(), make_unit("市/甲局")
    receipt = make_receipt(draft.board, title="第三条太宽")
    opinion = receipt.opinion
    bring_to(opinion, OpinionState.PUBLISHED, unit)
    record_outcome(opinion, AdoptionOutcome.PARTLY, "宽限改为五天。", NONE_YET, OFFICE)
    end(draft)
    officer = PageClient(app).as_user(make_user("officer", Grant(Role.OFFICER, unit.path)))
    assert opinion.title in officer.get("/desk/casework").main
    assert "办理中" in client.get(f"/opinions/{opinion.public_id}").main
    publish_outcomes(draft, OFFICE)
    db.session.commit()
    assert opinion.title not in officer.get("/desk/casework").main
    assert opinion.title in officer.get("/desk/casework?answered=yes").main
    assert client.get(f"/opinions/{opinion.public_id}").main.count("宽限改为五天。") == 1
    page = client.get(f"/opinions/{opinion.public_id}")
    told = page.one("section[aria-labelledby=outcome]").get_text()
    assert "办理中" not in page.main and "已答复" in page.main
    assert "部分采纳" in told and "宽限改为五天。" in told
    page = client.submit("/receipts", {"code": receipt.code}, status=200, form="form[data-look-up]")
    assert "宽限改为五天。" in page.one("section[aria-labelledby=outcome]").get_text()
    # The table is the last word: nothing that is said of it could open the opinion again.
    assert "已答复" in page.main and not page.soup.select("form[action='/receipts/rate']")
    assert not may_rate(opinion)
    assign(opinion, make_unit("市/乙局"), None)
    assert opinion.public_state == PublicState.ANSWERED


def test_an_opinion_accepted_after_the_table_was_published_joins_it(
    draft: Consultation, app: Flask, client: PageClient
) -> None:
    unit = make_unit("市/甲局")
    late = make_opinion(draft.board, title="复核后才通过的")
    end(draft)
    for opinion in counted():
        record_outcome(opinion, NO, "另有规定。", NONE_YET, OFFICE)
    publish_outcomes(draft, OFFICE)
    bring_to(late, OpinionState.PUBLISHED, unit)
    db.session.commit()
    board = "/desk/consultations/draft"
    officer = PageClient(app).as_user(make_user("officer", Grant(Role.OFFICER, "市/甲局")))
    assert "由牵头单位登记" in officer.get(f"{board}/{late.public_id}").main
    assert "由牵头单位登记" in officer.get(board).main and "您能登记的" in officer.get(board).main
    table = client.get("/boards/draft/outcome").main
    assert "一共2条" in table and "还有1条是公布以后才受理的" in table
    with pytest.raises(NotAllowed, match="牵头单位"):
        record_outcome(late, YES, "好", NONE_YET, OFFICER)
    office = PageClient(app).as_user(make_user("office", Role.COORDINATOR))
    assert (
        "有1条是公布以后才受理的，还没登记" in office.get(board).main
        and "您能登记的" not in office.get(board).main
    )
    assert "没有审核完" not in office.get(board).main
    page = office.get(f"{board}/{late.public_id}")
    done = office.submit(page, {"outcome": "partly", "reason": "第四条已改。"}, status=200, follow=True)
    assert "已登记，并且公布了" in done.html and "公布以后才受理" not in done.main
    second = office.submit(page, {"outcome": "adopted", "reason": "我也写了很多"}, status=409)
    assert "别人刚刚登记过" in second.main and "第四条已改。" in second.main
    assert "我也写了很多" in second.main and "不能再改" in second.main
    assert not second.soup.select("textarea[name=reason]")
    told = client.get(f"/opinions/{late.public_id}")
    assert "部分采纳" in told.one("section[aria-labelledby=outcome]").get_text() and "已答复" in told.main
    table = client.get("/boards/draft/outcome").main
    assert "复核后才通过的" in table and "一共3条" in table and "还有" not in table
    again = office.get(f"{board}/{late.public_id}")
    assert "不能再改" in again.main and not again.soup.select("textarea[name=reason]")
    with pytest.raises(IllegalMove, match="不能再改"):
        record_outcome(late, NO, "反悔", 1, OFFICE)


def test_who_publishes_is_told_of_opinions_that_nobody_has_decided_on(
    draft: Consultation, app: Flask
) -> None:
    for opinion in counted():
        record_outcome(opinion, NO, "另有规定。", NONE_YET, OFFICE)
    bring_to(make_opinion(draft.board, title="要补充的"), OpinionState.HELD)
    make_opinion(draft.board, title="等着的")
    end(draft)
    office = PageClient(app).as_user(make_user("office", Role.COORDINATOR))
    assert "还有2条没有审核完" in office.get("/desk/consultations/draft").main


def test_an_opinion_that_did_not_count_when_the_table_was_published_is_answered_once_it_does(
    draft: Consultation, client: PageClient
) -> None:
    public, private = counted()
    end(draft)
    for opinion in (public, private):
        record_outcome(opinion, NO, "另有规定。", NONE_YET, OFFICE)
    bring_to(public, OpinionState.REJECTED)
    db.session.flush()
    publish_outcomes(draft, OFFICE)
    bring_to(public, OpinionState.PUBLISHED)
    db.session.commit()
    assert "采纳情况" not in client.get(f"/opinions/{public.public_id}").main
    with pytest.raises(IllegalMove, match="不能再改"):
        record_outcome(private, YES, "反悔", 1, OFFICE)
    record_outcome(public, YES, "已写进第二条。", 1, OFFICE)
    db.session.commit()
    told = client.get(f"/opinions/{public.public_id}").one("section[aria-labelledby=outcome]")
    assert "已写进第二条。" in told.get_text()


def test_who_comes_second_is_told_and_nothing_is_lost(draft: Consultation) -> None:
    opinion = counted()[0]
    record_outcome(opinion, YES, "一", NONE_YET, OFFICE)
    with pytest.raises(ChangedMeanwhile):
        record_outcome(opinion, NO, "二", NONE_YET, OFFICE)
    assert record_outcome(opinion, NO, "三", 1, OFFICE).version == 2


def test_an_officer_records_for_the_own_unit_alone(app: Flask) -> None:
    draft = make_consultation()
    own = make_opinion(draft.board, OpinionState.PUBLISHED, unit=make_unit("市/甲局"))
    other = make_opinion(draft.board, OpinionState.PUBLISHED, unit=make_unit("市/乙局"))
    elsewhere = make_opinion(state=OpinionState.PUBLISHED, unit=make_unit("市/甲局"))
    record_outcome(own, YES, "好", NONE_YET, OFFICER)
    for opinion in (other, elsewhere):
        with pytest.raises(NotAllowed):
            record_outcome(opinion, YES, "好", NONE_YET, OFFICER)


def test_what_does_not_count_has_no_outcome(draft: Consultation) -> None:
    rejected = db.session.scalars(select(Opinion).where(Opinion.state == OpinionState.REJECTED)).one()
    with pytest.raises(IllegalMove):
        record_outcome(rejected, YES, "好", NONE_YET, OFFICE)
    assert outcome_of(rejected) is None


def test_the_desk_records_refuses_and_publishes(draft: Consultation, app: Flask) -> None:
    end(draft)
    office = PageClient(app).as_user(make_user("office", Role.COORDINATOR))
    board, opinions = "/desk/consultations/draft", [opinion.public_id for opinion in counted()]
    assert "/desk/consultations/draft" in office.get("/desk/consultations").links()
    refused = office.submit(f"{board}/{opinions[0]}", {"outcome": "adopted", "reason": " "}, status=400)
    assert "请写明理由" in refused.main and refused.form()["outcome"] == "adopted"
    office.submit(f"{board}/{opinions[0]}", {"outcome": "partly", "reason": "改了一半"})
    assert "改了一半" in office.get(board).main and "公布采纳情况" not in office.get(board).main
    stale = office.get(f"{board}/{opinions[0]}")
    office.submit(stale, {"reason": "改好了"})
    second = office.submit(stale, {"reason": "我也改了"}, status=409)
    assert "别人刚刚登记过" in second.main and "改好了" in second.main
    assert second.form()["reason"].strip() == "我也改了"
    office.submit(f"{board}/{opinions[1]}", {"outcome": "not_adopted", "reason": "另有规定"})
    office.submit(board, {}, form=f'form[action="{board}/publish"]')
    assert "改好了" in PageClient(app).get("/boards/draft/outcome").main
    assert "不能再改" in office.get(f"{board}/{opinions[0]}").main


def test_a_reason_with_personal_data_is_not_recorded(app: Flask) -> None:
    """It becomes public with the table, and cannot be changed then."""
    found = make_consultation()
    opinion = make_opinion(found.board, OpinionState.PUBLISHED)
    office = PageClient(app).as_user(make_user("office", Role.COORDINATOR))
    page = office.get(f"/desk/consultations/draft/{opinion.public_id}")
    again = office.submit(
        page, {"outcome": "adopted", "reason": "张先生打电话13912345678说的有道理"}, status=400
    )
    assert "理由里疑似有个人信息：13912345678" in again.main and outcome_of(opinion) is None


def test_a_unit_is_led_from_an_opinion_on_a_draft_to_its_outcome(app: Flask) -> None:
    opinion = make_opinion(make_consultation().board, OpinionState.PUBLISHED, unit=make_unit("市/甲局"))
    officer = PageClient(app).as_user(make_user("officer", Grant(Role.OFFICER, "市/甲局")))
    page = officer.get(f"/desk/casework/{opinion.public_id}")
    assert f"/desk/consultations/draft/{opinion.public_id}" in page.links()
