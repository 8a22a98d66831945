"""The desk's first page: what waits for each person, and what waits longest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.opinions.states import OpinionState
from tests.factories.accounts import make_user
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import Page, PageClient

DAY = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def desk_of(app: Flask, *grants: Role | Grant) -> Page:
    return PageClient(app).as_user(make_user("somebody", *grants)).get("/desk/")


def numbers(page: Page) -> dict[str, str]:
    stats = page.soup.select("main a.stat")
    return {
        stat.select_one(".stat__label").get_text(strip=True): stat.select_one(".stat__number").get_text(
            strip=True
        )  # type: ignore[union-attr]
        for stat in stats
    }


def titles(page: Page) -> list[str]:
    return [link.get_text(strip=True) for link in page.soup.select("main .opinion-card__title a")]


def test_moderators_see_what_has_waited_longest_and_each_part_of_their_work(app: Flask) -> None:
    for number in range(6, 0, -1):
        make_opinion(
            title=f"第{number}条", submitted_at=DAY + timedelta(hours=number), body="电话13812345678"
        )
    make_opinion(title="等补充的", state=OpinionState.HELD)
    page = desk_of(app, Role.MODERATOR)
    assert titles(page) == [f"第{number}条" for number in range(1, 6)]
    assert numbers(page) == {"等待审核": "6", "等作者补充": "1", "等待审核的评论": "0"}
    assert "疑似个人信息" in page.main


def test_units_see_what_is_past_its_day_and_what_has_waited_longest(app: Flask) -> None:
    housing, other = make_unit("市直单位/住建局"), make_unit("市直单位/城管局")
    for number, unit in ((3, housing), (1, housing), (2, other)):
        opinion = make_opinion(
            title=f"第{number}条", state=OpinionState.PUBLISHED, unit=unit, submitted_at=DAY,
            decided_at=DAY + timedelta(days=number),
        )  # fmt: skip
        opinion.due_on = date.today() + timedelta(days=number - 3 if number == 1 else 9)
    db.session.commit()
    page = desk_of(app, Grant(Role.OFFICER, housing.path))
    assert titles(page) == ["第1条", "第3条"]
    assert numbers(page) == {"等待答复": "2", "已过期限": "1", "已经答复": "0"}


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.COORDINATOR])
def test_a_desk_where_nothing_waits_says_so_in_numbers(app: Flask, role: Role) -> None:
    page = desk_of(app, role)
    assert titles(page) == [] and numbers(page)["等待审核"] == "0"


def test_who_has_no_opinions_to_see_to_is_told_where_the_work_is(app: Flask) -> None:
    make_opinion()
    page = desk_of(app, Role.ADMINISTRATOR)
    assert numbers(page) == {} and titles(page) == []
    assert "这里没有需要您处理的意见" in page.main
