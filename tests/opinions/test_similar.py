"""Similar opinions and other proposals while somebody writes, and on the check page."""

from unittest.mock import patch

import pytest
from flask import Flask

from portal.analysis.proposed_title import LONGEST_PROPOSAL, proposed_title
from portal.core.db import db
from portal.core.errors import TooFast
from portal.opinions.models import Case
from portal.opinions.proposals import proposals_for
from portal.opinions.similar import MOST, similar_opinions
from portal.opinions.states import OpinionState
from portal.web.limits import Limits
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_topic, make_unit
from tests.kit.client import PageClient
from tests.kit.writing import FORM, GOOD

PUBLISHED = OpinionState.PUBLISHED
LIFT = "滨河小区六号楼住了很多老人，上下楼不方便。希望尽快加装电梯。"
LIGHT = "河堤步道的路灯坏了一半，散步的老人看不清台阶。希望补上路灯。"
NEW = "/opinions/new/proposals"


def titles(body: str, title: str = "") -> list[str]:
    return [row.title for row in similar_opinions(title, body)]


def asked(client: PageClient, body: str, status: int = 200, **more: str) -> str:
    data = {"csrf_token": client.token(), "body": body, "title": "", **more}
    response = client._open(NEW, method="POST", data=data)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    return str(response.get_data(as_text=True))


def test_a_short_draft_finds_what_is_about_the_same_thing(app: Flask) -> None:
    make_opinion(state=PUBLISHED, title="加装电梯", body=LIFT)
    make_opinion(state=PUBLISHED, title="补路灯", body=LIGHT)
    assert titles("滨河小区什么时候加装电梯啊") == ["加装电梯"]
    assert titles("河堤步道路灯坏了没人修") == ["补路灯"]
    assert titles("食堂的饭菜太贵了吃不起") == []


def test_a_draft_in_words_of_its_own_finds_what_is_about_the_same_thing(app: Flask) -> None:
    make_opinion(state=PUBLISHED, title="加装电梯", body=LIFT)
    make_opinion(state=PUBLISHED, title="补路灯", body=LIGHT)
    own = "我晚上去河堤跑步，步道的路灯坏了大半，黑得看不清路，请市城市管理局来修一修，我的电话13812345678。"
    assert titles(own) == ["补路灯"]
    assert titles(f"领导您好！我家孩子今年上小学。{own}麻烦领导了，盼复。") == ["补路灯"]


def test_near_duplicates_come_first_and_there_are_five_at_most(app: Flask) -> None:
    for number in range(MOST + 2):
        make_opinion(
            state=PUBLISHED,
            title=f"滨河小区电梯第{number}次",
            body=f"滨河小区六号楼住了很多老人，加装电梯的事问过{number}个部门。",
        )
    make_opinion(state=PUBLISHED, title="加装电梯", body=LIFT)
    found = titles(LIFT)
    assert found[0] == "加装电梯" and len(found) == MOST


@pytest.mark.parametrize("state", [state for state in OpinionState if state is not PUBLISHED])
def test_15_only_published_ones_are_found(app: Flask, state: OpinionState) -> None:
    """CVE-2024-27090."""
    opinion = make_opinion(state=state, body=LIFT)
    # The one that a merged opinion leads to says the same, and may be found.
    assert opinion.public_id not in [row.public_id for row in similar_opinions("", LIFT)]


def test_too_little_text_finds_nothing(app: Flask) -> None:
    make_opinion(state=PUBLISHED, body=LIFT)
    for body in ("", "电梯", "。。。。。。。。。。", "\x00" * 40, "a"):
        assert titles(body) == []


def test_the_fragment_offers_support_a_title_a_unit_and_a_topic(client: PageClient) -> None:
    make_opinion(state=PUBLISHED, title="加装电梯", body=LIFT)
    unit, topic = make_unit("云川市/市交通运输局"), make_topic("交通运输/公共交通")
    html = asked(client, LIFT)
    assert "加装电梯" in html and "我也支持" in html and "待审核" not in html
    body = "市交通运输局您好，12路公交车早高峰要等四十分钟，公交车太少了，希望加车。"
    with patch("portal.opinions.proposals.topic_of", return_value="交通运输/公共交通"):
        html = asked(client, body)
    assert f'data-choose="unit" data-value="{unit.id}"' in html
    assert f'data-choose="topic" data-value="{topic.id}"' in html
    assert 'data-title="' in html and "公交车" in html
    assert db.session.scalars(db.select(Case)).all() != []  # only the one the factory handed in
    assert len(db.session.scalars(db.select(Case)).all()) == 1


def test_nothing_is_proposed_where_the_text_names_nothing(app: Flask) -> None:
    make_unit("云川市/市交通运输局")
    found = proposals_for("", "我想说的事情有点长")
    assert (found.units, found.topic) == ([], None)


def test_23_a_fragment_needs_the_token_and_is_limited_per_network(client: PageClient) -> None:
    """CVE-2023-47635."""
    asked(client, LIFT)
    assert client._open(NEW, method="POST", data={"body": LIFT}).status_code == 400
    with patch.object(Limits, "hit", side_effect=TooFast("太快", 9)):
        response = client._open(NEW, method="POST", data={"csrf_token": client.token(), "body": LIFT})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "9")


@pytest.mark.parametrize(
    "text", ["长" * 100_000, "a@" * 100_000, "一" * 100_000 + "1-" * 50_000, "<script>alert(1)</script>" * 40]
)
def test_38_any_text_is_answered_and_stays_text(client: PageClient, text: str) -> None:
    """CVE-2020-28493, CVE-2023-51447."""
    make_opinion(state=PUBLISHED, body=LIFT, title="<script>alert(1)</script>")
    assert "<script" not in asked(client, text, title=text) + asked(client, LIFT)


def test_the_check_page_shows_them_and_supports_one_without_losing_a_word(client: PageClient) -> None:
    opinion = make_opinion(state=PUBLISHED, title="加装电梯", body=LIFT)
    page = client.submit(FORM, {**GOOD, "title": "电梯", "body": LIFT}, status=200)
    (button,) = page.soup.select('button[name="support"]')
    again = client.post(f"{FORM}/check", {**page.form(), "support": str(button["value"])}, status=200)
    assert "您的支持已记下" in again.main and again.form()["body"] == LIFT
    db.session.expire_all()
    assert opinion.support_count == 1
    client.submit(again, {}, status=200)


def test_support_on_the_check_page_needs_the_token(client: PageClient) -> None:
    opinion = make_opinion(state=PUBLISHED, title="加装电梯", body=LIFT)
    page = client.submit(FORM, {**GOOD, "body": LIFT}, status=200)
    values = {**page.form(), "support": opinion.public_id, "csrf_token": "old"}
    client.post(f"{FORM}/check", values, status=400)
    db.session.expire_all()
    assert opinion.support_count == 0


def test_support_while_writing_answers_with_a_line_of_the_page(client: PageClient) -> None:
    opinion = make_opinion(state=PUBLISHED)
    data = {"csrf_token": client.token()}
    for words in ("您的支持已记下", "您已经支持过"):
        response = client._open(
            f"/opinions/{opinion.public_id}/support", method="POST", data=data, headers={"HX-Request": "true"}
        )
        assert response.status_code == 200
        html = response.get_data(as_text=True)
        assert words in html and "1人支持" in html and "<html" not in html


def test_the_check_page_proposes_unit_and_topic_by_one_tap(client: PageClient) -> None:
    make_board()
    unit = make_unit("云川市/市交通运输局")
    page = client.submit(FORM, {**GOOD, "body": "市交通运输局管的12路公交车太少。"}, status=200)
    (button,) = page.soup.select('button[name="unit"]')
    assert button["value"] == str(unit.id)
    again = client.post(f"{FORM}/check", {**page.form(), "unit": button["value"]}, status=200)
    assert again.form()["unit"] == str(unit.id) and not again.soup.select('button[name="unit"]')


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (
            "尊敬的领导您好！我是滨河小区的业主，滨河小区二十三栋电梯坏了三个月没有人修。谢谢！",
            "滨河小区二十三栋电梯坏了三个月没有人修",
        ),
        ("", ""),
        ("修路", "修路"),
    ],
)
def test_a_title_is_what_the_text_says_of_its_matter(body: str, title: str) -> None:
    assert proposed_title(body) == title


def test_a_proposed_title_is_short_and_shows_no_number() -> None:
    for before in range(40):
        title = proposed_title("请" * before + "打电话13812345678找我解决漏水问题" + "很" * 60)
        assert (
            len(title) <= LONGEST_PROPOSAL
            and "1381" not in title
            and "5678" not in title.replace("****5678", "")
        )
