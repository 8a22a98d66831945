"""Units are found by name, by place, and by what went where before."""

import pytest

from portal.analysis.units import UnitEntry, UnitIndex

TREE = (
    UnitEntry("星城市"),
    UnitEntry("星城市/教育局", ("市教委",)),
    UnitEntry("星城市/住房和城乡建设局", ("住建局", "房管局")),
    UnitEntry("星城市/东湖区"),
    UnitEntry("星城市/东湖区/教育局", ("东湖教育局",)),
    UnitEntry("星城市/东湖区/城市管理局", ("城管局",), ("翠湖菜市场",)),
    UnitEntry("星城市/西山区", (), ("西山",)),
    UnitEntry("星城市/西山区/教育局"),
    UnitEntry("星城市/西山区/城市管理局", ("城管局",)),
)
INDEX = UnitIndex(TREE)
NOISE = {"环境保护/环境污染": 0.9, "城乡建设/城市建设和市政管理": 0.1}
DECIDED = {
    ("环境保护/环境污染", "星城市/东湖区/城市管理局"): 30,
    ("环境保护/环境污染", "星城市/西山区/城市管理局"): 10,
    ("教育文体/教育", "星城市/教育局"): 8,
}


@pytest.mark.parametrize(
    ("title", "body", "unit"),
    [
        ("东湖区教育局不回复家长", "", "星城市/东湖区/教育局"),
        ("東湖區教育局不回復家長", "", "星城市/东湖区/教育局"),
        ("请市教委管管补课", "", "星城市/教育局"),
        ("房产证三年办不下来", "找过房管局，说要等。", "星城市/住房和城乡建设局"),
        ("西山区的城管局不出夜市的摊", "", "星城市/西山区/城市管理局"),
        ("翠湖菜市场太吵", "", "星城市/东湖区/城市管理局"),
        ("", "尊敬的市教委领导，您好！孩子放学太晚了。", "星城市/教育局"),
        ("", "房管局您好，房产证三年办不下来。", "星城市/住房和城乡建设局"),
    ],
)
def test_a_unit_named_in_the_text_comes_first(title: str, body: str, unit: str) -> None:
    assert INDEX.candidates(title, body)[0].path == unit


def test_a_name_in_the_title_says_more_than_in_the_body() -> None:
    (title,) = INDEX.candidates("住建局", "")
    (body,) = INDEX.candidates("", "住建局")
    assert title.score > body.score > 0


def test_a_name_that_several_units_bear_is_shared_until_a_place_decides() -> None:
    unclear = INDEX.candidates("城管局的人态度差", "")
    assert [one.score for one in unclear] == [unclear[0].score] * 2
    clear = INDEX.candidates("西山那边城管局的人态度差", "")
    assert clear[0].path == "星城市/西山区/城市管理局"
    assert clear[0].reasons == ("name", "place")
    assert clear[0].score > unclear[0].score


def test_what_went_where_before_finds_a_unit_that_no_word_names() -> None:
    found = INDEX.candidates("夜里卸货太吵", "睡不好", NOISE, DECIDED)
    assert [one.path for one in found] == ["星城市/东湖区/城市管理局", "星城市/西山区/城市管理局"]
    assert found[0].reasons == ("topic",)


def test_a_place_outweighs_habit() -> None:
    found = INDEX.candidates("西山区夜里卸货太吵", "睡不好", NOISE, DECIDED)
    order = [one.path for one in found]
    assert order.index("星城市/西山区/城市管理局") < order.index("星城市/东湖区/城市管理局")


def test_the_citys_bureau_may_answer_for_a_district() -> None:
    found = INDEX.candidates("西山区小学的学区怎么划", "", {"教育文体/教育": 1.0}, DECIDED)
    assert found[0].path == "星城市/教育局"
    elsewhere = INDEX.candidates("学区怎么划", "", {"教育文体/教育": 1.0}, DECIDED)
    assert found[0].score >= elsewhere[0].score


def test_few_decisions_say_less_than_many() -> None:
    few = INDEX.candidates("", "", {"民政": 1.0}, {("民政", "星城市/教育局"): 1})
    many = INDEX.candidates("", "", {"民政": 1.0}, {("民政", "星城市/教育局"): 50})
    assert 0 < few[0].score < many[0].score < 1


def test_a_topic_never_decided_borrows_from_its_branch() -> None:
    borrowed = INDEX.candidates("", "", {"教育文体/体育": 1.0}, DECIDED)
    own = INDEX.candidates("", "", {"教育文体/教育": 1.0}, DECIDED)
    assert borrowed[0].path == own[0].path == "星城市/教育局"
    assert borrowed[0].score < own[0].score


def test_nothing_is_said_where_nothing_speaks() -> None:
    assert INDEX.candidates("", "") == []
    assert INDEX.candidates("今天天气不错", "😀", {"其他": 1.0}, DECIDED) == []
    assert UnitIndex(()).candidates("教育局", "", NOISE, DECIDED) == []


def test_units_that_are_gone_are_never_named() -> None:
    assert INDEX.candidates("", "", {"民政": 1.0}, {("民政", "星城市/已撤销局"): 99}) == []


def test_scores_are_ranked_limited_and_between_0_and_1() -> None:
    found = INDEX.candidates("东湖区城管局和教育局、住建局都不管", "西山也一样", NOISE, DECIDED, limit=4)
    assert len(found) == 4
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({one.path for one in found}) == 4
