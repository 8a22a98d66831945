"""The queue: what stands in it, for whom, in which order."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.rights import Grant, Role
from portal.moderation.queries import (
    QueueFilter,
    next_in_queue,
    opinion_to_moderate,
    queue_page,
    waiting_by_board,
)
from portal.opinions.states import OpinionState, Visibility
from tests.factories.accounts import actor_with
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.plans import plan_of
from tests.moderation.moments import DAY_1

MODERATOR = actor_with(Role.MODERATOR)


def titles(page: object) -> list[str]:
    return [row.title for row in page.rows]  # type: ignore[attr-defined]


def test_what_waits_comes_oldest_first_and_what_was_decided_does_not(app: Flask) -> None:
    for day, title in ((2, "后来的"), (0, "最早的"), (1, "中间的")):
        make_opinion(title=title, submitted_at=DAY_1 + timedelta(days=day))
    make_opinion(title="已经公开", state=OpinionState.PUBLISHED)
    make_opinion(title="已经撤回", state=OpinionState.WITHDRAWN)
    assert titles(queue_page(MODERATOR, QueueFilter(), None)) == ["最早的", "中间的", "后来的"]


def test_what_a_board_published_at_once_is_looked_at_too(app: Flask) -> None:
    board = make_board("messages", moderation="post")
    opinion = make_opinion(board, title="先公开的")
    assert opinion.state == OpinionState.PUBLISHED
    assert titles(queue_page(MODERATOR, QueueFilter(), None)) == ["先公开的"]


def test_pages_hold_every_opinion_once(app: Flask) -> None:
    for number in range(27):
        make_opinion(title=f"第{number:02}条", submitted_at=DAY_1 + timedelta(minutes=number // 2))
    first = queue_page(MODERATOR, QueueFilter(), None)
    second = queue_page(MODERATOR, QueueFilter(), first.next_cursor)
    assert sorted(titles(first) + titles(second)) == [f"第{number:02}条" for number in range(27)]
    assert titles(queue_page(MODERATOR, QueueFilter(), second.previous_cursor)) == titles(first)


def test_filters_take_what_lies_below(app: Flask) -> None:
    board, unit, topic = make_board("messages"), make_unit("市直单位/住建局"), make_topic("城乡建设/安全生产")
    make_opinion(title="别的")
    make_opinion(board, title="留言板的")
    make_opinion(title="住建局的", unit=unit)
    make_opinion(title="反映住建局的", complained=unit)
    make_opinion(title="安全生产的", topic=topic)

    def found(**wanted: object) -> set[str]:
        return set(titles(queue_page(MODERATOR, QueueFilter(**wanted), None)))  # type: ignore[arg-type]

    assert found(board=board) == {"留言板的"}
    assert found(unit=make_unit("市直单位")) == {"住建局的", "反映住建局的"}
    assert found(topic=make_topic("城乡建设")) == {"安全生产的"}
    assert found(without_unit=True) == {"别的", "留言板的", "安全生产的"}


def test_counts_by_board(app: Flask) -> None:
    make_opinion(), make_opinion(), make_opinion(make_board("messages", title="留言板"))
    make_opinion(state=OpinionState.REJECTED)
    assert {row.slug: row.count for row in waiting_by_board(MODERATOR)} == {"suggestions": 2, "messages": 1}


@pytest.mark.parametrize("own", ["市直单位/住建局", "市直单位/住建局/物业科"])
def test_a_complaint_is_kept_from_insiders(app: Flask, own: str) -> None:
    opinion = make_opinion(complained=make_unit("市直单位/住建局"))
    insider = actor_with(Role.MODERATOR, Grant(Role.OFFICER, own))
    assert titles(queue_page(insider, QueueFilter(), None)) == []
    assert opinion_to_moderate(insider, opinion.public_id) is None
    assert opinion_to_moderate(MODERATOR, opinion.public_id) is opinion


def test_next_goes_on_wraps_around_and_skips_ones_own_unit(app: Flask) -> None:
    unit = make_unit("市直单位/住建局")
    first = make_opinion(title="一", submitted_at=DAY_1)
    make_opinion(title="二", unit=unit, submitted_at=DAY_1 + timedelta(days=1))
    third = make_opinion(title="三", submitted_at=DAY_1 + timedelta(days=2))
    insider = actor_with(Role.MODERATOR, Grant(Role.EDITOR, unit.path))
    assert next_in_queue(insider, QueueFilter(), first) == third.public_id
    assert next_in_queue(MODERATOR, QueueFilter(), third) == first.public_id
    assert next_in_queue(insider, QueueFilter(unit=unit), first) is None


def test_the_queue_is_read_from_its_index(app: Flask) -> None:
    plan = plan_of(lambda: queue_page(MODERATOR, QueueFilter(), None), "needs_review")
    assert "ix_opinion_queue" in plan and "TEMP B-TREE" not in plan


def test_the_page_shows_marks_ages_and_keeps_filters(moderator: PageClient) -> None:
    unit = make_unit()
    make_opinion(title="有电话的", body="请打13812345678", unit=unit, submitted_at=DAY_1)
    make_opinion(title="不公开的", unit=unit, visibility=Visibility.PRIVATE)
    make_opinion(title="反映单位的", complained=unit)
    page = moderator.get("/desk/moderation", unit=str(unit.id))
    cards = {card.h2.get_text(strip=True): card.get_text(" ") for card in page.soup.select("article")}
    assert "疑似个人信息" in cards["有电话的"] and "13812345678" not in cards["有电话的"]
    assert "天" in cards["有电话的"]
    assert "不公开" in cards["不公开的"] and "疑似" not in cards["不公开的"]
    assert "反映的就是这个单位：住建局" in cards["反映单位的"]
    assert all(f"unit={unit.id}" in link for link in page.links() if link.count("/") == 3 and "?" in link)


@pytest.mark.parametrize(
    "query",
    [{"board": "nothing"}, {"unit": "9" * 30}, {"unit": "-1"}, {"topic": "' OR 1=1"}, {"board": "\x00"}],
)
def test_02_senseless_filters_filter_nothing_and_say_so(moderator: PageClient, query: dict[str, str]) -> None:
    make_opinion(title="在这里")
    page = moderator.get("/desk/moderation", **query)
    assert "在这里" in page.main and "看不懂" in page.main
    assert moderator.get("/desk/moderation", cursor="a.junk").main.count("在这里") == 1


def test_an_empty_queue_says_so(moderator: PageClient) -> None:
    assert "都审核完了" in moderator.get("/desk/moderation").main
