"""The whole analysis on messages written for it: what belongs together, what a result promises."""

import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.analysis.engine import analyse
from portal.analysis.personal_data import find_personal_data
from portal.analysis.records import Analysis, Matter, Message
from portal.analysis.sentences import sentence_ranges
from tests.analysis.texts import people_see, written
from tests.kit.shared_data import answered_messages


def assert_promises(messages: list[Message], result: Analysis) -> None:
    """What holds for every result, whatever the messages are."""
    by_id = {message.id: message for message in messages}
    in_matters = [opinion for matter in result.matters for opinion in matter.opinion_ids]
    assert sorted([*in_matters, *result.single_ids]) == sorted(by_id)
    assert {opinion for aspect in result.aspects for opinion in aspect.opinion_ids} == set(by_id)
    assert {one for aspect in result.aspects for one in aspect.matter_ids} == {
        one.id for one in result.matters
    }
    for part in (*result.matters, *result.aspects):
        assert 0 < len(part.title) <= 40
        authors = [by_id[opinion].author for opinion in part.opinion_ids]
        assert part.unsigned == authors.count(None)
        assert part.distinct_authors == len(set(authors) - {None})
    assert len({one.id for one in (*result.matters, *result.aspects)}) == len(result.matters) + len(
        result.aspects
    )
    assert all(len(matter.opinion_ids) > 1 for matter in result.matters)
    for part in (*result.matters, *result.aspects):
        assert len(part.quotes) <= 3
        for quote in part.quotes:
            assert quote.opinion_id in part.opinion_ids
            assert isinstance(part, Matter) or quote.opinion_id in result.single_ids
            text = by_id[quote.opinion_id].text
            assert text[quote.start : quote.end] == quote.text
            assert not [f for f in find_personal_data(text) if f.start < quote.end and quote.start < f.end]


def test_messages_are_grouped_as_a_person_groups_them() -> None:
    result = analyse(written())
    assert_promises(written(), result)
    assert {frozenset(matter.opinion_ids) for matter in result.matters} == set(
        map(frozenset, people_see().values())
    )


def test_the_matter_with_most_authors_comes_first_and_is_called_by_its_members_words() -> None:
    first = analyse(written()).matters[0]
    assert (set(first.opinion_ids), first.distinct_authors, first.unsigned) == (
        {"m00", "m01", "m02", "m03"},
        3,
        1,
    )
    assert "城西菜市场" in first.title and "噪音" in first.title
    assert "投诉" not in first.title and "请求" not in first.title
    assert first.quotes
    assert "卸货" in first.keywords


@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_the_order_of_messages_changes_nothing(shuffler: random.Random) -> None:
    messages = written()
    expected = analyse(messages)
    shuffler.shuffle(messages)
    assert analyse(messages) == expected


@given(st.sets(st.integers(0, 20)), st.integers(3, 15))
@settings(max_examples=25)
def test_any_part_of_the_messages_keeps_the_promises(rows: set[int], aspects: int) -> None:
    messages = [message for row, message in enumerate(written()) if row in rows]
    assert_promises(messages, analyse(messages, aspects=aspects))


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=80)), max_size=8))
@settings(max_examples=25)
def test_any_text_keeps_the_promises(texts: list[tuple[str, str]]) -> None:
    messages = [Message(str(row), title, body, None, None) for row, (title, body) in enumerate(texts)]
    assert_titles_apart(messages, analyse(messages))


def assert_titles_apart(messages: list[Message], result: Analysis) -> None:
    """As `assert_promises`, but for matters of messages without a usable title."""
    named = tuple(replace(matter, title=matter.title or "无题") for matter in result.matters)
    assert_promises(messages, replace(result, matters=named))


def test_the_hash_seed_of_the_interpreter_changes_nothing() -> None:
    code = (
        "from portal.analysis.engine import analyse; from tests.analysis.texts import written;"
        "print(repr(analyse(written())))"
    )
    results = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(results) == 1


def test_no_message_no_result() -> None:
    assert analyse([]) == Analysis((), (), ())


def test_one_message_stands_alone_in_one_aspect() -> None:
    message = written()[0]
    result = analyse([message])
    assert (result.matters, result.single_ids, len(result.aspects)) == ((), (message.id,), 1)


def test_messages_without_words_stand_alone() -> None:
    messages = [Message(str(row), "", "。。。", None, None) for row in range(3)]
    result = analyse(messages)
    assert result.single_ids == ("0", "1", "2")
    assert [aspect.title for aspect in result.aspects] == ["其他方面的意见"]


def test_greetings_alone_make_no_matter() -> None:
    bodies = ("路灯坏了三天", "水管爆裂漏水", "校车不按时来", "药店夜里关门", "网速太慢了")
    messages = [
        Message(str(row), "尊敬的领导您好", f"尊敬的领导：您好！{body}。万分感谢，此致敬礼！", None, None)
        for row, body in enumerate(bodies)
    ]
    assert analyse(messages).matters == ()


def test_a_title_with_personal_data_is_masked_and_never_quoted() -> None:
    messages = [
        Message(
            str(row), "我叫张三丰电话13812345678反映石桥路积水", "石桥路积水很深，行人过不去。", None, None
        )
        for row in range(2)
    ]
    (matter,) = analyse(messages).matters
    assert "13812345678" not in matter.title and "张三丰" not in matter.title
    assert all("1381234" not in quote.text for quote in matter.quotes)


def test_two_messages_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="m00"):
        analyse([written()[0], written()[0]])


def test_progress_grows_from_nothing_to_all() -> None:
    steps: list[float] = []
    analyse(written(), progress=steps.append)
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0.0, 1.0)


def test_a_web_worker_needs_no_numpy_for_what_pages_use() -> None:
    code = (
        "import sys; from portal.analysis import normalise, personal_data, sentences, records;"
        "print([name for name in ('numpy', 'scipy', 'rjieba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_real_messages_keep_the_promises() -> None:
    messages = answered_messages()
    result = analyse(messages)
    assert_promises(messages, result)
    assert 5 <= len(result.aspects) <= 9
    assert result.aspects[-1].title == "其他方面的意见"
    assert max(len(aspect.opinion_ids) for aspect in result.aspects[:-1]) > len(
        result.aspects[-1].opinion_ids
    )
    by_id = {message.id: message for message in messages}
    for matter in result.matters:
        for quote in matter.quotes:
            whole = by_id[quote.opinion_id]
            assert (quote.start, quote.end) in sentence_ranges(whole.text) or quote.text == whole.title


def test_eighty_six_real_messages_have_aspects_like_a_report() -> None:
    messages = random.Random(86).sample(answered_messages(), 86)
    result = analyse(messages)
    assert_promises(messages, result)
    assert 5 <= len(result.aspects) <= 9
