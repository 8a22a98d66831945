"""What visitors read: lists, an opinion, units, topics, search, the receipt."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.campaigns.states import BoardKind
from portal.core.clock import now
from portal.core.db import db
from portal.opinions.models import Support
from portal.opinions.states import OpinionState, Visibility
from portal.site.campaigns import when_open
from tests.factories.campaigns import make_board, make_campaign
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion, make_receipt
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient

PUBLISHED, ACCEPTED = OpinionState.PUBLISHED, OpinionState.ACCEPTED
START = datetime(2026, 5, 1, tzinfo=UTC)


def test_home_offers_two_ways_in_and_what_is_being_asked(client: PageClient) -> None:
    make_board()
    make_opinion(state=PUBLISHED, title="加装电梯")
    page = client.get("/")
    assert "我要提意见" in page.main and "查进度" in page.main
    assert {
        "/opinions/new",
        "/receipts",
        "/campaigns/xianyice",
        "/boards/suggestions",
        "/search?state=answered",
        "/search?state=in_hand",
    } <= page.links()
    assert "加装电梯" in page.main


def test_home_of_an_empty_site_is_a_page_too(client: PageClient) -> None:
    assert "现在没有正在进行的征集" in client.get("/").main


def test_a_campaign_says_what_it_is_for(client: PageClient) -> None:
    make_board(
        campaign=make_campaign(
            purpose="第一段\n\n第二段", opens_at=START, closes_at=START + timedelta(days=900)
        )
    )
    page = client.get("/campaigns/xianyice")
    assert [tag.get_text() for tag in page.soup.select(".reading p")][:2] == ["第一段", "第二段"]
    client.get("/campaigns/nothing", status=404)


@pytest.mark.parametrize("state", sorted(set(OpinionState) - {PUBLISHED, OpinionState.MERGED}))
def test_15_what_is_not_published_is_nowhere(client: PageClient, state: OpinionState) -> None:
    """CVE-2024-27090: not by page, list, unit, topic or search."""
    unit, topic = make_unit("市/交通局"), make_topic("交通/公交")
    opinion = make_opinion(state=state, title="独一无二的标题", unit=unit, topic=topic)
    client.get(f"/opinions/{opinion.public_id}", status=404)
    for path in (
        "/",
        "/boards/suggestions",
        "/units/市/交通局",
        "/topics/交通",
        "/boards/suggestions?sort=supported",
    ):
        assert "独一无二" not in client.get(path).html, path
    assert "没找到" in client.get("/search", q="独一无二").main


def test_a_board_lists_25_a_page_and_every_opinion_once(client: PageClient) -> None:
    board = make_board()
    for number in range(30):
        make_opinion(board, PUBLISHED, title=f"第{number:02}条", decided_at=START + timedelta(hours=number))
    first = client.get("/boards/suggestions")
    titles = [tag.get_text() for tag in first.soup.select(".opinion-card__title")]
    assert titles == [f"第{number:02}条" for number in range(29, 4, -1)]
    rest = client.get(str(first.one("a[rel=next]")["href"]))
    assert [tag.get_text() for tag in rest.soup.select(".opinion-card__title")] == [
        f"第{n:02}条" for n in range(4, -1, -1)
    ]
    assert not rest.soup.select("a[rel=next]")
    back = client.get(str(rest.one("a[rel=prev]")["href"]))
    assert [tag.get_text() for tag in back.soup.select(".opinion-card__title")] == titles


def test_the_most_supported_come_first_when_asked(client: PageClient) -> None:
    make_opinion(state=PUBLISHED, title="少的", decided_at=START + timedelta(days=1))
    more = make_opinion(state=PUBLISHED, title="多的", decided_at=START)
    more.support_count = 5
    db.session.commit()
    page = client.get("/boards/suggestions?sort=supported")
    assert [tag.get_text() for tag in page.soup.select(".opinion-card__title")] == ["多的", "少的"]


@pytest.mark.parametrize(
    "query", ["sort=<script>", "sort=id&sort=x", "cursor=<script>", "cursor=a.AAAA", "page=-1", "sort="]
)
def test_02_sort_and_cursor_are_allow_listed(client: PageClient, query: str) -> None:
    """CVE-2024-32469: what is not known is the default, and never shown."""
    make_opinion(state=PUBLISHED)
    page = client.get(f"/boards/suggestions?{query}")
    assert "<script>" not in page.html.replace("<script nonce", "")
    assert len(page.soup.select(".opinion-card")) == 1


def test_an_opinion_shows_its_story_and_never_a_persons_name(client: PageClient) -> None:
    unit = make_unit("市/交通局")
    opinion = make_opinion(state=PUBLISHED, unit=unit, topic=make_topic("交通/公交"), title="加车")
    make_reply(opinion, body="下月起增加两班。")
    page = client.get(f"/opinions/{opinion.public_id}")
    assert "下月起增加两班" in page.main
    for words in ("已提交", "审核通过，已公开", "已交交通局办理", "交通局已答复", "已答复"):
        assert words in page.main, words
    assert {
        "/units/%E5%B8%82/%E4%BA%A4%E9%80%9A%E5%B1%80",
        "/topics/%E4%BA%A4%E9%80%9A/%E5%85%AC%E4%BA%A4",
    } <= page.links()
    assert "somebody" not in page.html


def test_a_branch_for_the_rest_is_shown_with_its_topic(client: PageClient) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED, topic=make_topic("城乡建设/村镇建设/其他"))
    assert "村镇建设/其他" in client.get("/boards/suggestions").main
    page = client.get(f"/opinions/{opinion.public_id}")
    assert "村镇建设/其他" in page.one(".opinion-card__facts").get_text()


def test_a_unit_lists_its_own_and_those_below(client: PageClient) -> None:
    make_opinion(state=PUBLISHED, unit=make_unit("市/交通局/运管处"), title="下级的")
    make_opinion(state=PUBLISHED, unit=make_unit("市/教育局"), title="别家的")
    page = client.get("/units/市/交通局")
    assert "下级的" in page.main and "别家的" not in page.main
    client.get("/units/市/没有", status=404)


def test_a_topic_lists_its_own_and_those_below(client: PageClient) -> None:
    make_opinion(state=PUBLISHED, topic=make_topic("交通/公交/线路"), title="下级的")
    make_opinion(state=PUBLISHED, topic=make_topic("教育/学校"), title="别的")
    page = client.get("/topics/交通")
    assert "下级的" in page.main and "别的" not in page.main
    client.get("/topics/没有", status=404)


@pytest.mark.parametrize("query", ["公交", "公交站台", "公車", "站 台", "Ｂ１２", "b12"])
def test_search_finds_two_characters_and_traditional_ones(client: PageClient, query: str) -> None:
    make_opinion(state=PUBLISHED, title="公交站台太窄", body="B12路公车站牌看不清。")
    make_opinion(state=PUBLISHED, title="路灯不亮", body="晚上看不见。")
    page = client.get("/search", q=query)
    assert [tag.get_text() for tag in page.soup.select(".opinion-card__title")] == ["公交站台太窄"]


def test_search_marks_what_it_found_and_escapes_the_rest(client: PageClient) -> None:
    make_opinion(state=PUBLISHED, title="x", body="<b>公交</b>很好")
    page = client.get("/search", q="公交")
    assert page.one(".opinion-card__excerpt mark").get_text() == "公交"
    assert "&lt;b&gt;" in page.html


def test_an_opinion_taken_back_is_found_no_more(client: PageClient) -> None:
    receipt = make_receipt(title="公交")
    code = receipt.code
    page = client.submit("/receipts", {"code": code}, status=200)
    client.submit(page, {}, form='form[action="/receipts/withdraw"]', status=200)
    assert "已撤回" in client.submit("/receipts", {"code": code}, status=200).main
    assert not client.submit("/receipts", {"code": code}, status=200).soup.select(
        'form[action="/receipts/withdraw"]'
    )


def test_a_wrong_code_says_so_and_keeps_it(client: PageClient) -> None:
    for code in ("8X4K-M2PR-T7HW", "x", "<script>", "0" * 60):
        page = client.submit("/receipts", {"code": code}, status=400)
        assert "没有找到这个查询码" in page.main
        assert page.form()["code"] == code


def test_the_receipt_of_an_accepted_private_opinion_shows_the_reply(client: PageClient) -> None:
    unit = make_unit("市/交通局")
    receipt = make_receipt(visibility=Visibility.PRIVATE)
    opinion = make_opinion(state=ACCEPTED, unit=unit, visibility=Visibility.PRIVATE, title="私下说")
    make_reply(opinion, body="只给您看的答复。")
    assert receipt.code
    client.get(f"/opinions/{opinion.public_id}", status=404)


def test_one_person_supports_once_and_may_take_it_back(app: Flask) -> None:
    opinion = make_opinion(state=PUBLISHED)
    path = f"/opinions/{opinion.public_id}"
    one, other = PageClient(app), PageClient(app)
    form = f'form[action="{path}/support"]'
    page = one.get(path)
    one.submit(page, {}, form=form)
    one.submit(page, {}, form=form)
    other.submit(other.get(path), {}, form=form)
    assert "2人支持" in other.get(path).main
    one.submit(one.get(path), {}, form=f'form[action="{path}/support/undo"]')
    assert "1人支持" in other.get(path).main
    assert len(db.session.scalars(db.select(Support)).all()) == 1


def test_what_is_not_public_cannot_be_supported(client: PageClient) -> None:
    make_board()
    opinion = make_opinion(state=ACCEPTED)
    token = client.get("/receipts").form()["csrf_token"]
    client.post(f"/opinions/{opinion.public_id}/support", {"csrf_token": token}, status=404)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(None, None, "长期开放"), (-3, 9, "还有"), (2, 9, "开始"), (-9, -2, "结束")],
)
def test_home_says_when_a_campaign_is_open(
    client: PageClient, opens: int | None, closes: int | None, words: str
) -> None:
    moments = [None if days is None else now() + timedelta(days=days) for days in (opens, closes)]
    make_board(campaign=make_campaign(opens_at=moments[0], closes_at=moments[1]))
    home, campaign = client.get("/"), client.get("/campaigns/xianyice")
    assert words in home.main and words in campaign.main
    assert "/opinions/new" in home.links()


def test_the_last_day_is_said_as_such(app: Flask) -> None:
    zone = app.extensions["portal_settings"].timezone
    campaign = make_campaign(opens_at=START, closes_at=START + timedelta(days=10, hours=16))
    said = [when_open(START + timedelta(days=days), zone, campaign) for days in (-1, 1, 10, 11)]
    assert said == ["2026年5月1日开始", "还有9天，2026年5月11日截止", "今天截止", "已于2026年5月11日结束"]


def test_a_campaign_says_who_reads_and_what_is_published(client: PageClient) -> None:
    make_board()
    assert "谁会读到" in client.get("/campaigns/xianyice").main
    make_campaign(readers="由办公室三个人读。", publishes="五月底公布。")
    page = client.get("/campaigns/xianyice")
    assert "由办公室三个人读。" in page.main and "五月底公布。" in page.main


@pytest.mark.parametrize("kind", list(BoardKind))
def test_every_kind_of_board_says_its_rules(client: PageClient, kind: BoardKind) -> None:
    make_board(kind=kind)
    page = client.get("/boards/suggestions")
    assert str(kind.label) in page.main
    assert [tag.get_text(strip=True) for tag in page.soup.select(".board-rules li")] == [
        str(r) for r in kind.rules
    ]


def test_a_board_within_a_campaign_says_the_days_of_both(client: PageClient) -> None:
    campaign = make_campaign(closes_at=now() + timedelta(days=9))
    make_board(campaign=campaign, opens_at=now() - timedelta(days=1))
    assert "还有9天" in client.get("/boards/suggestions").main
