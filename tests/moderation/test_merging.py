"""One opinion merged into another of its board: supporters once each, nothing lost, taken back by one click."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.campaigns.states import BoardKind
from portal.core.db import db
from portal.core.errors import IllegalMove, NotAllowed
from portal.core.rights import Actor, Grant, Role
from portal.moderation.merging import Unconfirmed, merge, unmerge
from portal.moderation.models import Merge
from portal.notices.models import Notice
from portal.opinions.models import Opinion, Support
from portal.opinions.queries import ledger
from portal.opinions.receipts import withdraw
from portal.opinions.states import EventKind, OpinionState, PublicState
from portal.opinions.supports import support, take_support_back
from tests.factories.accounts import actor_with, make_user
from tests.factories.campaigns import make_board
from tests.factories.casework import make_reply
from tests.factories.opinions import bring_to, make_opinion, make_receipt
from tests.factories.taxonomy import make_unit
from tests.kit.client import Page, PageClient

MODERATOR = actor_with(Role.MODERATOR)
PUBLISHED = OpinionState.PUBLISHED
BODY = "滨河小区六号楼住了很多老人，上下楼不方便。希望尽快加装电梯。"


@pytest.fixture
def pair(app: Flask) -> tuple[Opinion, Opinion]:
    """Two published opinions about the same thing, on one board."""
    return (
        make_opinion(state=PUBLISHED, title="滨河小区想装电梯", body=BODY),
        make_opinion(
            state=PUBLISHED, title="滨河小区加装电梯", body=BODY + "谢谢。", unit=make_unit("市/甲局")
        ),
    )


def supported(opinion: Opinion, *people: str) -> None:
    for person in people:
        support(opinion, [person], Actor())
    db.session.commit()


def people(opinion: Opinion) -> set[str]:
    return set(db.session.scalars(sa.select(Support.person_key).where(Support.opinion_id == opinion.id)))


def counted(opinion: Opinion) -> int:
    db.session.rollback()
    db.session.refresh(opinion)
    assert opinion.support_count == len(people(opinion))
    return opinion.support_count


def kinds(opinion: Opinion) -> list[str]:
    return [event.kind for event in opinion.events]


def merged(one: Opinion, other: Opinion, **more: Any) -> None:
    merge(one, other, "同一件事", MODERATOR, **more)
    db.session.commit()


def test_supporters_count_once_each_and_go_back(pair: tuple[Opinion, Opinion]) -> None:
    one, other = pair
    supported(one, "v:a", "v:b", "v:c")
    supported(other, "v:b", "v:d")
    merged(one, other)
    assert counted(other) == 4 and people(one) == {"v:a", "v:b", "v:c"}
    supported(other, "v:a", "v:e")  # the first is there already
    take_support_back(other, ["v:c"], Actor())
    db.session.commit()
    assert counted(other) == 4
    unmerge(one, MODERATOR)
    db.session.commit()
    assert people(other) == {"v:b", "v:d", "v:e"} and counted(other) == 3 and counted(one) == 3


def test_it_is_undone_to_what_it_was_and_stays_on_record(pair: tuple[Opinion, Opinion]) -> None:
    one, other = pair
    published_at, counts = one.published_at, ledger()
    merged(one, other)
    assert (one.state, one.public_state, one.published_at) == (
        OpinionState.MERGED,
        PublicState.ACCEPTED,
        None,
    )
    assert ledger() == {**counts, "merged": 1, "counted": counts["counted"] - 1}
    unmerge(one, MODERATOR)
    db.session.commit()
    assert (one.state, one.published_at) == (PUBLISHED, published_at) and ledger() == counts
    assert kinds(one)[-2:] == [EventKind.MERGED, EventKind.UNMERGED]
    assert kinds(other)[-2:] == [EventKind.JOINED, EventKind.PARTED]
    merged(one, other)
    rows = db.session.scalars(sa.select(Merge).order_by(Merge.id)).all()
    assert [row.undone_at is None for row in rows] == [False, True] and rows[0].reason == "同一件事"
    with pytest.raises(IllegalMove):
        unmerge(other, MODERATOR)


def test_everybody_is_led_to_the_other_one(pair: tuple[Opinion, Opinion], client: PageClient) -> None:
    one, other = pair
    merged(one, other)
    page = client.get(f"/opinions/{one.public_id}")
    assert "已并入" in page.main and BODY in page.main and f"/opinions/{other.public_id}" in page.links()
    assert not page.soup.select("form[action*=support], .comments")
    for path in ("/", "/boards/suggestions", "/search?q=滨河小区"):
        html = client.get(path).html
        assert one.public_id not in html and other.public_id in html
    client.post(f"/opinions/{one.public_id}/support", {"csrf_token": client.token()}, status=404)
    unmerge(one, MODERATOR)
    db.session.commit()
    assert "我也支持" in client.get(f"/opinions/{one.public_id}").main
    assert one.public_id in client.get("/search?q=滨河小区").html


def test_the_author_reads_it_by_code_and_in_the_account_and_learns_of_the_answer(
    pair: tuple[Opinion, Opinion], client: PageClient
) -> None:
    _one, other = pair
    author = make_user("zhang")
    receipt = make_receipt(title="滨河小区电梯", body=BODY, author=author)
    bring_to(receipt.opinion, PUBLISHED)
    merged(receipt.opinion, other)
    make_reply(other)
    page = client.submit("/receipts", {"code": receipt.code}, status=200, form="form[data-look-up]")
    assert f"/opinions/{other.public_id}" in page.links() and "已并入" in page.main and "已答复" in page.main
    assert not page.soup.select("form[action='/receipts/add']")
    news = PageClient(client.app).as_user(author).get("/me/notices").main
    assert "已并入说同一件事的另一条意见" in news and "并入的那一条，甲局已答复" in news
    told = db.session.scalar(sa.select(sa.func.count()).select_from(Notice))
    assert told == len([kind for kind in kinds(receipt.opinion) if kind != EventKind.SUBMITTED])


def test_what_it_was_merged_into_is_withdrawn(pair: tuple[Opinion, Opinion]) -> None:
    one, other = pair
    supported(one, "v:a")
    merged(one, other)
    withdraw(other, Actor())
    db.session.commit()
    assert one.state == PUBLISHED and counted(one) == 1 and counted(other) == 0


def test_withdrawn_while_it_is_merged_it_takes_its_supports_along(pair: tuple[Opinion, Opinion]) -> None:
    one, other = pair
    supported(one, "v:a")
    merged(one, other)
    withdraw(one, Actor())
    db.session.commit()
    assert one.state == OpinionState.WITHDRAWN and counted(other) == 0
    with pytest.raises(IllegalMove):
        unmerge(one, MODERATOR)


def test_not_across_places_unless_somebody_says_so(app: Flask) -> None:
    one, other = [
        make_opinion(
            state=PUBLISHED,
            title=f"{place}小区想装电梯",
            body=f"{place}小区六号楼住了很多老人，希望加装电梯。",
        )
        for place in ("滨河", "梧桐里")
    ]
    with pytest.raises(Unconfirmed):
        merged(one, other)
    db.session.rollback()
    merged(one, other, confirmed=True)
    assert one.state == OpinionState.MERGED


def test_not_where_hardly_a_word_is_shared_unless_somebody_says_so(app: Flask) -> None:
    one = make_opinion(state=PUBLISHED, title="想装电梯", body=BODY)
    other = make_opinion(state=PUBLISHED, title="公园长椅太少", body="百草公园只有两张长椅，走累了没处坐。")
    client = desk(app)
    typed = {"merge-address": other.public_id, "merge-reason": "同一件事"}
    asked = client.submit(shown(client, one), typed, form="#merge form", status=400)
    assert "两条的文字几乎没有相同的" in asked.main and "地点或数字" not in asked.main
    assert asked.form("#merge form")["merge-reason"] == "同一件事" and counted(one) == 0
    assert one.state == PUBLISHED
    client.submit(asked, {"merge-confirmed": "y"}, form="#merge form")
    assert counted(one) == 0 and one.state == OpinionState.MERGED
    merged_page = shown(client, one)
    client.submit(merged_page, {}, form=f'form[action="/desk/moderation/{one.public_id}/unmerge"]')
    assert counted(one) == 0 and one.state == PUBLISHED


def test_told_in_words_of_its_own_it_is_not_asked_about(app: Flask) -> None:
    one = make_opinion(state=PUBLISHED, title="想装电梯", body=BODY)
    other = make_opinion(state=PUBLISHED, title="老人下楼难", body="我家住滨河小区，父亲八十岁，爬不动楼了。")
    merged(one, other)
    assert one.state == OpinionState.MERGED


def test_what_cannot_be_merged(pair: tuple[Opinion, Opinion]) -> None:
    one, other = pair
    elsewhere = make_opinion(make_board("messages"), PUBLISHED, body=BODY)
    draft = make_board("draft", kind=BoardKind.CONSULTATION)
    drafts = [make_opinion(draft, PUBLISHED, body=BODY) for _number in range(2)]
    waiting = make_opinion(body=BODY)
    answered = make_opinion(state=PUBLISHED, body=BODY, unit=make_unit("市/甲局"))
    make_reply(answered)
    for first, second in (
        (one, one),
        (one, elsewhere),
        drafts,
        (one, waiting),
        (waiting, one),
        (answered, one),
    ):
        with pytest.raises(IllegalMove):
            merge(first, second, "同一件事", MODERATOR, confirmed=True)
        db.session.rollback()
    merged(one, other, confirmed=True)
    with pytest.raises(IllegalMove):  # others are merged into it
        merge(other, answered, "同一件事", MODERATOR, confirmed=True)
    db.session.rollback()
    for actor in (actor_with(Role.COORDINATOR), actor_with(Role.MODERATOR, Grant(Role.OFFICER, "市/甲局"))):
        with pytest.raises(NotAllowed):
            unmerge(one, actor) if actor.may("moderation:review") and not actor.own_units() else merge(  # type: ignore[arg-type]
                answered, other, "x", actor
            )
        db.session.rollback()


def desk(app: Flask) -> PageClient:
    return PageClient(app).as_user(make_user("moderator", Role.MODERATOR))


def shown(client: PageClient, opinion: Opinion) -> Page:
    return client.get(f"/desk/moderation/{opinion.public_id}")


def test_at_the_desk_a_similar_one_is_offered_and_one_click_takes_it_back(
    pair: tuple[Opinion, Opinion], app: Flask
) -> None:
    one, other = pair
    client = desk(app)
    page = shown(client, one)
    offered = [str(field["value"]) for field in page.soup.select("#merge input[type=radio]")]
    assert offered == [other.public_id]
    refused = client.submit(page, {"merge-reason": "同一栋楼"}, form="#merge form", status=400)
    assert "请选一条，或者填网址" in refused.main
    assert refused.form("#merge form")["merge-reason"] == "同一栋楼"
    spaces = {"merge-pick": other.public_id, "merge-reason": "　 "}
    assert "请写一句为什么合并" in client.submit(refused, spaces, form="#merge form", status=400).main
    client.submit(refused, {"merge-pick": other.public_id}, form="#merge form")
    page = shown(client, one)
    assert "已并入" in page.main and "同一栋楼" in page.main and not page.soup.select("#decision")
    assert one.title in shown(client, other).one("section[aria-labelledby=joined]").get_text()
    client.submit(page, {}, form=f'form[action="/desk/moderation/{one.public_id}/unmerge"]')
    assert counted(one) == 0 and one.state == PUBLISHED


def test_at_the_desk_an_address_names_it_and_other_places_are_asked_about(app: Flask) -> None:
    one, other = [
        make_opinion(
            state=PUBLISHED, title=f"{place}路的路灯", body=f"{place}路的路灯坏了三个月，晚上看不清。"
        )
        for place in ("青河", "新桥")
    ]
    client = desk(app)
    typed = {
        "merge-address": f"http://localhost/opinions/{other.public_id}/?x=1#comments",
        "merge-reason": "同一处",
    }
    asked = client.submit(shown(client, one), typed, form="#merge form", status=400)
    assert "说的地点或数字好像不一样" in asked.main
    client.submit(asked, {"merge-confirmed": "y"}, form="#merge form")
    assert counted(one) == 0 and one.state == OpinionState.MERGED
    nowhere = client.submit(
        shown(client, other), {**typed, "merge-address": "没有"}, form="#merge form", status=400
    )
    assert "没有这一条公开的意见" in nowhere.main
