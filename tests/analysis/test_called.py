"""Names that no dictionary holds are known by what follows them."""

from portal.analysis.called import called

SHOP = ("家家乐超市关门", "我的家家乐购物卡", "家家乐门口乱停车", "单位发的家家乐卡")
PLANT = ("搅拌站附近灰尘大", "搅拌站对面睡不着", "取缔搅拌站", "搅拌站又开工")
LANE = ("云锦里楼下油烟", "住在云锦里的人", "云锦里业主", "云锦里没有路灯")


def found(*texts: str, seeds: dict[str, int] | None = None) -> list[tuple[str, tuple[int, ...]]]:
    return list(called(lambda rows: [(texts[row], "") for row in rows], len(texts), 4, 60, seeds or {}))


def test_a_name_is_known_by_what_follows_it_and_begins_where_its_uses_begin_to_differ() -> None:
    assert found(*SHOP) == [("家家乐", (0, 1, 2, 3))]
    assert found(*LANE, *SHOP) == [("云锦里", (0, 1, 2, 3)), ("家家乐", (4, 5, 6, 7))]


def test_a_thing_is_no_name() -> None:
    assert found(*PLANT) == []


def test_words_of_the_language_and_bare_endings_are_no_names() -> None:
    assert found("幼儿园门口", "幼儿园附近", "幼儿园", "幼儿园") == []
    assert found("重点建设项目", "哪些重点建设项目", "重点建设", "重点建设工程") == []
    assert found("翠湖雅苑门口", "锦华雅苑附近", "东方雅苑", "名人雅苑") == []


def test_characters_that_seldom_stand_before_such_words_are_no_name() -> None:
    assert found(*LANE, *("云锦里" for _ in range(8))) == []


def test_what_is_known_to_be_a_name_is_found_wherever_it_stands() -> None:
    texts = ("石螺塘炸山", "救救石螺塘", "石螺塘的墙裂了", "石螺塘后山矿场")
    assert found(*texts) == []
    assert found(*texts, seeds={"螺塘": 2}) == [("石螺塘", (0, 1, 2, 3))]
