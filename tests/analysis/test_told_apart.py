"""One letter that many copy, each with the own place in it, is as many matters as places."""

import pytest

from portal.analysis.matters import read_groups
from portal.analysis.records import Message

BINS = "一带走很远才有一个垃圾桶，周末常常堆满。建议多放几个，傍晚再收一次。"
LAMPS = "门口的三盏路灯不亮，快一个月了。老人晚上散步看不清台阶，希望尽快修好。"
PLACES = ("滨河公园", "新桥菜场", "云川东站", "梧桐里", "第三小学")


def grouped(*texts: tuple[str, str]) -> list[set[int]]:
    """The places among `texts` of the members of each group."""
    messages = [Message(f"{row:02}", title, body, None, None) for row, (title, body) in enumerate(texts)]
    return [set(group) for group in read_groups(messages)]


def letter(place: str, words: str, more: str = "") -> tuple[str, str]:
    thing = "垃圾桶太少" if words is BINS else "路灯不亮"
    return (f"{place}的{thing}", f"{place}{words}{more}")


@pytest.mark.parametrize("words", [BINS, LAMPS])
def test_the_same_words_of_different_places_are_no_matter(words: str) -> None:
    assert grouped(*[letter(place, words) for place in PLACES]) == []


@pytest.mark.parametrize("words", [BINS, LAMPS])
def test_those_of_one_place_stay_together(words: str) -> None:
    texts = [letter(place, words, more) for place in PLACES for more in ("", "谢谢。", "已经报修两次了。")]
    assert grouped(*texts) == [{row, row + 1, row + 2} for row in range(0, len(texts), 3)]


def test_another_wording_of_the_same_place_is_no_other_place() -> None:
    lane = ("请给长龙村托塘组安装自来水", "长龙村托塘组请求尽快安装自来水，村民挑水喝不方便。")
    street = ("请给长龙街道托塘组安装自来水", "长龙街道托塘组请求尽快安装自来水，村民挑水喝很不方便。")
    assert grouped(lane, street) == [{0, 1}]
