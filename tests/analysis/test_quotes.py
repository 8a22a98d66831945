"""Sentences that are quoted of a group differ from each other and hold nobody's own data."""

import pytest

from portal.analysis.quotes import typical_quotes
from portal.analysis.records import Message

WEIGHTS = {"垃圾桶": 3.0, "堆满": 1.0, "路灯": 2.0, "村民": 1.0}


def quoted(*bodies: str) -> list[str]:
    messages = [Message(f"{place:02}", "建议", body, None, None) for place, body in enumerate(bodies)]
    return [quote.text for quote in typical_quotes(messages, WEIGHTS)]


def test_a_sentence_that_many_copy_is_quoted_once_whatever_place_stands_in_it() -> None:
    assert quoted(
        "新桥菜场一带走很远才有一个垃圾桶，周末常常堆满。",
        "滨河公园一带走很远才有一个垃圾桶，周末常常堆满。",
        "第三小学门口的三盏路灯不亮，快一个月了。",
    ) == ["新桥菜场一带走很远才有一个垃圾桶，周末常常堆满。", "第三小学门口的三盏路灯不亮，快一个月了。"]


def test_a_copied_sentence_is_known_by_its_characters_where_it_shares_few_of_the_words_that_weigh() -> None:
    copies = (
        "新桥菜场一带走很远才有一个，周末常常见不到人，路灯。",
        "滨河公园一带走很远才有一个，周末常常见不到人，堆满。",
    )
    assert quoted(*copies) == [copies[0]]


def test_what_holds_a_number_of_somebody_is_not_quoted() -> None:
    assert quoted("垃圾桶堆满了请打13812345678找我。", "门口的垃圾桶堆满了三天没人收。") == [
        "门口的垃圾桶堆满了三天没人收。"
    ]


@pytest.mark.parametrize(
    "sentence", ["我是路灯旁住了多年的一名普通村民。", "（路灯旁的新桥镇毛新屋组的村民）"]
)
def test_what_says_who_writes_and_nothing_else_is_no_quote(sentence: str) -> None:
    assert quoted(sentence, "门口的垃圾桶堆满了三天没人收。") == ["门口的垃圾桶堆满了三天没人收。"]


def test_a_sentence_that_goes_on_behind_who_writes_may_be_quoted() -> None:
    told = "我是新桥社区的居民，门口的垃圾桶堆满了三天没人收。"
    assert quoted(told) == [told]


def test_a_sentence_that_follows_from_another_is_quoted_after_one_that_stands_by_itself() -> None:
    alone = "新桥菜场门口、滨河公园一带和第三小学对面的路灯坏了快三个月，晚上看不清路。"
    assert quoted("但是路灯还是没有人来修好。", alone)[0] == alone
