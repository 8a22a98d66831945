"""The moderators' desk for comments: queue, decision, conflict, reasons that the author alone reads."""

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.audit.models import AuditEvent
from portal.comments.models import Comment
from portal.comments.reasons import CommentReason
from portal.comments.states import CommentState
from portal.core.db import db
from portal.core.rights import Grant, Role
from portal.opinions.models import Opinion
from portal.opinions.operations import move
from portal.opinions.states import OpinionAction, OpinionState
from tests.factories.accounts import actor_with, make_user
from tests.factories.comments import COMMENT, make_comment
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient
from tests.kit.races import race

QUEUE = "/desk/comments"


@pytest.fixture
def desk(app: Flask) -> PageClient:
    """A moderator's browser."""
    return PageClient(app).as_user(make_user("moderator", Role.MODERATOR))


def state_of(comment: Comment) -> str:
    db.session.refresh(comment)
    return comment.state


def test_the_queue_shows_what_waits_with_why_and_the_decision_leads_to_the_next(desk: PageClient) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    first = make_comment(opinion, body="加我 http://a.example")
    second = make_comment(opinion, body="请打13812345678")
    queue = desk.get(QUEUE)
    assert [tag.get_text(strip=True) for tag in queue.soup.select("tbody a")] == [
        first.body,
        second.body,
    ]
    assert "13812345678" not in queue.html
    assert "链接多，疑似广告" in queue.main and "疑似个人信息" in queue.main
    assert "等待审核的评论 2" in desk.get("/desk/").main.replace("2 等待审核的评论", "等待审核的评论 2")
    sent = desk.submit(f"{QUEUE}/{first.public_id}", {"action": "reject", "reason": "advertising"})
    assert sent.response.location.endswith(second.public_id)
    done = desk.submit(f"{QUEUE}/{second.public_id}", {"action": "publish"})
    assert done.response.location.endswith(QUEUE)
    assert (state_of(first), state_of(second)) == (CommentState.REJECTED, CommentState.PUBLISHED)
    assert "都审核完了" in desk.get(QUEUE).main
    db.session.refresh(opinion)
    assert opinion.comment_count == 1
    assert (
        "13812345678" not in PageClient(desk.browser.application).get(f"/opinions/{opinion.public_id}").html
    )
    decided = sa.select(AuditEvent).where(AuditEvent.action == "comment_decided").order_by(AuditEvent.id)
    entry = db.session.scalars(decided).all()
    assert [one.details["choice"] for one in entry] == ["reject", "publish"]


def test_the_author_alone_reads_the_reason(app: Flask, desk: PageClient) -> None:
    path = f"/opinions/{make_opinion(state=OpinionState.PUBLISHED).public_id}"
    author = PageClient(app)
    author.submit(f"{path}/comments/new", {"body": COMMENT})
    comment = db.session.scalars(sa.select(Comment)).one()
    typed = {"action": "reject", "reason": CommentReason.OFF_TOPIC.value, "note": "请说清楚是哪一栋。"}
    desk.submit(f"{QUEUE}/{comment.public_id}", typed)
    shown = author.get(path).main
    assert str(CommentReason.OFF_TOPIC.label) in shown and "请说清楚是哪一栋。" in shown
    assert "请说清楚是哪一栋。" not in PageClient(app).get(path).html
    assert "请说清楚是哪一栋。" in desk.get(f"{QUEUE}/{comment.public_id}").main
    desk.submit(f"{QUEUE}/{comment.public_id}", {"action": "publish"})
    assert (comment.reason, comment.note) == (None, "") if state_of(comment) == "published" else False


def test_reasons_are_those_for_comments(desk: PageClient) -> None:
    comment = make_comment()
    page = desk.get(f"{QUEUE}/{comment.public_id}")
    offered = [str(option["value"]) for option in page.soup.select("#reason option")]
    assert offered == ["", *CommentReason] and "无法办理" not in page.main
    desk.submit(page, {"action": "reject", "reason": "unclear"}, status=400)


def test_more_words_can_be_masked(desk: PageClient) -> None:
    comment = make_comment(body="三单元的老张家天天放音乐，老张不听劝，电话13812345678")
    page = desk.get(f"{QUEUE}/{comment.public_id}")
    refused = desk.submit(page, {"action": "publish", "marked": "老李"}, status=400)
    assert "原文里没有“老李”" in refused.main and refused.form()["marked"].strip() == "老李"
    desk.submit(refused, {"marked": "老张"})
    assert state_of(comment) == CommentState.PUBLISHED
    assert "老张" not in comment.body and "13812345678" not in comment.body
    assert len(comment.body) == len(comment.original or "") and "老张" in (comment.original or "")


@pytest.mark.parametrize(
    "typed",
    [
        {}, {"action": "withdraw"}, {"action": "x"}, {"action": "reject"}, {"action": "reject", "reason": "x"},
        {"action": "publish", "version": "x"}, {"action": "publish", "note": "长" * 301},
    ],
)  # fmt: skip
def test_a_decision_that_cannot_be_used_changes_nothing(desk: PageClient, typed: dict[str, str]) -> None:
    comment = make_comment()
    desk.submit(f"{QUEUE}/{comment.public_id}", typed, status=400)
    assert state_of(comment) == CommentState.WAITING


def test_of_two_moderators_at_once_one_is_told(app: Flask) -> None:
    comment = make_comment()
    path = f"{QUEUE}/{comment.public_id}"
    desks = [PageClient(app).as_user(make_user(name, Role.MODERATOR)) for name in ("one", "other")]
    sent = [
        {**desk.get(path).form(), "action": action, "reason": "other"}
        for desk, action in zip(desks, ("publish", "reject"), strict=True)
    ]
    assert race(desks, path, sent) == [302, 409]
    late = desks[0].post(path, sent[0], status=409)
    assert "您的这一步没有生效" in late.main
    public = state_of(comment) == CommentState.PUBLISHED
    assert db.session.scalars(sa.select(Opinion.comment_count)).one() == int(public)


def test_withdrawn_while_it_is_being_read(app: Flask, desk: PageClient) -> None:
    path = f"/opinions/{make_opinion(state=OpinionState.PUBLISHED).public_id}"
    author = PageClient(app)
    author.submit(f"{path}/comments/new", {"body": COMMENT})
    comment = db.session.scalars(sa.select(Comment)).one()
    page = desk.get(f"{QUEUE}/{comment.public_id}")
    author.submit(path, {}, form="form[action*='/withdraw']")
    late = desk.submit(page, {"action": "publish"}, status=409)
    assert "已撤回" in late.main and not late.soup.select("main form")


def test_nobody_decides_about_their_own_unit(app: Flask) -> None:
    unit = make_unit("市/甲局")
    comment = make_comment(make_opinion(state=OpinionState.PUBLISHED, unit=unit))
    both = make_user("both", Role.MODERATOR, Grant(Role.OFFICER, unit.path))
    client = PageClient(app).as_user(both)
    path = f"{QUEUE}/{comment.public_id}"
    assert "请由别的审核员处理" in client.get(path).main
    data = {"csrf_token": client.token(), "action": "publish", "version": str(comment.version)}
    client.post(path, data, status=403)
    assert state_of(comment) == CommentState.WAITING


def test_a_moderator_of_one_unit_sees_its_comments_alone(app: Flask) -> None:
    own, other = make_unit("市/甲局"), make_unit("市/乙局")
    seen, unseen = (
        make_comment(make_opinion(state=OpinionState.PUBLISHED, unit=unit)) for unit in (own, other)
    )
    client = PageClient(app).as_user(make_user("scoped", Grant(Role.MODERATOR, own.path)))
    links = client.get(QUEUE).links()
    assert f"{QUEUE}/{seen.public_id}" in links and f"{QUEUE}/{unseen.public_id}" not in links
    client.get(f"{QUEUE}/{unseen.public_id}", status=404)


def test_comments_of_an_opinion_that_is_gone_wait_no_more(desk: PageClient) -> None:
    comment = make_comment()
    move(comment.opinion, OpinionAction.REJECT, actor_with(Role.MODERATOR))
    db.session.commit()
    assert "都审核完了" in desk.get(QUEUE).main
    desk.get(f"{QUEUE}/{comment.public_id}")
