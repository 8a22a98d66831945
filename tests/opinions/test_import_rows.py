"""Reading and preparing single rows of an import."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.tables import Row, TableError
from portal.core.text import paragraphs
from portal.opinions.channels import Channel
from portal.opinions.imports import COLUMNS, OpinionRow, RowRefused, opinion_row
from portal.opinions.models import BODY_LENGTH, TITLE_LENGTH
from portal.opinions.preparing import MADE_TITLE, Prepared, Reading, prepare
from portal.opinions.states import ParticipantGroup

ZONE = ZoneInfo("Asia/Shanghai")
PRESENT = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
PHONE = "13812345678"


def row(**values: str) -> Row:
    """A row with a title and a text, and `values`."""
    return Row(2, dict.fromkeys(COLUMNS, "") | {"title": "题", "body": "文"} | values, None, ())


def read(**values: str) -> OpinionRow:
    """What `opinion_row` makes of it."""
    return opinion_row(row(**values), ZONE, PRESENT)


def prepared(**values: str) -> Prepared:
    """What `prepare` makes of it."""
    (item,) = prepare([row(**values)], Reading(ZONE, PRESENT, "k" * 32, guarded=False))
    assert isinstance(item, Prepared)
    return item


def test_texts_are_cleaned() -> None:
    found = read(title=" 一\n 二 ", body="甲  \r\n\r\n\r\n\r\n乙\x07\n", author=" 张\t三 ", external_id=" 7 ")
    assert (found.title, found.body, found.author, found.external_id) == ("一 二", "甲\n\n乙", "张 三", "7")


def test_times_are_those_of_the_site_unless_they_name_a_zone() -> None:
    assert read(created_at="2019/4/25 9:32:09").created_at == datetime(2019, 4, 25, 1, 32, 9, tzinfo=UTC)
    assert read(created_at="2019-04-25T09:32:09+00:00").created_at == datetime(
        2019, 4, 25, 9, 32, 9, tzinfo=UTC
    )
    assert read(created_at="").created_at is None
    assert read(created_at="2026-05-02 11:00").created_at is not None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " ", "body": "\n"}, "都是空的"),
        ({"title": "长" * (TITLE_LENGTH * 4 + 1)}, f"最多 {TITLE_LENGTH * 4} 个"),
        ({"body": "长" * (BODY_LENGTH + 1)}, f"最多 {BODY_LENGTH} 个"),
        ({"reply": "长" * (BODY_LENGTH + 1)}, "答复有"),
        ({"external_id": "9" * 101}, "编号有"),
        ({"created_at": "昨天"}, "时间看不懂"),
        ({"created_at": "2019/13/1"}, "时间看不懂"),
        ({"created_at": "0001-01-01"}, "时间太早"),
        ({"created_at": "2026-05-03"}, "时间在将来"),
        ({"created_at": "9999-12-31"}, "时间在将来"),
        ({"reply": "答", "replied_at": "不久"}, "时间看不懂"),
        ({"channel": "飞鸽"}, "飞鸽"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(values: dict[str, str], words: str) -> None:
    with pytest.raises(RowRefused, match=re.escape(words)):
        read(**values)


def test_a_row_that_could_not_be_read_is_refused_with_its_own_reason() -> None:
    broken = Row(4, dict.fromkeys(COLUMNS, ""), TableError("unclosed_quote", row=4))
    with pytest.raises(RowRefused, match="引号没有配对"):
        opinion_row(broken, ZONE, PRESENT)


def test_the_longest_that_fits_is_taken() -> None:
    found = read(title="长" * TITLE_LENGTH * 4, body="长" * BODY_LENGTH, external_id="9" * 100)
    assert len(found.title) == TITLE_LENGTH * 4 and len(found.body) == BODY_LENGTH


def test_a_time_of_reply_without_reply_is_not_looked_at() -> None:
    assert read(replied_at="不久").replied_at is None


@pytest.mark.parametrize(
    ("written", "channel"),
    [("", Channel.ONLINE), ("hotline", Channel.HOTLINE), ("座谈会", Channel.SYMPOSIUM), ("12345", Channel.HOTLINE),
     (" 网站 ", Channel.ONLINE), ("LETTER", Channel.LETTER)],
)  # fmt: skip
def test_channels_by_code_label_and_common_word(written: str, channel: Channel) -> None:
    assert read(channel=written).channel is channel


def test_groups_by_code_and_label_and_unknown_ones_are_left_empty() -> None:
    assert read(group="business").group is ParticipantGroup.BUSINESS
    assert read(group="政协委员").group is ParticipantGroup.CPPCC_MEMBER
    unknown = read(group="外星人")
    assert unknown.group is None and unknown.unknown_group and not read().unknown_group


@pytest.mark.parametrize("name", ["匿名", "网友", "Anonymous", "", " "])
def test_who_names_nobody_is_unsigned(name: str) -> None:
    assert prepared(author=name).author_key is None


def test_authors_are_told_apart_by_a_keyed_hash_without_their_name() -> None:
    one, same, other = prepared(author="张三"), prepared(author=" 张三"), prepared(author="李四")
    assert one.author_key == same.author_key != other.author_key
    assert one.author_key and one.author_key.startswith("n:") and len(one.author_key) == 66


def test_personal_data_is_masked_in_what_is_published_and_kept_in_the_case() -> None:
    item = prepared(title=f"找我{PHONE}", body=f"电话{PHONE}，谢谢", reply=f"已致电{PHONE}")
    assert item.case_title == f"找我{PHONE}" and item.row.body == f"电话{PHONE}，谢谢"
    assert item.title == "找我138****5678" and item.body == "电话138****5678，谢谢"
    assert item.reply == "已致电138****5678"
    for shown in (item.title, item.body, item.body_html, item.excerpt, item.reply, item.reply_html):
        assert PHONE not in shown and "138****5678" in shown
    assert [kind for _start, _end, kind in item.ranges] == ["mobile", "mobile"]


def test_ranges_are_those_of_title_newline_body() -> None:
    item = prepared(title="题", body=f"电话{PHONE}")
    whole = f"{item.case_title}\n{item.row.body}"
    assert [whole[start:end] for start, end, _kind in item.ranges] == [PHONE]


def test_a_missing_title_is_made_from_the_text() -> None:
    item = prepared(title="", body="一二三四五六七八九十" * 10)
    assert item.case_title == item.title == ("一二三四五六七八九十" * 3)[:MADE_TITLE]
    assert item.body == item.row.body


def test_a_made_title_never_cuts_a_number_so_that_it_shows() -> None:
    for before in range(MADE_TITLE):
        item = prepared(title="", body="请" * before + f"电话{PHONE}，谢谢")
        assert "1381" not in item.title and "1381" not in item.case_title


def test_a_title_alone_is_an_opinion() -> None:
    item = prepared(body="")
    assert (item.title, item.body, item.body_html, item.excerpt) == ("题", "", "", "")


@given(st.text(), st.text())
def test_whatever_is_written_is_taken_or_refused(title: str, body: str) -> None:
    (item,) = prepare([row(title=title, body=body)], Reading(ZONE, PRESENT, "k" * 32, guarded=False))
    if isinstance(item, str):
        assert item
    else:
        assert len(item.title) == len(item.case_title) and len(item.body) == len(item.row.body)
        assert item.body_html == paragraphs(item.body)
        (item.case_title + item.row.body + item.title + item.body).encode()
