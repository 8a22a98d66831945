"""The list of a unit's work: what stands in it, for whom, in which order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.casework.queries import (
    Answered,
    WorkFilter,
    opinion_at_desk,
    units_at_desk,
    work_counts,
    work_page,
)
from portal.core.db import db
from portal.core.pagination import Page
from portal.core.rights import Actor, Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from portal.taxonomy.models import Unit
from tests.casework.conftest import CITY, DAY, HOUSING
from tests.factories.accounts import actor_with
from tests.factories.campaigns import make_board
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.plans import plan_of

OFFICER = actor_with(Grant(Role.OFFICER, HOUSING))
TODAY = date.today()
PUBLISHED, ACCEPTED = OpinionState.PUBLISHED, OpinionState.ACCEPTED


def titles(page: Page) -> list[str]:
    return [row.title for row in page.rows]


def listed(actor: Actor, **wanted: Any) -> list[str]:
    return titles(work_page(actor, WorkFilter(TODAY, **wanted), None))


def test_what_waits_longest_comes_first_and_answered_ones_apart(app: Flask, housing: Unit) -> None:
    for days, title in ((2, "后交办的"), (0, "先交办的")):
        make_opinion(
            title=title, state=PUBLISHED, unit=housing, submitted_at=DAY, decided_at=DAY + timedelta(days)
        )
    for days in (4, 5):
        answered = make_opinion(
            title=f"第{days}天答复的",
            state=ACCEPTED,
            unit=housing,
            submitted_at=DAY,
            decided_at=DAY + timedelta(days),
        )
        make_reply(answered)
    assert listed(OFFICER) == ["先交办的", "后交办的"]
    assert listed(OFFICER, answered=Answered.YES) == ["第5天答复的", "第4天答复的"]
    assert len(listed(OFFICER, answered=Answered.ALL)) == 4
    assert work_counts(OFFICER, TODAY) == (2, 0, 2)


def test_what_is_past_its_day_is_counted_and_found_apart(officer: PageClient, housing: Unit) -> None:
    def handed_over(title: str, due_on: date | None) -> Opinion:
        opinion = make_opinion(title=title, state=PUBLISHED, unit=housing, submitted_at=DAY, decided_at=DAY)
        opinion.due_on = due_on
        return opinion

    yesterday = TODAY - timedelta(days=1)
    make_reply(handed_over("已经答复的", yesterday))
    for title, due_on in (("过了期限的", yesterday), ("今天到期的", TODAY), ("没有期限的", None)):
        handed_over(title, due_on)
    db.session.commit()
    assert listed(OFFICER, answered=Answered.OVERDUE) == ["过了期限的"]
    assert work_counts(OFFICER, TODAY) == (3, 1, 1)
    shown = officer.get("/desk/casework?answered=overdue").main
    assert "过了期限的" in shown and "没有期限的" not in shown


@pytest.mark.parametrize("state", [OpinionState.WAITING, OpinionState.REJECTED, OpinionState.WITHDRAWN])
def test_only_accepted_opinions_reach_a_unit(app: Flask, housing: Unit, state: OpinionState) -> None:
    opinion = make_opinion(state=state, unit=housing)
    assert listed(OFFICER) == []
    assert opinion_at_desk(OFFICER, opinion.public_id) is None


@pytest.mark.parametrize(
    ("grant", "sees"),
    [
        (Grant(Role.OFFICER, HOUSING), ["住建局的", "物业科的"]),
        (Grant(Role.INSPECTOR, HOUSING), ["住建局的", "物业科的"]),
        (Grant(Role.EDITOR, f"{HOUSING}/物业科"), ["物业科的"]),
        (Grant(Role.OFFICER, "市直单位"), ["住建局的", "物业科的", "城管局的"]),
        (Grant(Role.OFFICER, "市直单位/住建"), []),
        (Grant(Role.COORDINATOR), ["住建局的", "物业科的", "城管局的"]),
        (Grant(Role.MODERATOR), []),
        (Grant(Role.CITIZEN), []),
    ],
    ids=str,
)
def test_17_each_sees_the_own_units_and_those_below(
    app: Flask, housing: Unit, grant: Grant, sees: list[str]
) -> None:
    make_opinion(title="住建局的", state=PUBLISHED, unit=housing)
    make_opinion(title="物业科的", state=ACCEPTED, unit=make_unit(f"{HOUSING}/物业科"))
    foreign = make_opinion(title="城管局的", state=PUBLISHED, unit=make_unit(CITY))
    make_opinion(title="没有单位的", state=PUBLISHED)
    actor = actor_with(grant)
    assert set(listed(actor)) == set(sees)
    assert (opinion_at_desk(actor, foreign.public_id) is not None) == ("城管局的" in sees)


def test_a_complaint_reaches_neither_the_unit_nor_those_below(app: Flask) -> None:
    district, office = make_unit("崆峒区"), make_unit("崆峒区/教育局")
    opinion = make_opinion(title="反映崆峒区的", state=ACCEPTED, unit=office, complained=district)
    for path in (district.path, office.path):
        insider = actor_with(Grant(Role.OFFICER, path))
        assert listed(insider) == []
        assert opinion_at_desk(insider, opinion.public_id) is None
    assert listed(actor_with(Role.COORDINATOR)) == ["反映崆峒区的"]


def test_filters(app: Flask, housing: Unit) -> None:
    board, topic, below = (
        make_board("messages"),
        make_topic("城乡建设/安全生产"),
        make_unit(f"{HOUSING}/物业科"),
    )
    make_opinion(title="别的", state=PUBLISHED, unit=housing, submitted_at=DAY)
    make_opinion(board, title="留言板的", state=PUBLISHED, unit=housing, submitted_at=DAY)
    make_opinion(title="安全生产的", state=PUBLISHED, unit=housing, topic=topic, submitted_at=DAY)
    make_opinion(title="物业科的", state=PUBLISHED, unit=below, submitted_at=DAY + timedelta(days=9))
    assert listed(OFFICER, board=board) == ["留言板的"]
    assert listed(OFFICER, topic=make_topic("城乡建设")) == ["安全生产的"]
    assert listed(OFFICER, unit=below) == ["物业科的"]
    assert listed(OFFICER, start=DAY + timedelta(days=1)) == ["物业科的"]
    assert len(listed(OFFICER, end=DAY + timedelta(days=1))) == 3
    assert listed(OFFICER, words="物业") == ["物业科的"]


def test_words_find_nothing_at_other_desks(officer: PageClient, housing: Unit) -> None:
    mine = make_opinion(title="电梯坏了", state=PUBLISHED, unit=housing)
    other = make_opinion(title="电梯停了", state=OpinionState.ACCEPTED, unit=make_unit("市直单位/交通局"))
    assert listed(OFFICER, words="电梯") == ["电梯坏了"]
    assert mine.title in officer.get("/desk/casework", q=mine.public_id).main
    page = officer.get("/desk/casework", q=other.public_id)
    assert other.title not in page.main and "没有找到" in page.main


def test_nobody_reads_at_another_desk_what_is_about_their_own_unit(app: Flask, housing: Unit) -> None:
    roads = make_unit("市直单位/交通局")
    opinion = make_opinion(title="反映住建局的", state=OpinionState.ACCEPTED, complained=housing)
    opinion.unit = roads
    db.session.commit()
    for other in (Role.COORDINATOR, Grant(Role.OFFICER, roads.path), Grant(Role.INSPECTOR, roads.path)):
        two_hats = actor_with(other, Grant(Role.OFFICER, housing.path))
        assert listed(two_hats) == [] and opinion_at_desk(two_hats, opinion.public_id) is None
        assert listed(actor_with(other)) == ["反映住建局的"]


def test_pages_hold_every_opinion_once(app: Flask, housing: Unit) -> None:
    for number in range(27):
        moment = DAY + timedelta(minutes=number // 2)
        make_opinion(title=f"第{number:02}条", state=PUBLISHED, unit=housing, submitted_at=moment)
    first = work_page(OFFICER, WorkFilter(TODAY), None)
    second = work_page(OFFICER, WorkFilter(TODAY), first.next_cursor)
    assert sorted(titles(first) + titles(second)) == [f"第{number:02}条" for number in range(27)]


def test_20_the_filter_offers_no_other_unit(app: Flask, housing: Unit) -> None:
    make_unit(CITY)
    below = make_unit(f"{HOUSING}/物业科")
    assert [choice.id for choice in units_at_desk(OFFICER)] == [housing.id, below.id]
    assert len(units_at_desk(actor_with(Role.COORDINATOR))) == 4


def test_the_page_keeps_filters_and_says_days_of_the_site(officer: PageClient, housing: Unit) -> None:
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # already the second of March in Shanghai
    make_opinion(title="二日凌晨", state=PUBLISHED, unit=housing, submitted_at=late)
    assert "二日凌晨" in officer.get("/desk/casework", start="2026-03-02", end="2026-03-02").main
    page = officer.get("/desk/casework", start="2026-03-01", end=str(date(2026, 3, 1)))
    assert "二日凌晨" not in page.main and "没有找到" in page.main
    assert page.form("main form")["start"] == "2026-03-01"


@pytest.mark.parametrize(
    "query",
    [
        {"answered": "maybe"},
        {"start": "soon"},
        {"end": "2026-02-31"},
        {"start": "0001-01-01"},
        {"start": "9999-12-31"},
        {"end": "9999-12-31"},
        {"unit": "9" * 40},
        {"topic": "x"},
        {"board": "\ud800"},
    ],
    ids=str,
)
def test_02_senseless_filters_filter_nothing(
    officer: PageClient, housing: Unit, query: dict[str, str]
) -> None:
    make_opinion(title="在这里", state=PUBLISHED, unit=housing)
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    page = officer.get("/desk/casework", **sent)
    assert page.main.count("在这里") == 1 and "看不懂" in page.main


def test_20_a_filter_by_anothers_unit_is_ignored(officer: PageClient, housing: Unit) -> None:
    city = make_unit(CITY)
    make_opinion(title="城管局的", state=PUBLISHED, unit=city)
    page = officer.get("/desk/casework", unit=str(city.id))
    assert "城管局的" not in page.main and "看不懂" in page.main


def test_the_list_of_one_unit_is_read_from_its_index(app: Flask, housing: Unit) -> None:
    plan = plan_of(lambda: work_page(OFFICER, WorkFilter(TODAY), None), "decided_at")
    # Which of the two serves better depends on how many opinions the unit has; either gives them in order.
    assert "ix_opinion_unit_work" in plan or "ix_opinion_work" in plan
