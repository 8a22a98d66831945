"""Texts that are earlier ones with a few words changed wait for a moderator where a board publishes at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.campaigns.models import Board
from portal.campaigns.states import ModerationMode
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.opinions.models import Case
from portal.opinions.rewording import _hashes, common_share, sketch
from portal.opinions.screening import REPEATS
from portal.opinions.states import HoldReason
from tests.factories.campaigns import make_board
from tests.factories.opinions import make_receipt

SPAM = (
    "本公司专业办理各类贷款，利率低，放款快，不看征信，当天到账，需要的朋友请联系客服小王，电话全天有人接听。"
)
CHANGES = (
    ("专业", "专门"),
    ("利率低", "利息少"),
    ("小王", "小李"),
    ("当天", "当日"),
    ("朋友", "老板"),
    ("各类", "各种"),
)
HONEST = (
    "希望给老旧小区加装电梯，方便老人上下楼，现在六楼的老人一个月才下来一次。",
    "早上等12路公交车等了四十分钟，希望高峰时多加两班，或者改成区间车。",
    "菜场旁边的垃圾桶太少，周末常常堆满，建议傍晚再收一次。",
    "社区医院没有儿科，孩子发烧要跑到市里，希望每周有医生来坐诊两天。",
    "滨河路晚上的路灯不亮，已经三个月了，老人散步看不清台阶。",
)


@pytest.fixture
def board(app: Flask) -> Board:
    return make_board(moderation=ModerationMode.AFTER)


def reworded(number: int) -> str:
    """The spam with some of its words changed and digits that count up."""
    text = SPAM
    for place, (before, after) in enumerate(CHANGES):
        if number >> place & 1:
            text = text.replace(before, after)
    return f"{text}【{number}】"


def held(board: Board, body: str) -> str | None:
    return make_receipt(board, title="", body=body).opinion.held_for


def test_reworded_spam_waits_from_the_fourth_on(board: Board) -> None:
    found = [held(board, reworded(number)) for number in (0, 1, 2, 5, 11, 22)]
    assert found == [None] * REPEATS + [HoldReason.REPEATED] * 3


def test_what_different_people_write_of_does_not_wait(board: Board) -> None:
    assert [held(board, text) for text in HONEST * 1] == [None] * len(HONEST)


def test_after_a_day_and_on_another_board_it_is_a_text_of_its_own(board: Board) -> None:
    with fixed(now() - timedelta(days=2)):
        assert [held(board, reworded(number)) for number in range(4)][-1] == HoldReason.REPEATED
    assert held(board, reworded(5)) is None
    other = make_board("messages", moderation=ModerationMode.AFTER)
    assert [held(other, reworded(number)) for number in (6, 7, 8)] == [None] * 3


def test_boards_where_all_waits_pay_nothing(app: Flask) -> None:
    assert held(make_board(), SPAM) is None
    assert db.session.scalars(sa.select(Case.sketch)).all() == [None]


@given(st.text(alphabet="建议修好村口那条路并装上路灯希望尽快办理谢谢", max_size=60), st.text(max_size=60))
def test_the_share_of_short_texts_is_exact(one: str, other: str) -> None:
    mine, theirs = _hashes(sketch(one)), _hashes(sketch(other))
    both = mine | theirs
    if len(both) <= 64:
        assert common_share(mine, theirs) == (len(mine & theirs) / len(both) if both else 0.0)
    assert common_share(mine, mine) == (1.0 if mine else 0.0)
    assert len(sketch(one)) <= 256


def test_a_megabyte_makes_no_larger_sketch() -> None:
    assert len(sketch("路灯坏了" * 250_000 + "".join(chr(0x4E00 + number) for number in range(2000)))) == 256
