"""Drafts kept in an account: saved when asked, read by nobody else, never in the way of what is typed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.campaigns.states import WhoMayPost
from portal.core.clock import fixed, now
from portal.core.db import db
from portal.core.rights import Role
from portal.opinions.draft_models import SavedDraft
from portal.opinions.drafts import LIVES, MOST_DRAFTS
from portal.opinions.jobs import sweep_drafts
from portal.opinions.models import Opinion
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_board
from tests.kit.client import Page, PageClient

NEW = "/boards/suggestions/new"
SAVE = f"{NEW}/draft"
TYPED = {
    "body": "滨河小区门口的路灯坏了，王小明先生可以带路。",
    "title": "路灯坏了",
    "place": "滨河小区",
    "visibility": "private",
    "masks": ["王小明"],
}


@pytest.fixture
def author(app: Flask) -> PageClient:
    make_board()
    return PageClient(app).as_user(make_user("zhang"))


def save(client: PageClient, page: Page | str = NEW, status: int = 302, **more: object) -> Page:
    opened = client.get(page) if isinstance(page, str) else page
    return client.post(SAVE, {**opened.form(), **TYPED, **more}, status=status)


def drafts() -> list[SavedDraft]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(SavedDraft)))


def test_a_draft_is_saved_listed_and_continued_with_all_that_was_typed(author: PageClient) -> None:
    saved = save(author, contact="13812345678", mail="a@example.org")
    listed = author.get("/me/drafts")
    assert "路灯坏了" in listed.main and str(saved.response.location) in listed.links()
    form = author.get(str(saved.response.location)).form()
    assert {name: form[name].strip() for name in TYPED} == {**TYPED, "masks": "王小明"}
    assert form["contact"] == "" and form["mail"] == "" and not form.get("consent")
    assert drafts()[0].sealed.find("路灯".encode()) < 0


def test_saved_again_it_stays_one_and_handed_in_it_is_gone(author: PageClient) -> None:
    page = author.get(str(save(author).response.location))
    page = author.get(str(save(author, page, body="滨河小区门口的三盏路灯都坏了。").response.location))
    assert len(drafts()) == 1 and "三盏" in page.form()["body"]
    check = author.submit(page, {"consent": "y"}, status=200)
    assert "存草稿" in check.main
    author.submit(check, {}, status=200)
    assert drafts() == [] and db.session.scalar(sa.select(sa.func.count(Opinion.id))) == 1


def test_from_the_check_page_too_and_only_words_are_needed(author: PageClient) -> None:
    check = author.submit(NEW, {**TYPED, "consent": "y"}, status=200)
    author.post(SAVE, check.form())
    save(author, title="", place="", masks=[])
    assert len(drafts()) == 2
    empty = save(author, status=400, body=" ")
    assert "没有草稿可存" in empty.main and empty.form()["title"] == "路灯坏了"
    # What would be wrong in handing in is not told of a draft.
    assert "请先勾选同意" not in empty.main
    long = save(author, status=400, body="长" * 20_001)
    assert "写得太长" in long.main and len(long.form()["body"].strip()) == 20_001 and len(drafts()) == 2


def test_a_session_that_is_over_costs_no_words(author: PageClient, app: Flask) -> None:
    page = author.get(NEW)
    author.browser.delete_cookie("session")
    refused = save(author, page, 403)
    again = save(author, refused, 403)
    for shown in (refused, again):
        assert shown.form()["body"].strip() == TYPED["body"] and "在新窗口登录" in shown.main
    # Signed in in another window of the same browser.
    save(author.as_user(make_user("zhang")), again)
    assert len(drafts()) == 1
    assert "存草稿" not in PageClient(app).get(NEW).html


def test_nobody_else_reads_continues_or_deletes_it(author: PageClient, app: Flask) -> None:
    address = str(save(author).response.location)
    for role in (None, *Role):
        name = str(role or "stranger")
        other = PageClient(app).as_user(make_user(name, *([role] if role in (Role.MODERATOR, Role.COORDINATOR, Role.ADMINISTRATOR) else [])))  # fmt: skip
        other.get(address, status=404)
        other.post(f"{address}/delete", {"csrf_token": other.token()}, status=404)
        # Continuing somebody else's draft makes one of one's own.
        save(other, NEW, draft=address.rpartition("/")[2], body="另一个人的")
    texts = [author.get(address).form()["body"].strip()]
    assert texts == [TYPED["body"]]
    author.submit("/me/drafts", {}, form=f'form[action="{address}/delete"]')
    author.get(address, status=404)


def test_an_account_keeps_so_many_and_is_told(author: PageClient) -> None:
    page = author.get(NEW)
    for _number in range(MOST_DRAFTS):
        save(author, page)
    refused = save(author, page, 400)
    assert f"草稿最多存{MOST_DRAFTS}份" in refused.main and refused.form()["body"].strip() == TYPED["body"]
    assert len(drafts()) == MOST_DRAFTS


def test_it_is_gone_after_its_time_and_saving_again_gives_it_more(author: PageClient) -> None:
    address = str(save(author).response.location)
    with fixed(now() + LIVES - timedelta(days=1)):
        sweep_drafts()
        assert len(drafts()) == 1
    with fixed(now() + LIVES + timedelta(minutes=1)):
        assert author.get("/me/drafts", follow=True).status == 200
        sweep_drafts()
    assert drafts() == []
    author.get(address, status=404)


def test_where_the_board_closed_its_words_are_shown_and_another_board_offered(author: PageClient) -> None:
    address = str(save(author).response.location)
    make_board("messages", title="留言板")
    make_board(closes_at=now() - timedelta(days=1))
    shown = author.get(address)
    assert "已结束" in shown.main and TYPED["body"] in shown.main and "留到" in shown.main
    other = f"{address}?board=messages"
    assert other in shown.links()
    moved = author.get(other)
    assert moved.form()["body"].strip() == TYPED["body"]
    author.post("/boards/messages/new/draft", moved.form())
    assert [draft.board.slug for draft in drafts()] == ["messages"]


def test_a_board_for_accounts_only_takes_it(author: PageClient) -> None:
    make_board(who_may_post=WhoMayPost.REGISTERED)
    author.get(str(save(author).response.location))


def test_copied_out_and_erased_with_the_account(author: PageClient) -> None:
    save(author)
    copy = author.get("/me/data.json").html
    assert "滨河小区门口的路灯坏了" in copy and "滨河小区门口的路灯坏了" in author.get("/me/data").main
    author.submit("/me/erasure", {"current": "correct horse battery", "opinions": "keep", "sure": "y"})
    assert drafts() == []
