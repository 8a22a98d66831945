"""Keyset paging: every row once, in order, forwards and backwards, whatever is sent as cursor."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.db import db
from portal.core.pagination import LAST, keyset_page, read_cursor
from portal.search.models import SearchDocument

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = (SearchDocument.published_at, SearchDocument.id)


def fill(count: int) -> None:
    """Documents of which several share a moment."""
    for number in range(count):
        moment = START + timedelta(hours=number // 3)
        db.session.add(SearchDocument(kind="x", target_id=number, published_at=moment, folded=""))
    db.session.commit()


def page(cursor: str | None, descending: bool = True):  # type: ignore[no-untyped-def]
    query = select(SearchDocument.id, SearchDocument.published_at, SearchDocument.target_id)
    return keyset_page(db.session(), query, KEYS, cursor=cursor, size=4, descending=descending)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("count", [0, 1, 4, 5, 11])
def test_every_row_once_there_and_back(app: Flask, count: int, descending: bool) -> None:
    fill(count)
    expected = sorted(range(count), reverse=descending)
    there, cursor = [], None
    while True:
        here = page(cursor, descending)
        there += [row.target_id for row in here.rows]
        if here.next_cursor is None:
            break
        cursor = here.next_cursor
    assert there == expected
    back: list[int] = []
    cursor = LAST
    while cursor is not None:
        here = page(cursor, descending)
        back = [row.target_id for row in here.rows] + back
        cursor = here.previous_cursor
    assert back == expected


def test_the_first_page_has_no_previous_and_the_last_no_next(app: Flask) -> None:
    fill(6)
    first = page(None)
    assert first.previous_cursor is None
    second = page(first.next_cursor)
    assert second.next_cursor is None
    assert page(second.previous_cursor).rows == first.rows


@given(st.text(max_size=80) | st.sampled_from(["a.", "b.", "a.W10", "b.W10", "a." + "A" * 600, "a.W251bGxd"]))
def test_02_junk_reads_as_the_first_page(junk: str) -> None:
    """CVE-2024-32469: what is not a cursor is none."""
    backwards, values = read_cursor(junk, KEYS)
    assert values is None
    assert backwards == (junk == LAST)


@pytest.mark.parametrize("descending", [True, False])
def test_beyond_what_has_gone_since_the_page_at_that_end_is_shown(app: Flask, descending: bool) -> None:
    fill(8)
    first = page(None, descending)
    gone = page(first.next_cursor, descending).rows
    for row in gone:
        db.session.delete(db.session.get_one(SearchDocument, row.id))
    db.session.commit()
    assert page(first.next_cursor, descending).rows == first.rows
    for row in first.rows:
        db.session.delete(db.session.get_one(SearchDocument, row.id))
    db.session.commit()
    assert page(first.next_cursor, descending).rows == []
