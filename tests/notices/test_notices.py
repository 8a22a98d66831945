"""News in the account: a list, a number in the header, nothing for others and nothing for visitors."""

from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.notices.models import Notice
from portal.opinions.states import OpinionState
from portal.wiring import PERSONAL
from tests.factories.accounts import make_user
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient


def test_what_happens_to_an_opinion_is_told_in_its_authors_account(app: Flask) -> None:
    author, other = make_user("zhang"), make_user("li")
    make_opinion(author=author, title="修一修村口的路", state=OpinionState.PUBLISHED)
    client = PageClient(app).as_user(author)
    page = client.get("/me/notices")
    assert "修一修村口的路" in page.main and "审核通过，已公开" in page.main
    assert page.one(".site-account .unread").get_text(strip=True) == "新通知1"
    assert "还没有通知" in PageClient(app).as_user(other).get("/me/notices").main


def test_reading_marks_nothing_and_the_button_does(app: Flask) -> None:
    author = make_user("zhang")
    make_opinion(author=author, state=OpinionState.ACCEPTED)
    client = PageClient(app).as_user(author)
    for _time in range(2):
        assert client.get("/").soup.select(".unread")
        client.get("/me/notices")
    client.submit("/me/notices", {})
    assert not client.get("/").soup.select(".unread")
    assert db.session.scalars(db.select(Notice.read_at)).one() is not None


def test_a_visitor_costs_no_query_for_news(app: Flask) -> None:
    seen: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", hear)
    PageClient(app).get("/")
    sa.event.remove(db.engine, "before_cursor_execute", hear)
    assert seen and not [statement for statement in seen if "notice" in statement]


def test_every_slice_that_holds_personal_data_is_listed() -> None:
    assert {name.split(".")[1] for name in PERSONAL} >= {"opinions", "notices", "accounts", "audit"}
