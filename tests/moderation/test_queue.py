"""The queue: what stands in it, for whom, in which order."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.core.rights import Grant, Role
from portal.moderation.queries import (
    QueueFilter,
    QueuePart,
    next_in_queue,
    opinion_to_moderate,
    part_counts,
    queue_page,
    waiting_by_board,
)
from portal.opinions.states import OpinionState, Visibility
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board, make_consultation
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.plans import plan_of
from tests.moderation.moments import DAY_1

FORM = "#decision"
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


def test_words_and_numbers_find_what_holds_them(app: Flask) -> None:
    lift = make_opinion(title="滨河小区电梯坏了", body="Otis 电梯三天两头停，100% 是老化。")
    make_opinion(title="滨河步道路灯不亮", body="晚上看不清路_很危险。")

    def found(words: str) -> list[str]:
        return titles(queue_page(MODERATOR, QueueFilter(words=words), None))

    assert found("滨河") == ["滨河小区电梯坏了", "滨河步道路灯不亮"]
    assert found("滨河  电梯") == found("OTIS") == found(lift.public_id.upper()) == ["滨河小区电梯坏了"]
    assert found("看不清") == ["滨河步道路灯不亮"]
    # What means anything to the database means itself here.
    assert found("100%") == ["滨河小区电梯坏了"] and found("路_很") == ["滨河步道路灯不亮"]
    assert found("%") == ["滨河小区电梯坏了"] and found("滨_步") == [] and found("'") == []
    assert found("没有这样的") == []
    # Each word is looked for in all texts: the first few have to do.
    assert found("滨河 电梯 三天 没有这样的") == ["滨河小区电梯坏了"]


def test_words_are_kept_on_the_way_through_the_queue(moderator: PageClient) -> None:
    first, _other, last = (
        make_opinion(title=title, body="请来看看。") for title in ("电梯一", "路灯", "电梯二")
    )
    page = moderator.get("/desk/moderation", q="电梯")
    assert page.form("main form")["q"] == "电梯"
    assert [card.get_text(strip=True) for card in page.soup.select("article h2")] == ["电梯一", "电梯二"]
    link = next(link for link in page.links() if first.public_id in link)
    done = moderator.submit(link, {"action": "publish"})
    assert last.public_id in done.response.location and "q=" in done.response.location
    assert "看不懂" in moderator.get("/desk/moderation", q="长" * 61).main


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


def _in_part(part: QueuePart) -> list[str]:
    return titles(queue_page(MODERATOR, QueueFilter(part), None))


def test_what_no_unit_was_given_stays_in_sight(app: Flask) -> None:
    """It is accepted and nobody is to answer it: no list showed it."""
    make_opinion(title="有单位", unit=make_unit(), state=OpinionState.PUBLISHED)
    for day, title, state in ((1, "后受理", OpinionState.ACCEPTED), (0, "先受理", OpinionState.PUBLISHED)):
        visibility = Visibility.PRIVATE if state is OpinionState.ACCEPTED else Visibility.PUBLIC
        make_opinion(title=title, state=state, visibility=visibility, decided_at=DAY_1 + timedelta(days=day))
    make_opinion(make_consultation().board, title="对征求意见稿的", state=OpinionState.PUBLISHED)
    assert _in_part(QueuePart.UNASSIGNED) == ["先受理", "后受理"]
    assert part_counts(MODERATOR) == {QueuePart.UNASSIGNED: 2}


def test_what_was_decided_is_found_again_the_latest_first(app: Flask) -> None:
    for day, state in ((0, OpinionState.PUBLISHED), (2, OpinionState.ACCEPTED), (1, OpinionState.REJECTED)):
        for number in range(2):
            moment = DAY_1 + timedelta(days=day, hours=number)
            make_opinion(title=f"{state}{number}", state=state, unit=make_unit(), decided_at=moment)
    make_opinion(title="还没看的")
    assert _in_part(QueuePart.ACCEPTED) == ["accepted1", "accepted0", "published1", "published0"]
    assert _in_part(QueuePart.REJECTED) == ["rejected1", "rejected0"]
    assert part_counts(MODERATOR) == {}


def test_an_opinion_in_whatever_state_is_found_by_its_number(moderator: PageClient) -> None:
    for state in OpinionState:
        opinion = make_opinion(state=state, title=f"这条{state}")
        page = moderator.get("/desk/moderation", q=opinion.public_id)
        if opinion.title not in page.main:
            page = moderator.get(next(link for link in page.links() if "part=all" in link))
        assert f"这条{state}" in page.main
        assert f"编号 {opinion.public_id}" in moderator.get(f"/desk/moderation/{opinion.public_id}").main
    listed = _in_part(QueuePart.ALL)
    assert {f"这条{state}" for state in OpinionState} <= set(listed)
    assert listed.index(f"这条{list(OpinionState)[-1]}") < listed.index(f"这条{next(iter(OpinionState))}")


def test_a_decision_has_one_key_on_every_page(moderator: PageClient) -> None:
    keys: dict[str, set[str]] = {}
    for visibility in Visibility:
        opinion = make_opinion(visibility=visibility)
        page = moderator.get(f"/desk/moderation/{opinion.public_id}")
        shown = [
            (str(one["value"]), "".join(one["accesskey"])) for one in page.soup.select("input[name=action]")
        ]
        assert f"访问键 {'、'.join(key for _action, key in shown)} 选" in page.main
        for action, key in shown:
            keys.setdefault(action, set()).add(key)
    assert keys == {"publish": {"1"}, "accept": {"2"}, "reject": {"3"}, "hold": {"4"}}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL plans by what a table holds
@pytest.mark.parametrize(
    ("part", "index"),
    [
        (QueuePart.UNASSIGNED, "ix_opinion_unit_work"),
        (QueuePart.ACCEPTED, "ix_opinion_work"),
        (QueuePart.REJECTED, "ix_opinion_rejected"),
    ],
)
def test_each_part_has_its_index(app: Flask, part: QueuePart, index: str) -> None:
    plan = plan_of(
        lambda: queue_page(MODERATOR, QueueFilter(part), None),
        "decided_at DESC" if not part.waits else "unit_id IS NULL",
    )
    assert index in plan and "TEMP B-TREE" not in plan


def test_a_unit_given_later_takes_it_out_and_leads_to_the_next(moderator: PageClient) -> None:
    unit = make_unit()
    first, second = (
        make_opinion(title=title, state=OpinionState.PUBLISHED, decided_at=DAY_1 + timedelta(days=day))
        for day, title in enumerate(("第一条", "第二条"))
    )
    queue = moderator.get("/desk/moderation", part="unassigned")
    assert "受理了，还没交办：2条" in queue.main and "已公开" in queue.main and "还没交办" in queue.main
    page = moderator.get(f"/desk/moderation/{first.public_id}", part="unassigned")
    following = moderator.submit(
        page, {"action": "publish", "unit": str(unit.id)}, form=FORM, follow=True, status=200
    )
    assert following.main.count("第二条") and "没有交办单位" not in following.html
    again = moderator.submit(following, {"action": "publish"}, form=FORM, follow=True, status=200)
    assert "还没有交办单位" in again.html and second.title in again.main


def test_correcting_what_was_decided_leads_back_to_the_list(moderator: PageClient) -> None:
    opinion = make_opinion(title="看错了的", state=OpinionState.REJECTED)
    make_opinion(title="另一条", state=OpinionState.REJECTED)
    page = moderator.get(f"/desk/moderation/{opinion.public_id}", part="rejected")
    back = moderator.submit(page, {"action": "publish", "unit": str(make_unit().id)}, follow=True, status=200)
    assert "另一条" in back.main and back.soup.select_one("select[name=part]") is not None


def test_staff_come_from_the_public_page_to_the_desk(
    app: Flask, client: PageClient, moderator: PageClient
) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, unit=make_unit("市/甲局"))
    page = f"/opinions/{opinion.public_id}"
    officer = PageClient(app).as_user(make_user("officer", Grant(Role.OFFICER, "市/甲局")))
    assert "在工作台打开" not in client.get(page).html
    for person, desk in ((moderator, "moderation"), (officer, "casework")):
        links = [link for link in person.get(page).links() if link.startswith("/desk/")]
        assert f"/desk/{desk}/{opinion.public_id}" in links
        assert opinion.title in person.get(f"/desk/{desk}/{opinion.public_id}").main
