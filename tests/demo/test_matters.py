"""What the engine makes of the demo's opinions, as an officer reads it: one thing at one place, and all of it."""

import pytest

from portal.analysis.matters import read_groups
from portal.analysis.records import Message
from portal.demo.loading import content

# Parts of titles: what nobody would file together, though it names the same place or uses the same words.
APART = (
    ("百草公园到老水闸的路灯", "公园座椅太少"),
    ("百草公园到老水闸的路灯", "百草公园增设拾便袋"),
    ("学校门口电动车逆行", "学校操场周末"),
    ("学校门口电动车逆行", "午休的教室"),
    ("村里的留守老人", "桃园村的桃子好吃路难走"),
)
TOGETHER = (
    ("鱼市口蔬菜批发市场凌晨卸货", "能不能给鱼市口市场定一个卸货时间表", "鱼市口市场装卸声音大", "建议批发市场南门夜间"),
    ("滨河步道路灯一半不亮", "河边步道的灯坏了", "百草公园到老水闸的路灯"),
)  # fmt: skip


@pytest.fixture(scope="module", params=["", "市城市管理局"], ids=["all", "one unit"])
def told(request: pytest.FixtureRequest) -> list[set[str]]:
    """The titles of each matter among all opinions of the demo, or among those of a unit alone."""
    entries = [
        one
        for one in content("opinions.json")
        if one["outcome"] in ("published", "accepted") and request.param in (one["unit"] or "")
    ]
    messages = [
        Message(one["external_id"], one["title"] or "", one["body"], one["author"], None) for one in entries
    ]
    return [{messages[row].title for row in group} for group in read_groups(messages)]


def holding(told: list[set[str]], part: str) -> set[int]:
    return {number for number, titles in enumerate(told) if any(part in title for title in titles)}


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_things_at_one_place_are_two_matters(told: list[set[str]], one: str, other: str) -> None:
    assert not holding(told, one) & holding(told, other)


@pytest.mark.parametrize("parts", TOGETHER)
def test_one_thing_is_one_matter_in_whatever_words(told: list[set[str]], parts: tuple[str, ...]) -> None:
    assert len(set.intersection(*(holding(told, part) for part in parts))) == 1
