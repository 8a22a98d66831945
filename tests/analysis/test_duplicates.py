"""Near-duplicates: one exact rule, found among many, groups without chains, other places kept apart."""

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from portal.analysis.alike import (
    ALIKE,
    Readings,
    grams,
    share_in_order,
    similar_to,
    similarity,
    written_text,
)
from portal.analysis.duplicate_groups import star_groups
from portal.analysis.duplicates import Written, find_duplicates
from portal.analysis.normalise import data_lines
from tests.analysis.texts import written
from tests.kit.shared_data import answered_messages

TEXT = "路灯坏了车位学校公交1234,。 "


def messages(*bodies: str) -> list[Written]:
    return [Written(f"m{place:03}", "", body) for place, body in enumerate(bodies)]


def longest_common_subsequence(one: str, other: str) -> int:
    row = [0] * (len(other) + 1)
    for char in one:
        before = row
        row = [0]
        for at, against in enumerate(other):
            row.append(before[at] + 1 if char == against else max(before[at + 1], row[at]))
    return row[-1]


@given(st.text(alphabet=TEXT, max_size=40), st.text(alphabet=TEXT, max_size=40))
def test_share_in_order_is_the_longest_common_subsequence(one: str, other: str) -> None:
    longer = max(len(one), len(other))
    assert share_in_order(one, other) * longer == pytest.approx(longest_common_subsequence(one, other))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("路灯坏了三个月没有人修", "路燈壞了三個月沒有人修", True),
        ("路灯坏了", "尊敬的领导：您好！路灯坏了。谢谢！盼复。", True),
        ("路灯坏了！！！没有人修", "路灯坏了，没有人修😡😡", True),
        ("ＡＢＣ大厦的电梯坏了", "abc大厦的电梯坏了", True),
        ("路灯坏了三个月没有人修", "公交车太少等了一个小时", False),
        ("", "", False),
        ("。。。", "。。。！", False),
        ("修路", "修路", True),
    ],
)
def test_what_is_a_near_duplicate(one: str, other: str, same: bool) -> None:
    assert (similarity(Readings("", one), Readings("", other)) is not None) is same
    assert bool(find_duplicates(messages(one, other)).pairs) is same


def test_candidates_for_a_writer_come_the_most_alike_first() -> None:
    text = "路灯\n东门的路灯坏了三个月，一直没有人修"
    found = similar_to(
        text,
        [
            ("c", "公交\n三路公交车太少"),
            ("b", "路灯\n东门的路灯坏了三个月，一直没有人来修"),
            ("a", text),
        ],
    )
    assert [identifier for identifier, _ in found] == ["a", "b"]
    assert found[0][1] == 1.0 > found[1][1] >= ALIKE


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("翠湖花园小区停车难，晚上找不到车位", "锦绣豪庭小区停车难，晚上找不到车位", True),
        ("阳光翠湖花园停车难，晚上找不到车位", "星城翠湖花园停车难，晚上找不到车位", True),
        ("城西菜市场凌晨卸货，吵得睡不着", "城东菜市场凌晨卸货，吵得睡不着", True),
        ("清水塘三小门口没有红绿灯，孩子上学危险", "清水塘一小门口没有红绿灯，孩子上学危险", True),
        ("小区3栋电梯坏了，老人下不了楼", "小区五栋电梯坏了，老人下不了楼", True),
        ("204路公交车等了四十分钟也没有来", "205路公交车等了四十分钟也没有来", True),
        ("2019年3月15日停水一整天，没有人通知，做不了饭", "2019-03-16停水一整天，没有人通知，做不了饭", True),
        ("小区东门的路灯坏了三个月没有人修", "小区西门的路灯坏了三个月没有人修", True),
        ("金域国际太吵。请管管金域国际的烧烤摊油烟", "香槟国际太吵。请管管香槟国际的烧烤摊油烟", True),
        ("小区3栋电梯坏了，老人下不了楼", "小区三栋电梯坏了，老人下不了楼", False),
        (
            "2019年3月15日停水一整天，没有人通知，做不了饭",
            "2019-03-15停水一整天，没有人通知，做不了饭",
            False,
        ),
        ("请求解决翠湖花园停车难，晚上找不到车位", "希望处理翠湖花园停车难，晚上找不到车位", False),
        ("翠湖花园小区停车难，晚上找不到车位", "翠湖花园小区停车难，晚上找不到车位，堵了消防通道", False),
    ],
)
def test_other_places_numbers_and_dates_are_told_apart(one: str, other: str, different: bool) -> None:
    found = find_duplicates(messages(one, other))
    assert [pair.different_place for pair in found.pairs] == [different]
    assert bool(found.groups) is not different


def test_a_chain_of_pairs_is_no_group() -> None:
    chain = [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert star_groups(chain, lambda one, other: False) == [[1, 0, 2], [3, 4]]


def test_two_that_must_not_meet_are_not_joined_by_a_third() -> None:
    groups = star_groups([(0, 1), (0, 2)], lambda one, other: {one, other} == {1, 2})
    assert groups == [[0, 1]]


@settings(max_examples=40)
@given(st.lists(st.text(alphabet=TEXT, min_size=4, max_size=24), min_size=1, max_size=14), st.randoms())
def test_groups_are_stars_of_pairs_that_may_meet(bodies: list[str], rng: random.Random) -> None:
    rows = messages(*bodies)
    found = find_duplicates(rows)
    flagged = {(pair.a, pair.b): pair.different_place for pair in found.pairs}
    grouped = [identifier for ids in found.groups for identifier in ids]
    assert len(grouped) == len(set(grouped))
    for centre, *others in found.groups:
        assert all(flagged[min(centre, other), max(centre, other)] is False for other in others)
        assert not any(flagged.get((one, other)) for one in others for other in others)
    rng.shuffle(rows)
    assert find_duplicates(rows) == found


@settings(max_examples=40)
@given(st.lists(st.text(alphabet=TEXT, min_size=1, max_size=30), min_size=2, max_size=10))
def test_every_pair_is_exact(bodies: list[str]) -> None:
    for pair in find_duplicates(messages(*bodies)).pairs:
        one, other = (Readings("", bodies[int(name[1:])]) for name in (pair.a, pair.b))
        assert pair.similarity == pytest.approx(similarity(one, other), abs=1e-4)


def test_many_copies_of_one_letter_stay_one_group_and_few_pairs() -> None:
    found = find_duplicates(messages(*["东门的路灯坏了三个月没有人修"] * 2000))
    assert [len(ids) for ids in found.groups] == [2000]
    assert len(found.pairs) < 4000


def test_the_written_matters_hold_no_near_duplicate_of_another_place() -> None:
    found = find_duplicates(Written(message.id, message.title, message.body) for message in written())
    assert found.groups == ()


def _edited(text: str, rng: random.Random) -> str:
    return "".join(rng.choice("的一是不了人在有我他") if rng.random() < 0.1 else char for char in text)


def _traditional() -> dict[int, str]:
    return {
        ord(pair[1]): pair[0]
        for line in data_lines("traditional_simplified.txt")
        for pair in reversed(line.split())
    }


def _oracle(rows: list[Written]) -> Iterator[tuple[int, int]]:
    """All pairs of rows whose sets of 3-grams, as written, have a Jaccard similarity of at least 0.5."""
    numbers: dict[str, int] = {}
    held: list[int] = []
    ends = [0]
    for row in rows:
        own = grams(written_text(row.title, row.body))
        held += (numbers.setdefault(gram, len(numbers)) for gram in own)
        ends.append(len(held))
    table = sparse.csr_matrix((np.ones(len(held), np.int32), held, ends))
    shared = sparse.triu(table @ table.T, 1).tocoo()
    sizes = np.diff(ends)
    alike = 2 * shared.data >= sizes[shared.row] + sizes[shared.col] - shared.data
    yield from zip(shared.row[alike].tolist(), shared.col[alike].tolist(), strict=True)


def _shared_written() -> list[Written]:
    return [Written(message.id, message.title, message.body) for message in answered_messages()]


def test_all_pairs_of_the_oracle_are_found_and_no_others() -> None:
    rows = _shared_written()
    oracle = {
        (min(rows[one].id, rows[other].id), max(rows[one].id, rows[other].id)) for one, other in _oracle(rows)
    }
    found = {(pair.a, pair.b) for pair in find_duplicates(rows).pairs}
    assert len(found & oracle) >= 0.99 * len(oracle)
    assert len(found & oracle) >= 0.98 * len(found)


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (lambda text, rng: _edited(text, rng), 0.95),
        (lambda text, rng: text.translate(_TRADITIONAL), 1.0),
        (lambda text, rng: f"尊敬的领导：\n您好！{text}\n此致敬礼！盼复，谢谢！", 1.0),
        (lambda text, rng: text.replace("，", "！！").replace("。", " ~ "), 1.0),
    ],
    ids=["a tenth edited", "traditional", "greeting", "punctuation"],
)
def test_changed_copies_are_found(change: Callable[[str, random.Random], str], least: float) -> None:
    rng = random.Random(7)
    rows = _shared_written()
    copies = [Written(f"{row.id}+", row.title, change(row.body, rng)) for row in rows]
    pairs = {(pair.a, pair.b) for pair in find_duplicates([*rows, *copies]).pairs}
    found = sum((row.id, f"{row.id}+") in pairs for row in rows)
    assert found >= least * len(rows)


_TRADITIONAL = _traditional()
