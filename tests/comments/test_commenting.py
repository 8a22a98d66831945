"""Writing a comment: who may, what becomes of it, that it comes once, that nothing typed is lost."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from portal import create_app
from portal.campaigns.intake import set_intake
from portal.campaigns.states import IntakeMode, ModerationMode, WhoMayPost
from portal.comments.models import Comment
from portal.comments.states import CommentState
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.opinions.models import Opinion
from portal.opinions.states import HoldReason, OpinionState
from tests.conftest import settings_for
from tests.factories.accounts import make_user
from tests.factories.campaigns import make_board
from tests.factories.comments import COMMENT, make_comment
from tests.factories.opinions import make_opinion
from tests.kit.client import Page, PageClient
from tests.kit.races import race

PUBLISHED = OpinionState.PUBLISHED
WITHDRAW = "form[action*='/withdraw']"


@pytest.fixture
def path(app: Flask) -> str:
    """The page of a published opinion."""
    return f"/opinions/{make_opinion(state=PUBLISHED).public_id}"


def write(client: PageClient, path: str, body: str = COMMENT, status: int = 302) -> Page:
    return client.submit(f"{path}/comments/new", {"body": body}, status=status)


def only() -> Comment:
    db.session.expire_all()
    return db.session.scalars(sa.select(Comment)).one()


def count() -> int:
    db.session.expire_all()
    return db.session.scalars(sa.select(Opinion)).one().comment_count


def test_a_comment_waits_and_only_its_author_sees_it(app: Flask, path: str) -> None:
    author, somebody = PageClient(app), PageClient(app)
    somebody.get(path)
    write(author, path)
    assert only().state == CommentState.WAITING
    page = author.get(path)
    assert "已收到，谢谢您。正在审核" in page.text
    assert "您的评论正在审核，别人还看不到" in page.main and COMMENT in page.main
    assert COMMENT not in somebody.get(path).main
    assert count() == 0
    author.submit(path, {}, form=WITHDRAW)
    assert only().state == CommentState.WITHDRAWN
    assert COMMENT not in author.get(path).main


def test_where_opinions_are_public_at_once_so_are_comments_and_the_author_takes_them_back(
    app: Flask, path: str
) -> None:
    make_board(moderation=ModerationMode.AFTER)
    author, somebody = PageClient(app), PageClient(app)
    write(author, path)
    assert only().needs_review and count() == 1
    page = somebody.get(path)
    assert COMMENT in page.main and not page.soup.select(WITHDRAW)
    somebody.post(f"/comments/{only().public_id}/withdraw", {"csrf_token": somebody.token()}, status=404)
    author.submit(path, {}, form=WITHDRAW)
    assert count() == 0
    author.post(f"/comments/{only().public_id}/withdraw", {"csrf_token": author.token()}, status=409)
    assert COMMENT not in somebody.get(path).main


def test_an_account_takes_its_comment_back_on_another_device(app: Flask, path: str) -> None:
    user = make_user("citizen")
    write(PageClient(app).as_user(user), path)
    assert only().author_key == f"u:{user.id}"
    other = PageClient(app).as_user(user)
    other.submit(path, {}, form=WITHDRAW)
    assert only().state == CommentState.WITHDRAWN


def test_personal_data_is_masked_and_addresses_are_links_without_harm(app: Flask, path: str) -> None:
    make_board(moderation=ModerationMode.AFTER)
    body = "详情请打13812345678，材料在 https://a.example.com/x <script>alert(1)</script>"
    write(PageClient(app), path, body)
    page = PageClient(app).get(path)
    assert "13812345678" not in page.html and only().original == body
    assert not [tag for tag in page.soup.find_all("script") if "alert" in tag.get_text()]
    link = page.one(".comment a[href^='https://a.example']")
    assert "nofollow" in str(link["rel"])


@pytest.mark.parametrize(
    ("board", "status", "words"),
    [
        ({"takes_comments": False}, 409, "不开放评论"),
        ({"closes_at": now() - timedelta(days=1)}, 409, "已结束"),
        ({"who_may_post": WhoMayPost.REGISTERED}, 403, "登录后才能评论"),
    ],
)
def test_where_no_comment_is_taken_the_form_keeps_what_was_typed(
    client: PageClient, path: str, board: dict[str, object], status: int, words: str
) -> None:
    form = client.get(f"{path}/comments/new")
    make_board(**board)
    refused = client.submit(form, {"body": COMMENT}, status=status)
    assert words in refused.main and refused.form()["body"].strip() == COMMENT
    assert db.session.scalar(sa.select(sa.func.count(Comment.id))) == 0
    # Who comes only now is told before anything is typed.
    opened = client._open(f"{path}/comments/new")
    assert opened.status_code == (302 if status == 403 else 200)
    assert f"{path}/comments/new" not in client.get(path).links() or "takes_comments" not in board


def test_a_pause_stops_comments_too_and_review_holds_them(client: PageClient, path: str) -> None:
    make_board(moderation=ModerationMode.AFTER)
    form = client.get(f"{path}/comments/new")
    set_intake(IntakeMode.PAUSED, SYSTEM, reason="维护")
    db.session.commit()
    refused = client.submit(form, {"body": COMMENT}, status=409)
    assert "原因：维护。" in refused.main
    set_intake(IntakeMode.REVIEW, SYSTEM)
    db.session.commit()
    client.submit(refused, {})
    assert (only().state, only().held_for) == (CommentState.WAITING, HoldReason.INTAKE)


def test_spam_waits_and_short_words_said_by_many_do_not(app: Flask) -> None:
    make_board(moderation=ModerationMode.AFTER)
    opinion = make_opinion(state=PUBLISHED)
    assert make_comment(opinion, body="点 http://a.example").held_for == HoldReason.LINKS
    repeated = [make_comment(opinion, body=f"大家快来加入我们的队伍{number}").held_for for number in range(5)]
    assert repeated == [None, None, None, HoldReason.REPEATED, HoldReason.REPEATED]
    assert [make_comment(opinion, body="支持！").held_for for _time in range(5)] == [None] * 5


def test_a_comment_on_what_is_not_public_is_404(client: PageClient) -> None:
    for state in set(OpinionState) - {PUBLISHED}:
        path = f"/opinions/{make_opinion(state=state).public_id}/comments/new"
        client.get(path, status=404)
        client.post(path, {"csrf_token": client.token(), "body": COMMENT}, status=404)


@pytest.mark.parametrize("body", ["", " \n　", "长" * 501])
def test_what_is_no_comment_comes_back(client: PageClient, path: str, body: str) -> None:
    assert "没提交成功，内容还在" in write(client, path, body, status=400).main


def test_the_same_form_twenty_times_at_once_is_one_comment(app: Flask, path: str) -> None:
    make_board(moderation=ModerationMode.AFTER)
    client = PageClient(app)
    sent = {**client.get(f"{path}/comments/new").form(), "body": COMMENT}
    session = client.browser.get_cookie("session")
    assert session is not None
    clients = [PageClient(app) for _number in range(20)]
    for each in clients:
        each.browser.set_cookie("session", session.value)
    assert race(clients, f"{path}/comments/new", [sent] * 20) == [302] * 20
    assert (only().state, count()) == (CommentState.PUBLISHED, 1)


def test_twenty_comments_at_once_all_count(app: Flask, path: str) -> None:
    make_board(moderation=ModerationMode.AFTER)
    clients = [PageClient(app) for _number in range(20)]
    sent = [
        {**client.get(f"{path}/comments/new").form(), "body": COMMENT + chr(ord("甲") + number)}
        for number, client in enumerate(clients)
    ]
    assert race(clients, f"{path}/comments/new", sent) == [302] * 20
    assert count() == 20


def test_a_network_comments_no_more_than_its_limit_whatever_changes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.sqlite'}"
    app = create_app(settings_for(tmp_path, url, COMMENT_LIMIT="2/hour"))
    with app.app_context():
        upgrade()
        paths = [f"/opinions/{make_opinion(state=PUBLISHED).public_id}/comments/new" for _number in range(2)]
    statuses = []
    for number in range(4):
        client = PageClient(app)
        data = {**client.get(paths[number % 2]).form(), "body": COMMENT[number:]}
        headers = {"X-Forwarded-For": f"10.0.0.{number}"}
        answer = client.browser.post(f"{paths[number % 2]}?x={number}", data=data, headers=headers)
        statuses.append(answer.status_code)
        assert answer.status_code != 429 or COMMENT[number:] in answer.get_data(as_text=True)
    assert statuses == [302, 302, 429, 429]
