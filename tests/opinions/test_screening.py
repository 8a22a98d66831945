"""What makes a text wait for a moderator; that nobody else learns of it; and that it is never lost."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from hypothesis import given
from hypothesis import strategies as st

from portal import create_app
from portal.campaigns.models import Board
from portal.campaigns.states import IntakeMode, ModerationMode
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.rights import Role
from portal.opinions.models import Opinion
from portal.opinions.screening import REPEATS, hold_reason, is_link_spam, text_key
from portal.opinions.states import HoldReason, OpinionState
from tests.conftest import settings_for
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_receipt
from tests.kit.client import PageClient

KEY = "k" * 32
SPAM = [
    "看这里 http://a.example/x www.b.example https://c.example",
    "特价手机，正品保证，全国包邮，一个电话送到家 aa.com bb.cn cc.top",
    "http://a.example",
    "点击 ｗｗｗ．ａ．example／ｘ 领取",
    "加我 best-shop.xyz",
]
HONEST = [
    "希望给老旧小区加装电梯，方便老人上下楼。",
    "省政府网站 www.gov.example 上公布的办事指南和窗口说的不一样，希望统一。",
    "问题.建议：第3.5条写得不清楚，邮箱 a@b.com 也没人回复，请有关部门处理一下。",
    "报道见 https://news.example/1 ，里面说的停车收费问题我们小区也有，希望一起解决。",
]

NEW = "/boards/suggestions/new"


@pytest.mark.parametrize("text", SPAM)
def test_link_spam_is_noticed(text: str) -> None:
    assert is_link_spam("", text)


@pytest.mark.parametrize("text", HONEST)
def test_an_address_as_a_source_is_no_spam(text: str) -> None:
    assert not is_link_spam("建议", text)


def test_a_long_line_takes_no_longer_per_character() -> None:
    """Number 38 of the past holes: no line makes a pattern go over it again and again."""
    for piece in ("a", "a.", "a-", "www.", "http://", ".com", "a.com/", "http://a" * 3 + "　"):
        spent = []
        for length in (50_000, 400_000):
            text = (piece * length)[:length]
            begun = time.process_time()
            is_link_spam("", text)
            spent.append(time.process_time() - begun)
        assert spent[1] < 8 * 4 * max(spent[0], 0.005), piece


@given(
    st.text(alphabet="建议修好村口那条路并装上路灯ABab", min_size=12),
    st.text(alphabet=" 　，。!0123456789\n"),
)
def test_other_numbers_and_marks_make_no_new_text(text: str, between: str) -> None:
    half = len(text) // 2
    assert text_key(KEY, text[:half] + between + text[half:]) == text_key(KEY, text)
    assert text_key(KEY, text + "新") != text_key(KEY, text)
    assert text_key("x" * 32, text) != text_key(KEY, text)


def test_short_texts_are_nobodys_own() -> None:
    assert text_key(KEY, "支持！") is None


@pytest.mark.parametrize("moderation", list(ModerationMode))
@pytest.mark.parametrize("mode", [IntakeMode.NORMAL, IntakeMode.REVIEW])
@pytest.mark.parametrize("busy", [False, True])
def test_a_flood_is_only_named_where_it_changes_something(
    moderation: ModerationMode, mode: IntakeMode, busy: bool
) -> None:
    board = Board(moderation=moderation)
    held = hold_reason("修路", HONEST[0], board, mode, repeated=False, busy=busy)
    if moderation is ModerationMode.BEFORE or (mode is IntakeMode.NORMAL and not busy):
        assert held is None
    else:
        assert held is (HoldReason.INTAKE if mode is IntakeMode.REVIEW else HoldReason.BUSY)
    assert hold_reason("", SPAM[0], board, mode, repeated=True, busy=busy) is HoldReason.LINKS
    assert hold_reason("修路", HONEST[0], board, mode, repeated=True, busy=busy) is HoldReason.REPEATED


def test_the_same_text_again_and_again_waits_for_a_day(app: Flask) -> None:
    board = make_board(moderation=ModerationMode.AFTER)
    text = "大家都来反对这个项目，转发十个群，必须停工"
    states = [
        make_receipt(board, title=f"第{number}条", body=f"{text}{number}！").opinion.held_for
        for number in range(REPEATS + 2)
    ]
    assert states == [None] * REPEATS + [HoldReason.REPEATED] * 2
    assert make_receipt(board, body="另一件事：公交车末班太早。").opinion.held_for is None
    with fixed(now() + timedelta(days=1, minutes=1)):
        assert make_receipt(board, title="第9条", body=text).opinion.held_for is None


def test_the_author_reads_no_more_than_that_it_waits_and_the_moderator_reads_why(app: Flask) -> None:
    make_board(moderation=ModerationMode.AFTER)
    client = PageClient(app)
    form = {**client.get(NEW).form(), "consent": "y"}
    held = client.post(NEW, {**form, "title": "看这里", "body": SPAM[0]}, status=200)
    free = client.post(NEW, {**form, "title": "电梯", "body": HONEST[0]}, status=200)
    codes = [page.one(".receipt-code").get_text(strip=True) for page in (held, free)]
    assert held.main.replace(codes[0], "") == free.main.replace(codes[1], "")
    looked_up = client.submit("/receipts", {"code": codes[0]}, status=200)
    assert "待审核" in looked_up.main and "链接" not in looked_up.main
    waiting, public = db.session.scalars(sa.select(Opinion).order_by(Opinion.id))
    assert (waiting.state, public.state) == (OpinionState.WAITING, OpinionState.PUBLISHED)
    client.get(f"/opinions/{waiting.public_id}", status=404)
    moderator = PageClient(app).as_user(make_user("moderator", Role.MODERATOR))
    for path in ("/desk/moderation", f"/desk/moderation/{waiting.public_id}"):
        assert "链接多，疑似广告" in moderator.get(path).main


@pytest.fixture
def narrow(tmp_path: Path) -> Flask:
    """A portal whose boards are busy after one opinion an hour and full after two."""
    limits = {"BOARD_LIMIT": "1/hour", "BOARD_MOST_LIMIT": "2/hour"}
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite'}", **limits))
    with app.app_context():
        upgrade()
    return app


def test_a_flood_on_a_board_waits_and_beyond_the_most_the_text_is_kept(narrow: Flask) -> None:
    with narrow.app_context():
        make_board(moderation=ModerationMode.AFTER)
        make_board("other", moderation=ModerationMode.AFTER)

    def hand_in(slug: str, body: str, status: int) -> str:
        # A browser of its own each time: it is the board that is counted, not a person.
        client, path = PageClient(narrow), f"/boards/{slug}/new"
        page = client.post(
            path, {**client.get(path).form(), "title": "修路", "body": body, "consent": "y"}, status=status
        )
        return str(page.form()["body"]).strip() if status == 429 else ""

    hand_in("suggestions", "村口的路坏了。", 200)
    hand_in("suggestions", "河边的路也坏了。", 200)
    assert hand_in("suggestions", "桥边的路灯不亮。", 429) == "桥边的路灯不亮。"
    hand_in("other", "公交车太少。", 200)
    with narrow.app_context():
        held = list(db.session.scalars(sa.select(Opinion.held_for).order_by(Opinion.id)))
    assert held == [None, HoldReason.BUSY, None]
