"""The second look: a theme is no matter, a place is none; one thing at one place is, however it is told."""

import numpy as np

from bench.growth import grown
from portal.analysis.matters import read_groups
from portal.analysis.records import Message
from portal.analysis.second_look import Bonds
from portal.analysis.terms import read
from portal.analysis.vectors import body_vectors, counted, rarity, term_weights

LOANS = (
    ("咨询甲山市住房公积金贷款问题", "我在甲山市工作，想用住房公积金贷款买房，请问首付比例是多少？"),
    ("住房公积金贷款问题咨询", "乙水市的住房公积金可以在外地贷款买房吗？需要什么材料？"),
    ("咨询丙林市住房公积金贷款额度", "丙林市住房公积金贷款最高能贷多少，夫妻双方有没有区别？"),
)
LINE = (
    ("咨询龙泉市地铁3号线开通时间", "龙泉市地铁3号线原定年底通车，到底哪天开通运营？"),
    ("龙泉市地铁3号线施工噪音扰民", "龙泉市地铁3号线工地夜里打桩，住户整晚睡不着。"),
    ("龙泉市地铁3号线烈士公园站出入口太少", "龙泉市地铁3号线烈士公园站只有两个出入口，老人要绕很远。"),
)
LAMPS = (
    ("龙泉市桂花路路灯不亮", "龙泉市桂花路的路灯坏了两个月，夜里一片漆黑，摔伤过行人。"),
    ("桂花路路灯坏了没人修", "桂花路路灯坏了两个月，晚上漆黑，行人摔伤，请派人维修路灯。"),
    ("请维修桂花路的路灯", "桂花路的路灯几个月不亮，夜里漆黑看不见路，已有行人摔伤。"),
)


def grouped(*texts: tuple[str, str]) -> list[set[str]]:
    """The titles of each group that is found among `texts`."""
    messages = [Message(f"{row:02}", title, body, None, None) for row, (title, body) in enumerate(texts)]
    return [{messages[row].title for row in group} for group in read_groups(messages)]


def test_a_theme_in_several_cities_is_no_matter() -> None:
    assert grouped(*LOANS) == []


def test_one_line_with_three_things_is_no_matter() -> None:
    assert grouped(*LINE) == []


def test_one_thing_at_one_place_is_a_matter_among_both() -> None:
    assert grouped(*LOANS, *LAMPS, *LINE) == [{title for title, _ in LAMPS}]


def test_the_same_thing_at_another_place_stays_outside() -> None:
    elsewhere = [
        (title.replace("桂花路", "沿河路"), body.replace("桂花路", "沿河路")) for title, body in LAMPS
    ]
    found = grouped(*LAMPS, *elsewhere)
    assert sorted(map(len, found)) == [3, 3]
    assert {title for title, _ in LAMPS} in found


def test_one_text_sent_by_many_is_one_matter() -> None:
    assert [len(group) for group in [*grouped_rows(40)]] == [40]


def grouped_rows(times: int) -> list[list[int]]:
    title, body = LAMPS[0]
    return read_groups([Message(f"{row:02}", title, body, None, None) for row in range(times)])


def test_pairs_are_found_bound_by_the_part_of_their_bond_that_says_enough() -> None:
    corpus, _ = read(list(grown(150)), lambda _: None)
    counts = counted(corpus)
    weights = term_weights(corpus.terms, rarity(counts))
    bonds = Bonds(counts, body_vectors(counts, weights), weights)
    one, other = np.triu_indices(len(corpus), 1)
    found, whole = bonds.bind(one, other), bonds.of_pairs(one, other)
    assert 0 < found.sum() < len(one)
    assert whole[found].min() >= -0.7 > whole[~found].max()
