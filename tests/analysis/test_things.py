"""One thing is told by several words: who writes 路灯, 照明 or 漆黑 tells of the light of a road."""

from portal.analysis.normalise import data_lines
from portal.analysis.terms import stop_words
from portal.analysis.thing_words import MARK, names_of_things, things_in


def told(term: str) -> set[str]:
    return {names_of_things()[thing].removeprefix(MARK) for thing in things_in(term)}


def test_words_of_one_thing_tell_of_it() -> None:
    assert told("路灯") == told("照明") == told("#漆黑") == {"照明"}


def test_a_longer_word_tells_of_what_it_holds() -> None:
    assert told("不动产权证") == {"房产证"}


def test_a_word_that_says_nothing_of_a_matter_tells_of_nothing() -> None:
    assert told("蓝湾") == told("#的灯") == set()


def test_every_thing_has_a_name_of_its_own_and_words_to_know_it_by() -> None:
    lines = [line.split(" | ") for line in data_lines("thing_words.txt")]
    assert len({name for name, _ in lines}) == len(lines)
    for name, words in lines:
        each = words.split()
        assert each and len(set(each)) == len(each), name
        assert all(word not in stop_words() for word in each), name


def test_a_single_character_tells_of_a_thing_only_where_it_is_a_word() -> None:
    assert told("灯") == {"照明"}
    assert told("灯会") == told("#灯会") == told("水") - told("自来水") == set()
