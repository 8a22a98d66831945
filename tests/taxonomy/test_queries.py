"""Reading the trees."""

import pytest
from flask import Flask

from portal.taxonomy import queries
from tests.factories.taxonomy import make_topic, make_unit


@pytest.fixture
def units(app: Flask) -> dict[str, int]:
    """A small tree whose names are prefixes and case variants of each other."""
    paths = ["区/住建局", "区/住建局/质安站", "区/住建局二", "区_/住建局", "a/x", "A/x", "市"]
    return {path: make_unit(path).id for path in paths}


def test_units_within_are_the_unit_and_those_below_it(units: dict[str, int]) -> None:
    assert set(queries.units_within("区/住建局")) == {units["区/住建局"], units["区/住建局/质安站"]}


def test_a_wildcard_in_a_name_matches_only_itself(units: dict[str, int]) -> None:
    assert units["区_/住建局"] in queries.units_within("区_")
    assert not set(queries.units_within("区_")) & {units["区/住建局"], units["区/住建局二"]}
    assert queries.units_within("%") == []


def test_units_within_tell_case_apart(units: dict[str, int]) -> None:
    assert units["a/x"] not in queries.units_within("A")


def test_units_within_an_unknown_path_are_none(units: dict[str, int]) -> None:
    assert queries.units_within("没有/这个") == []
    assert queries.units_within("") == []


def test_choices_come_in_tree_order_with_depth(app: Flask) -> None:
    make_unit("市/乙", position=1)
    make_unit("市/甲", position=2)
    make_unit("区", position=0)
    make_unit("市/乙/站")
    make_unit("市", position=5)
    assert [(choice.label, choice.depth) for choice in queries.unit_choices()] == [
        ("区", 0), ("市", 0), ("乙", 1), ("站", 2), ("甲", 1)
    ]  # fmt: skip


def test_choices_leave_out_what_is_closed_but_not_what_is_below_it(app: Flask) -> None:
    make_unit("市/旧局/新站")
    make_unit("市/旧局", active=False)
    assert [choice.label for choice in queries.unit_choices()] == ["市", "新站"]


def test_topics_are_offered_down_to_the_level_asked_for(app: Flask) -> None:
    make_topic("城乡建设/安全生产/事故处理")
    assert [choice.label for choice in queries.topic_choices()] == ["城乡建设", "安全生产"]
    assert [choice.label for choice in queries.topic_choices(3)] == ["城乡建设", "安全生产", "事故处理"]


def test_topics_within(app: Flask) -> None:
    leaf = make_topic("城乡建设/安全生产/事故处理")
    other = make_topic("城乡建设/城市管理")
    within = queries.topics_within("城乡建设/安全生产")
    assert leaf.id in within and other.id not in within and len(within) == 2


def test_breadcrumbs_lead_from_the_root_to_the_node(app: Flask) -> None:
    make_unit("市/局/站")
    make_topic("城乡建设/安全生产")
    assert [crumb.path for crumb in queries.unit_ancestors("市/局/站")] == ["市", "市/局", "市/局/站"]
    assert [crumb.name for crumb in queries.topic_ancestors("城乡建设/安全生产")] == ["城乡建设", "安全生产"]


def test_looking_up_by_path_and_id(app: Flask) -> None:
    unit, topic = make_unit("市/局"), make_topic("城乡建设")
    assert queries.unit_by_path("市/局") is unit and queries.unit_by_id(unit.id) is unit
    assert queries.topic_by_path("城乡建设") is topic and queries.topic_by_id(topic.id) is topic
    assert queries.unit_by_path("局") is None and queries.topic_by_path("") is None


def test_names_mean_a_unit_only_where_one_bears_them(app: Flask) -> None:
    east = make_unit("东区/住建局", aliases="东建、城建局")
    west = make_unit("西区/住建局", aliases="西建、城建局")
    names = queries.unit_names()
    assert names["东区/住建局"] == east.id and names["东建"] == east.id and names["西建"] == west.id
    assert "住建局" not in names and "城建局" not in names and "" not in names


def test_a_path_goes_before_a_name_of_the_same_letters(app: Flask) -> None:
    root = make_unit("环保")
    make_unit("市/局", aliases="环保")
    assert queries.unit_names()["环保"] == root.id


def test_topic_names(app: Flask) -> None:
    one = make_topic("城乡建设/安全生产")
    make_topic("城乡建设/其他")
    make_topic("教育/其他")
    names = queries.topic_names()
    assert names["安全生产"] == one.id and "其他" not in names and "教育/其他" in names


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("城乡建设/村镇建设/其他", "村镇建设/其他"),
        ("城乡建设/村镇建设", "村镇建设"),
        ("其他", "其他"),
        ("其他/别的", "别的"),
    ],
)
def test_a_topic_is_shown_by_a_name_that_says_something(path: str, words: str) -> None:
    assert queries.topic_words(path) == words
