"""Titles of matters: the members' own words, nothing that one of them alone says."""

import pytest

from portal.analysis.titles import LONGEST_TITLE, cleaned_title, group_title


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("请求解决城西菜市场噪音问题", "城西菜市场噪音问题"),
        ("关于就读泉塘幼儿园事项的咨询", "就读泉塘幼儿园事项"),
        ("请求支持通团头村的公路硬化", "通团头村的公路硬化"),
        ("去政务中心变更执照遭质疑", "去政务中心变更执照遭质疑"),
        ("明耻巷路灯几个月没亮了，老百姓盼望维修", "明耻巷路灯几个月没亮了"),
        ("投诉三中寒假补课\u200b", "三中寒假补课"),
        ("住房问题", "住房问题"),
        ("呼吁南山县重视农村道路安全管理问题", "南山县农村道路安全管理问题"),
        ("请求南山县政府给桐木村修水泥路", "南山县桐木村修水泥路"),
        ("咨询南山县能否开具准迁证", "南山县能否开具准迁证"),
        ("关于明月大厦电梯停运的再次投诉", "明月大厦电梯停运"),
        ("请求撤销九龙广场小区垃圾收集站", "九龙广场小区垃圾收集站问题"),
        ("请求搬离明月小区旁的搅拌站", "明月小区旁的搅拌站问题"),
        ("反映团头村公路硬化一事", "团头村公路硬化问题"),
        ("咨询金地花园房产证办理的相关问题", "金地花园房产证办理问题"),
        ("请求加快南山县服务业转型升级的步伐", "南山县服务业转型升级问题"),
        ("希望有关部门尽快解决回龙居民的出行问题", "回龙居民的出行问题"),
        ("希望给B2区枫溪学校通公交车", "B2区枫溪学校通公交车"),
        ("希望能优化809路公交线路", "优化809路公交线路"),
        ("为什么明月小区不能读一小", "为什么明月小区不能读一小"),
        ("反对停止供电", "反对停止供电"),
    ],
)
def test_the_words_of_petitioning_go_and_the_thing_stays(typed: str, cleaned: str) -> None:
    assert cleaned_title(typed) == cleaned


def test_the_detail_of_one_member_is_not_in_the_title() -> None:
    titles = ["职业学院强行要求学生顶岗实习流水线不去不颁发毕业证", "投诉职业学院强制学生顶岗实习"]
    shared = {"职业": 1.0, "学院": 1.0, "学生": 1.0, "顶岗": 1.0, "实习": 1.0}
    weight = dict.fromkeys([*shared, "流水线", "颁发", "毕业证", "强制"], 5.0)
    assert group_title(titles, shared, weight) == "职业学院强制学生顶岗实习"


def test_a_title_that_names_the_place_of_most_is_preferred() -> None:
    titles = ["路灯坏了没人修", "桂花路路灯坏了"]
    support, weight = {"路灯": 1.0, "没人": 1.0}, {"路灯": 3.0, "没人": 3.0}
    assert group_title(titles, support, weight) == "路灯坏了没人修"
    assert group_title(titles, support, weight, frozenset({"桂花路"})) == "桂花路路灯坏了"


def test_a_clause_that_only_asks_is_no_title() -> None:
    titles = ["恳请领导尽快解决", "凉塘路停车难"]
    assert group_title(titles, {}, {"凉塘路": 9.0, "停车": 9.0}) == "凉塘路停车难"


def test_a_title_is_never_too_long() -> None:
    assert len(group_title(["很长的题目" * 30], {}, {})) <= LONGEST_TITLE
