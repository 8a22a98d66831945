"""Places are keyed alike however they are introduced, and different places differ."""

import pytest

from portal.analysis.places import places_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("请求解决明珠苑小区停车问题", "明珠苑业主的请求"),
        ("投诉岳麓区某酒吧", "岳麓区的酒吧太吵"),
        ("乘坐204路公交车", "反对204路改线"),
        ("青山镇的公路", "我家在青山镇上"),
        ("A7县的公路", "A7县又堵车"),
        ("请求解决翠湖花园停车难", "翠湖花园停车难"),
        ("江南职业技术学院强制实习", "江南职院的实习"),
        ("质疑滨湖一小划片", "滨湖第一小学的招生"),
        ("槐荫里小区停水", "槐荫里12号停水"),
        ("青石街道的噪音", "在青石街道"),
    ],
)
def test_the_same_place_has_the_same_key(one: str, other: str) -> None:
    first, second = places_in(one.lower())[0], places_in(other.lower())[0]
    assert first == second
    assert first.cities | first.districts | first.areas | first.spots


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("翠湖花园停车难", "锦绣花园停车难"),
        ("204路公交车", "205路公交车"),
        ("岳麓区的学校", "天心区的学校"),
        ("青山镇", "白水镇"),
        ("槐荫里小区", "平安里小区"),
        ("托塘组修路", "杨家组修路"),
    ],
)
def test_different_places_have_different_keys(one: str, other: str) -> None:
    assert places_in(one)[0] != places_in(other)[0]


@pytest.mark.parametrize(
    "text", ["我们小区的道路", "农贸市场太少", "公交站没有雨棚", "这个学校", "整个社区", "高速公路"]
)
def test_kinds_of_places_are_no_names(text: str) -> None:
    assert not places_in(text)[0].spots


@pytest.mark.parametrize(
    "text",
    [
        "学校门口的电动车",
        "医院门口停车难",
        "导致小区居民出行不便",
        "影响居民小区",
        "如果公司不退",
        "根据学校的规定",
        "管理公司",
    ],
)
def test_plain_words_are_no_names(text: str) -> None:
    assert not places_in(text)[0].spots


@pytest.mark.parametrize("text", ["给羊市口装路灯", "久住菜市口的人"])
def test_the_mouth_of_a_market_is_no_city(text: str) -> None:
    assert not places_in(text)[0].cities


def test_ranges_say_where_the_names_stand() -> None:
    text = "岳麓区翠湖花园小区"
    assert [text[start:end] for start, end in places_in(text)[1]] == ["岳麓区", "翠湖花园小区"]


def test_the_head_of_a_name_behind_its_district_belongs_to_it() -> None:
    text = "岳麓区紫竹翠湖花园的噪音"
    assert [text[start:end] for start, end in places_in(text)[1]] == ["岳麓区", "紫竹翠湖花园"]


def test_a_countys_vocational_school_is_a_spot_of_its_own() -> None:
    assert places_in("k9县职业中专强制补课")[0].spots == {"职业中专"}
    assert places_in("职业中专毕业生就业")[0].spots == frozenset()


@pytest.mark.parametrize("text", ["门口的三盏路灯不亮", "整条街坊路灯都坏了"])
def test_a_street_lamp_is_no_road(text: str) -> None:
    assert not [spot for spot in places_in(text)[0].spots if spot.endswith("路")]
