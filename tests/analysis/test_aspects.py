"""Aspects: the right number of parts, 其他 last, every opinion in one."""

import pytest

from portal.analysis.aspect_quotes import AspectQuotes
from portal.analysis.aspect_titles import aspect_title, frequent_words
from portal.analysis.aspects import find_aspects
from portal.analysis.records import Aspect, Matter, Message
from portal.analysis.topics import OTHER


def aspects_of(sizes: dict[str, int], wanted: int | None = None) -> list[Aspect]:
    """The aspects of opinions of which `sizes` says how many each topic path has."""
    paths = [path for path, size in sizes.items() for _ in range(size)]
    messages = [Message(f"{row:04}", "题", "文", None, None) for row in range(len(paths))]
    found = find_aspects(messages, paths, [], wanted)
    assert {opinion for aspect in found for opinion in aspect.opinion_ids} == {one.id for one in messages}
    return found


MANY = {
    "城乡建设/住房保障与房地产": 30,
    "城乡建设/城市建设和市政管理": 25,
    "环境保护/环境污染": 20,
    "教育文体/考试招生": 15,
    "交通运输/客货运输": 12,
    "劳动和社会保障/工资福利": 10,
    "卫生计生/医政监管": 8,
    "政法/户籍证件": 6,
    "民政/社会救助": 5,
    "农村农业/水利水电": 4,
    "商贸旅游/旅游管理": 4,
    "纪检监察/干部作风": 3,
    "国土资源/土地征收": 2,
    "经济管理/金融财税": 1,
}


@pytest.mark.parametrize("wanted", range(3, 16))
def test_the_number_asked_for_is_given_where_topics_allow(wanted: int) -> None:
    assert len(aspects_of(MANY, wanted)) == min(wanted, len(MANY))


def test_by_default_there_are_five_to_nine() -> None:
    assert 5 <= len(aspects_of(MANY)) <= 9


def test_a_large_topic_is_split_where_there_are_few() -> None:
    found = aspects_of(
        {
            "城乡建设/住房保障与房地产": 20,
            "城乡建设/工程质量": 15,
            "城乡建设/城乡规划": 10,
            "教育文体/体育": 9,
            "教育文体/文化": 8,
        }
    )
    assert len(found) == 5


def test_one_branch_of_the_tree_is_split_as_deep_as_it_needs() -> None:
    """What comes to one unit is mostly of one branch: the topics begin to differ further down."""
    branch = "城乡建设/城市建设和市政管理"
    sizes = {f"{branch}/城市公共设施": 13, f"{branch}/环境卫生": 10, f"{branch}/园林绿化环卫": 8}
    sizes |= {f"{branch}/城管执法": 4, f"{branch}/公园管理": 4, branch: 5, "环境保护/环境污染/噪音污染": 7}
    found = aspects_of(sizes)
    assert 5 <= len(found) <= 7
    assert max(len(aspect.opinion_ids) for aspect in found) == 13


def test_a_single_leaf_is_not_split() -> None:
    assert len(aspects_of({"城乡建设/城市建设和市政管理/环境卫生": 40})) == 1


def test_two_opinions_are_not_cut_into_five() -> None:
    assert len(aspects_of({"教育文体/体育": 1, "教育文体/文化": 1})) <= 2
    assert len(aspects_of({"教育文体": 7})) == 1


def test_the_rest_comes_last_and_is_not_the_largest() -> None:
    found = aspects_of(dict.fromkeys((f"题目{number}" for number in range(40)), 2))
    assert found[-1].title == "其他方面的意见"
    assert len(found) <= 9
    sizes = [len(aspect.opinion_ids) for aspect in aspects_of(MANY)]
    assert sizes[-1] < max(sizes)


def test_a_report_on_few_opinions_has_no_part_of_four() -> None:
    sizes = {
        "城乡建设": 30,
        "教育文体": 18,
        "劳动和社会保障": 12,
        "交通运输": 9,
        "环境保护": 8,
        "农村农业": 4,
        "卫生计生": 4,
    }
    found = aspects_of(sizes)
    assert all(len(aspect.opinion_ids) >= 5 for aspect in found[:-1])
    assert found[-1].title == "其他方面的意见"


def test_opinions_without_topic_are_in_the_rest() -> None:
    (only,) = aspects_of({OTHER: 4})
    assert (only.title, len(only.opinion_ids)) == ("其他方面的意见", 4)


def test_aspects_run_from_large_to_small() -> None:
    sizes = [len(aspect.opinion_ids) for aspect in aspects_of(MANY)[:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_titles_speak_as_reports_do() -> None:
    titles = [aspect.title for aspect in aspects_of(MANY)]
    assert "环境污染影响生活，噪声、油烟等污染扰民" in titles
    assert all(0 < len(title) <= 40 for title in titles)
    assert len(set(titles)) == len(titles)


def test_a_topic_of_the_units_own_has_a_title() -> None:
    titles = [aspect.title for aspect in aspects_of({"夜市管理": 9, "路灯": 6})]
    assert titles == ["夜市管理方面的意见较为集中", "路灯方面的意见较为集中"]


@pytest.mark.parametrize("wanted", [0, 1, 2, 16, -3])
def test_impossible_numbers_are_refused(wanted: int) -> None:
    with pytest.raises(ValueError, match="between 3 and 15"):
        aspects_of(MANY, wanted)


def test_ids_depend_on_the_topic_alone() -> None:
    once = {aspect.title: aspect.id for aspect in aspects_of({"民政/优抚": 3, "政法/诉讼": 2})}
    later = {
        aspect.title: aspect.id for aspect in aspects_of({"民政/优抚": 9, "政法/诉讼": 8, "教育文体/体育": 7})
    }
    assert later.items() >= once.items()


def test_the_words_of_a_title_name_problems_and_say_different_things() -> None:
    bodies = (
        "自来水公司不给通水，入学政策变了",
        "自来水公司态度差，入学问题没人管",
        "物业乱收费，自来水公司推诿",
    )
    messages = [Message(f"{row}", "题", body, None, None) for row, body in enumerate(bodies * 4)]
    paths = ["城乡建设/城市建设和市政管理"] * len(messages)
    (aspect,) = find_aspects(messages, paths, [], 3)
    assert "公司" not in aspect.title


def test_a_title_below_the_lexicon_says_what_its_members_speak_of() -> None:
    node = "城乡建设/城市建设和市政管理/城市公共设施"
    members = [Message(f"{row}", "路灯不亮", "半夜路灯坏了，路灯不亮。", None, None) for row in range(4)]
    assert (
        aspect_title(node, frequent_words(node, members, [node] * 4), [node] * 4)
        == "城市公共设施方面的意见较为集中，路灯反映较多"
    )


def test_when_something_happens_is_no_problem_by_itself() -> None:
    node = "环境保护/环境污染"
    members = [
        Message(f"{row}", "半夜施工噪音", "凌晨半夜还在施工，噪音很大。", None, None) for row in range(4)
    ]
    title = aspect_title(node, frequent_words(node, members, [node] * 4), [node] * 4)
    assert "噪音" in title
    assert "半夜" not in title
    assert "凌晨" not in title


def test_a_title_without_a_word_of_its_members_names_the_commonest_problem() -> None:
    members = [Message(f"{row}", "题", "文", None, None) for row in range(4)]
    paths = ["环境保护/环境污染/噪音污染"] * 4
    title = aspect_title("环境保护", frequent_words("环境保护", members, paths), paths)
    assert title == "环境污染影响生活，噪声、油烟等污染扰民"


def test_an_aspect_quotes_what_most_of_it_speaks_of_from_opinions_that_stand_alone() -> None:
    lamps = [
        Message(f"{row}", f"{place}路灯不亮", f"{place}的路灯坏了好几个月，晚上走路看不清。", None, None)
        for row, place in enumerate(("枫树路", "滨河路", "工农街", "建设巷"))
    ]
    odd = Message("9", "想问一件事", "请问办事窗口中午休息吗，来一趟不容易。", None, None)
    paths = ["城乡建设/城市建设和市政管理"] * 5
    grouped = Matter("M1", "枫树路路灯不亮", (), ("0", "1"), 0, 2, 1.0, ())
    aspect = find_aspects([*lamps, odd], paths, [grouped], None)[0]
    assert aspect.quotes[0].text == "工农街的路灯坏了好几个月，晚上走路看不清。"
    assert {quote.opinion_id for quote in aspect.quotes} <= {"2", "3", "9"}


def test_each_word_of_an_aspects_title_is_borne_out_by_a_quote() -> None:
    told = (
        ("路灯不亮", "{}的路灯坏了好几个月，晚上走路看不清。"),
        ("垃圾没人收", "{}的垃圾堆了一个星期，到现在没人来收走。"),
    )
    places = ("枫树路", "滨河路", "工农街", "建设巷", "石桥路", "柳林街")
    messages = [
        Message(f"{number}{row}", f"{place}{title}", body.format(place), None, None)
        for number, (title, body) in enumerate(told)
        for row, place in enumerate(places[: 6 - 2 * number])
    ]
    words = ("垃圾", "路灯")
    quoted = AspectQuotes(messages, []).of(range(len(messages)), words)
    assert [[word for word in words if word in quote.text] for quote in quoted[:2]] == [["垃圾"], ["路灯"]]
    (aspect, *_) = find_aspects(messages, ["城乡建设/城市建设和市政管理"] * len(messages), [], None)
    named = [word for word in words if word in aspect.title]
    assert named and all(any(word in quote.text for quote in aspect.quotes) for word in named)


def test_an_aspect_whose_opinions_are_all_in_matters_quotes_nothing_more() -> None:
    twins = [Message(row, "枫树路路灯不亮", "枫树路的路灯坏了好几个月。", None, None) for row in "01"]
    grouped = Matter("M1", "枫树路路灯不亮", (), ("0", "1"), 0, 2, 1.0, ())
    assert find_aspects(twins, ["城乡建设"] * 2, [grouped], None)[0].quotes == ()
