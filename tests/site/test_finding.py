"""Finding: words with filters, what is not understood, and the page that helps where nothing is found."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal.opinions.queries import published_ids, published_page
from portal.opinions.states import OpinionState
from portal.search import queries
from portal.search.queries import search
from tests.factories.campaigns import make_board, make_campaign
from tests.factories.casework import make_reply
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import Page, PageClient
from tests.kit.plans import plan_of

PUBLISHED = OpinionState.PUBLISHED
START = datetime(2026, 5, 1, 4, tzinfo=UTC)


def titles(page: Page) -> list[str]:
    return [tag.get_text() for tag in page.soup.select(".opinion-card__title")]


@pytest.fixture
def world(app: Flask) -> None:
    """Two campaigns, two units with one below, two topics; one answered, the days one apart."""
    boards = [make_board(f"b-{slug}", make_campaign(slug, f"活动{slug}")) for slug in ("one", "two")]
    units = [make_unit("市/交通局"), make_unit("市/交通局/运管处"), make_unit("市/教育局")]
    topics = [make_topic("交通/公交"), make_topic("教育/学校")]
    made = itertools.count()
    for board, unit, topic in zip(boards * 3, units * 2, topics * 3, strict=True):
        number = next(made)
        opinion = make_opinion(
            board, PUBLISHED, title=f"第{number}条", body="公交站台太窄，公车挤。" if number % 2 else "校门口的公交站没有公车。",
            unit=unit, topic=topic, decided_at=START + timedelta(days=number),
        )  # fmt: skip
        if number == 3:
            make_reply(opinion)


FILTERS = [
    ({"campaign": "one"}, "420"), ({"unit": "市/交通局"}, "4310"), ({"unit": "市/交通局/运管处"}, "41"),
    ({"topic": "教育"}, "531"), ({"state": "answered"}, "3"), ({"state": "in_hand"}, "54210"),
    ({"since": "2026-05-04"}, "543"), ({"until": "2026-05-02"}, "10"), ({"since": "2026-05-02", "until": "2026-05-03"}, "21"),
    ({"unit": "市/交通局", "topic": "教育"}, "31"), ({"campaign": "two", "state": "in_hand", "since": "2026-05-03"}, "5"),
    ({}, "543210"),
]  # fmt: skip


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("words", ["", "公交", "公交站", "公", "公車"])
def test_filters_mean_the_same_with_words_and_without(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    for (filters, expected), few in itertools.product(FILTERS, (0, 1000)):
        monkeypatch.setattr(queries, "FEW", few)
        page = client.get("/search", q=words, **filters)
        assert titles(page) == [f"第{number}条" for number in expected], f"{filters}, few: {few}"


@pytest.mark.usefixtures("world")
def test_pages_of_a_filtered_search_follow_one_another(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    within = published_ids(public_state="in_hand")
    for few in (0, 1000):
        monkeypatch.setattr(queries, "FEW", few)
        seen: list[int] = []
        cursor = None
        while True:
            page = search("公交", kind="opinion", cursor=cursor, size=2, within=within)
            seen += page.rows
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 5 and seen == sorted(seen, reverse=True)


@pytest.mark.usefixtures("world")
def test_each_filter_can_be_taken_away(client: PageClient) -> None:
    page = client.get("/search", q="公交", unit="市/交通局", state="answered")
    addresses = [str(chip["href"]) for chip in page.soup.select(".chip")]
    left = [set(parse_qs(urlsplit(address).query)) for address in addresses]
    assert left == [{"q", "state"}, {"q", "unit"}]
    assert page.one("details.find__more").has_attr("open")
    assert page.form("form.find")["unit"] == "市/交通局"


@pytest.mark.usefixtures("world")
def test_nothing_found_offers_less_and_never_a_dead_end(client: PageClient) -> None:
    page = client.get("/search", q="公交地铁票价", unit="市/教育局", state="answered")
    ways = {tag.get_text(strip=True): str(tag["href"]) for tag in page.soup.select(".empty__ways a")}
    assert list(ways) == ["只找“公交”", "不限“教育局”", "不限“已答复”", "我要提意见"]
    assert titles(client.get(ways["只找“公交”"])) == []
    client.get(ways["不限“教育局”"])


NONSENSE: list[dict[str, Any]] = [
    {"unit": "市/没有"}, {"unit": "x" * 5000}, {"topic": "\x00"}, {"campaign": "<script>"}, {"state": "rejected"},
    {"state": "waiting"}, {"since": "tomorrow"}, {"since": "0001-01-01"}, {"until": "9999-12-31"},
    {"q": "x" * 500}, {"unit": ["市/没有", "市/交通局"]},
]  # fmt: skip


@pytest.mark.usefixtures("world")
def test_02_what_is_not_understood_filters_nothing_and_is_said(client: PageClient) -> None:
    """CVE-2024-32469: parameters are allow-listed; what is not known is never shown and never a 500."""
    for nonsense in NONSENSE:
        page = client.get("/search", **nonsense)
        assert "有的条件看不懂，已经忽略" in page.main, nonsense
        assert len(titles(page)) == 6, nonsense
        assert "<script>alert" not in page.html and not page.soup.select(".chip"), nonsense


@pytest.mark.usefixtures("world")
def test_02_a_cursor_of_another_list_is_the_first_page(client: PageClient) -> None:
    for cursor in ("<script>", "a.AAAA", "b.", "a.WzFd"):
        for filters in ({}, {"q": "公交"}, {"q": "公交", "state": "in_hand"}):
            client.get("/search", cursor=cursor, **filters)


def test_a_number_on_the_home_page_opens_as_many(client: PageClient) -> None:
    for number in range(4):
        opinion = make_opinion(state=PUBLISHED, unit=make_unit("市/交通局"), title=f"第{number}条")
        if number:
            make_reply(opinion)
    for path in ("/", "/campaigns/xianyice"):
        for stat in client.get(path).soup.select(".totals a"):
            assert len(titles(client.get(str(stat["href"])))) == int(
                stat.select_one(".stat__number").get_text()
            )  # type: ignore[union-attr]


def test_filters_offer_only_what_has_something(client: PageClient) -> None:
    make_opinion(state=PUBLISHED, unit=make_unit("市/交通局/运管处"), topic=make_topic("交通/公交"))
    make_opinion(unit=make_unit("市/教育局"))
    form = client.get("/search").one("form.find")
    offered = [option["value"] for option in form.select("select[name=unit] option")]
    assert offered == ["", "市", "市/交通局", "市/交通局/运管处"]
    assert [option["value"] for option in form.select("select[name=topic] option")] == [
        "",
        "交通",
        "交通/公交",
    ]


@pytest.mark.parametrize(
    ("restriction", "index"),
    [
        ({"campaign_id": 1}, "ix_opinion_campaign_newest"),
        ({"public_state": "answered"}, "ix_opinion_state_newest"),
    ],
)
def test_a_filtered_list_is_read_from_its_index(app: Flask, restriction: dict[str, Any], index: str) -> None:
    make_opinion(state=PUBLISHED)
    plan = plan_of(lambda: published_page(None, **restriction), "FROM opinion")
    assert index in plan and "TEMP B-TREE" not in plan
