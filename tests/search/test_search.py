"""Search finds exactly what a substring comparison of folded texts finds, on both databases."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.analysis.normalise import fold
from portal.core.db import db, is_sqlite
from portal.search import queries
from portal.search.operations import Entry, remove, store, store_many
from portal.search.queries import highlight, search
from portal.search.tokens import QUERY_LENGTH, TEXT_LENGTH, terms

KIND = "opinion"
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


def put(*texts: str) -> None:
    """Store texts as the documents of targets 0, 1, 2 …, and nothing else."""
    db.session.rollback()
    store_many(Entry(KIND, number, MOMENT, text) for number, text in enumerate(texts))


def found(query: str, **page: object) -> set[int]:
    """All targets that `query` finds, every page of them."""
    rows: list[int] = []
    cursor = None
    while True:
        got = search(query, kind=KIND, cursor=cursor, **page)
        rows.extend(got.rows)
        cursor = got.next_cursor
        if cursor is None:
            break
    assert rows == sorted(rows, reverse=True), "newest first, none twice"
    return set(rows)


def by_substring(texts: Iterable[str], query: str) -> set[int]:
    """What should be found, by Python alone: every run of the query stands somewhere in the text."""
    runs = "".join(char if char.isalnum() else " " for char in fold(query)).split()
    return {number for number, text in enumerate(texts) if runs and all(run in fold(text) for run in runs)}


# A small alphabet makes many near misses: pairs that all occur, in another order or with something between them.
MIXED = st.text(alphabet="公交車车站aA1１２Ｂb ，。-'\"*\U00020000\U00020001", max_size=14)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(MIXED, min_size=1, max_size=8),
    asked=st.lists(MIXED, min_size=1, max_size=8),
    size=st.integers(1, 4),
)
def test_recall_and_precision_equal_those_of_substrings(
    app: Flask, texts: list[str], asked: list[str], size: int
) -> None:
    put(*texts)
    parts = [text[at : at + length] for text in texts for at in (0, 2) for length in (1, 2, 3, 5)]
    for query in {*asked, *parts}:
        assert found(query, size=size) == by_substring(texts, query), query
    db.session.rollback()


@pytest.fixture
def index_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the look at the newest documents find nothing, so that all comes from the index."""
    monkeypatch.setattr(queries, "RECENT", 0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(MIXED, min_size=1, max_size=8), asked=st.lists(MIXED, min_size=1, max_size=8))
def test_the_index_alone_is_as_exact(
    app: Flask, index_only: None, texts: list[str], asked: list[str]
) -> None:
    put(*texts)
    for query in {*asked, *(text[1:4] for text in texts), *(text[2:3] for text in texts)}:
        assert found(query) == by_substring(texts, query), query
    db.session.rollback()


@pytest.mark.usefixtures("app")
class TestMatching:
    """What counts as the same, and what does not."""

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("希望增加公交班次", "公交"),
            ("希望增加公交班次", "次"),
            ("希望增加公交班次", "希"),
            ("希望增加公交班次", "增加公交班"),
            ("社區醫療與養老", "社区医疗"),
            ("社区医疗与养老", "醫療"),
            ("乘坐Ｂ１２路公交", "b12路"),
            ("乘坐b12路公交", "Ｂ１２"),
            ("联系 WeChat 小程序", "wechat"),
            ("联系 WeChat 小程序", "cha"),
            ("停车难，收费高", "收费 停车"),
            ("停车难，收费高", "停车难、收费"),
            ("𠮷野家的𠀀𠀁", "𠀀𠀁"),
        ],
    )
    def test_found(self, text: str, query: str) -> None:
        put("别的意见", text)
        assert found(query) == {1}

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("公交车站", "公车"),
            ("车站公交，站公", "交车站"),
            ("停车难", "停车 收费"),
            ("公，交", "公交"),
            ("11，天天", "111"),
            ("天天向上", "天天天"),
            ("希望增加公交班次", ""),
            ("希望增加公交班次", "，。！"),
        ],
    )
    def test_not_found(self, text: str, query: str) -> None:
        put(text)
        assert found(query) == set()

    def test_pairs_that_stand_apart_are_no_match(self) -> None:
        put("公交站和车站牌，交车站", "公交车站")
        assert found("公交车站") == {1}

    def test_only_documents_of_the_kind(self) -> None:
        store("opinion", 1, MOMENT, "公交")
        store("bulletin", 2, MOMENT, "公交")
        assert found("公交") == {1}
        assert search("公交", kind="bulletin").rows == [2]


HOSTILE = [
    '"', '""', "'", "*", "公交*", '"公交" OR "x"', "NEAR(公交 车站, 2)", "公交 NOT 车站", "tokens:公交", "^公交",
    "公交 & !车站", "公交:*", "公交 <-> 车站", "\\", "%", "_", "公%交", "\x00", "公\x00交", "\ud800", "公\udfff交",
    "𠮷", "😀", "()", "{", "+-", "a" * 1_000_000, "公交" * 500_000, '"' * 1_000_000, " ".join(map(str, range(10_000))),
    "\u202e公交", "'; DROP TABLE search_document; --",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_queries_are_only_text(app: Flask, number: int) -> None:
    query = HOSTILE[number]
    put("公交车站", "not or and near 公交", "x")
    short = query[:QUERY_LENGTH]
    expected = {
        number
        for number, text in enumerate(["公交车站", "not or and near 公交", "x"])
        if terms(short) and all(term in fold(text) for term in terms(short))
    }
    assert found(query) == expected
    assert "".join(segment for segment, _marked in highlight("公交车站", terms(query))) == "公交车站"


@pytest.mark.parametrize(
    "cursor", ["", "x", "a.", "a.!!!", "b.W10", "a." + "A" * 600, "a.WyJ4Il0", "\x00", "a.W251bGxd"]
)
def test_a_cursor_that_cannot_be_read_is_the_first_page(app: Flask, cursor: str) -> None:
    put("公交一", "公交二")
    assert search("公交", kind=KIND, cursor=cursor).rows == [1, 0]


@pytest.mark.parametrize("recent", [0, 3, 1000])
def test_pages_follow_each_other_both_ways(app: Flask, monkeypatch: pytest.MonkeyPatch, recent: int) -> None:
    monkeypatch.setattr(queries, "RECENT", recent)
    put(*[f"公交{'车' if number % 3 else ''}" for number in range(30)])
    hits = [number for number in range(29, -1, -1) if number % 3]
    for query in ("公交车", "车"):
        seen, cursor, pages = [], None, []
        while True:
            page = search(query, kind=KIND, cursor=cursor, size=7)
            pages.append(page)
            seen.extend(page.rows)
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert seen == hits and [len(page.rows) for page in pages] == [7, 7, 6]
        back = search(query, kind=KIND, cursor=pages[-1].previous_cursor, size=7)
        assert back.rows == pages[1].rows
        assert search(query, kind=KIND, cursor=back.previous_cursor, size=7).rows == pages[0].rows
        assert search(query, kind=KIND, cursor="b.", size=7).rows == hits[-7:]


def index_rows() -> int:
    """How many rows the index of the database holds."""
    counted = "search_index" if is_sqlite() else "search_document WHERE tokens IS NOT NULL"
    return int(db.session.execute(sa.text(f"SELECT count(*) FROM {counted}")).scalar_one())


def test_a_text_stored_again_replaces_the_first(app: Flask) -> None:
    put("公交", "地铁")
    store(KIND, 0, MOMENT, "自行车")
    assert found("公交") == set()
    assert found("自行车") == {0}
    assert search("车", kind=KIND).rows == [0]
    assert index_rows() == 2


def test_what_is_removed_is_found_no_more(app: Flask) -> None:
    put("公交", "公交车")
    remove(KIND, 1)
    remove(KIND, 1)
    remove(KIND, 99)
    remove("bulletin", 0)
    assert found("公交") == {0}
    assert found("车") == set()
    assert index_rows() == 1


def test_nothing_is_kept_of_a_change_that_is_rolled_back(app: Flask) -> None:
    put("公交")
    db.session.commit()
    store(KIND, 0, MOMENT, "地铁")
    remove(KIND, 0)
    db.session.rollback()
    assert found("公交") == {0}


@pytest.mark.parametrize("text", ["", "，。", "a\x00b 公交", "\ud800公交", "😀", "公" * 300_000])
def test_any_text_can_be_stored(app: Flask, text: str) -> None:
    put(text)
    assert found("公交") == ({0} if "公交" in text else set())


def test_the_longest_text_of_different_pairs_fits_the_index(app: Flask) -> None:
    text = "".join(chr(0x20000 + number % 40_000 * 7 % 40_000) for number in range(TEXT_LENGTH))
    put(text)
    assert found(text[-3:]) == {0}


def test_many_are_stored_in_chunks(app: Flask) -> None:
    assert store_many(Entry(KIND, number, MOMENT, f"第{number}条") for number in range(1203)) == 1203
    assert len(found("第", size=400)) == 1203
    assert found("第1202条") == {1202}
    assert store_many([]) == 0


class TestHighlight:
    """The original text, cut where the query matched."""

    @pytest.mark.parametrize(
        ("text", "query", "segments"),
        [
            ("希望增加公交车", "公交", [("希望增加", False), ("公交", True), ("车", False)]),
            ("公交，公交", "公交", [("公交", True), ("，", False), ("公交", True)]),
            ("社區醫療", "医疗", [("社區", False), ("醫療", True)]),
            ("ＷｅＣｈａｔ号", "wechat", [("ＷｅＣｈａｔ", True), ("号", False)]),
            ("公交车站", "公交 交车", [("公交车", True), ("站", False)]),
            ("公交", "地铁", [("公交", False)]),
            ("公交", "", [("公交", False)]),
            ("", "公交", []),
        ],
    )
    def test_segments(self, text: str, query: str, segments: list[tuple[str, bool]]) -> None:
        assert highlight(text, terms(query)) == segments

    @given(text=st.text(max_size=60), query=st.text(max_size=10))
    def test_segments_joined_are_the_text(self, text: str, query: str) -> None:
        assert "".join(segment for segment, _marked in highlight(text, terms(query))) == text
