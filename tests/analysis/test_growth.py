"""What reads a text that a stranger typed takes time in proportion to its length, whatever stands there."""

import random
from collections.abc import Callable

import pytest

from bench.repeated import FRAGMENTS, mixtures
from portal.analysis.alike import matter_text, written_text
from portal.analysis.differences import facts_of, matter_of
from portal.analysis.kinds import kind_of
from portal.analysis.normal_form import normal_form
from portal.analysis.personal_data import find_personal_data, mask
from portal.analysis.points import propose_points
from portal.analysis.proposed_title import proposed_title
from portal.analysis.quotes import typical_quotes
from portal.analysis.records import Message
from portal.analysis.sentences import sentence_ranges
from portal.analysis.topics import topic_of
from portal.core.text import clean_block, paragraphs
from portal.opinions.screening import is_link_spam
from portal.search.tokens import folded, tokens
from tests.kit.growth import assert_linear

# What the patterns of the engine look for, and what stands between: digits and their disguises, separators, words that
# announce something, endings of places, marks of lists, characters that melt into others or are not seen.
_WORDS = (
    "1 13 138 6 62 0 0731 43 19 一 三八 零 壹 - . · / ~ ， 、 ： * （ ） 【 # @ ＠ at 艾特 点 com a x 微 微信 加 v q qq 扣 我叫 我是 本人 "
    "联系人 姓名： 王 张三丰 王建国 欧阳 扎西 女儿 村民 学生 的 路 街 大道 号 栋 单元 室 组 期 门牌 村 家住 湘A wj D 港 元 万 身份证 卡 电话 "
    "首先 第一 一、 1、 (1) ① ㎡ ﬁ か 。 ！ … ” 尊敬的 您好 领导 谢谢 敬礼 小区 学校 市 区 县 镇 http:// www. < & [ 2026 年 月 日 國 "
    "3-2-1 666 1. 9-2-1103 天心区 路1号 1-"
)
PIECES = [
    *_WORDS.split(),
    " ",
    "\n",
    "\r\n",
    "\u0301\u0323",
    "\u200b",
    "\xad",
    "\ufe0f\u20e3",
    "𝟏",
    "¹",
    "\u1100\u1161",
    "\u3099",
    "\u2028",
    "\x00",
    "\x85",
    "😀",
]
_CHANCE = random.Random(20261125)
MIXED = ["".join(_CHANCE.choices(PIECES, k=_CHANCE.randint(2, 5))) for _ in range(25)]


def found_and_masked(text: str) -> str:
    """What the check page and every import do."""
    return mask(text, find_personal_data(text))


READERS: dict[str, Callable[[str], object]] = {
    "mask": found_and_masked,
    "normal form": normal_form,
    "points": propose_points,
    "title": proposed_title,
    "sentences": sentence_ranges,
    "as written": lambda text: written_text("", text),
    "matter": lambda text: matter_text("", text),
    "facts": lambda text: facts_of(matter_of("", text)),
    "kind": lambda text: kind_of("", text),
    "topic": lambda text: topic_of("", text),
    "clean": clean_block,
    "paragraphs": lambda text: paragraphs(clean_block(text)),
    "link spam": lambda text: is_link_spam("", text),
    "tokens": lambda text: tokens(folded(text)),
}


@pytest.mark.parametrize("reader", READERS)
def test_time_grows_with_the_length_alone(reader: str) -> None:
    for text in (*PIECES, *MIXED) if reader in ("mask", "facts") else (*PIECES[::5], *MIXED):
        assert_linear(READERS[reader], text, 3_000)


def test_the_search_for_personal_data_grows_with_the_length_alone_whatever_is_repeated() -> None:
    for text in (*FRAGMENTS, *mixtures(40)):
        assert_linear(find_personal_data, text, 2_000)


@pytest.mark.parametrize("text", ["县", "天心区", "湘A1", "我叫张三丰。", "1栋", "①\n"])
def test_what_copies_a_text_for_each_find_shows_only_in_long_ones(text: str) -> None:
    for reader in ("mask", "facts"):
        assert_linear(READERS[reader], text, 15_000)


def test_a_letter_of_many_sentences_is_read_for_quotes_in_a_time_that_grows_with_its_length() -> None:
    def quoted(text: str) -> object:
        return typical_quotes([Message("1", "题", text, None, None)], {"路灯": 1.0})

    assert_linear(quoted, "路灯坏了很久，到今天也没有人来修好。", 150_000)
