"""Comments under an opinion: by the page, from the index, at no cost where there are none; and in the digest."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.comments.operations import CommentChoice, decide, withdraw
from portal.comments.personal import HOLDING
from portal.comments.queries import PAGE_SIZE, discussion
from portal.comments.reasons import CommentReason
from portal.comments.states import MOVES, CommentAction, CommentState
from portal.core.db import db
from portal.core.errors import IllegalMove
from portal.core.personal import Person
from portal.core.rights import SYSTEM, Role
from portal.digests import building
from portal.moderation.merging import merge, unmerge
from portal.opinions.models import Opinion
from portal.opinions.states import OpinionState
from tests.factories.accounts import actor_with, make_user
from tests.factories.comments import COMMENT, make_comment
from tests.factories.digests import make_digest
from tests.factories.opinions import make_opinion
from tests.kit.client import PageClient
from tests.kit.plans import plan_of

SHOWN, WAITING, REJECTED = CommentState.PUBLISHED, CommentState.WAITING, CommentState.REJECTED


@contextmanager
def statements(words: str) -> Iterator[list[str]]:
    """The statements sent within the block that contain `words`."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if words in statement:
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_a_page_without_comments_asks_for_none(app: Flask) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    make_comment(opinion)
    with statements("FROM opinion_comment") as seen:
        page = PageClient(app).get(f"/opinions/{opinion.public_id}")
    assert "还没有评论" in page.main and seen == []
    make_comment(opinion, SHOWN)
    with statements("FROM opinion_comment") as seen:
        PageClient(app).get(f"/opinions/{opinion.public_id}")
    assert len(seen) == 1


def test_comments_come_by_the_page_newest_first_each_once(app: Flask) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    written = [f"第{number:03}个人说的话" for number in range(PAGE_SIZE * 2 + 3)]
    for body in written:
        make_comment(opinion, SHOWN, body=body)
    make_comment(make_opinion(state=OpinionState.PUBLISHED), SHOWN, body="别处的评论")
    client, url, read = PageClient(app), f"/opinions/{opinion.public_id}", []
    while url:
        page = client.get(url)
        read += [tag.get_text(strip=True) for tag in page.soup.select(".comment .reading")]
        following = page.soup.select(".pager [rel=next]")
        url = str(following[0]["href"]) if following else ""
        assert not url or url.endswith("#comments")
    assert read == written[::-1]
    assert f"评论 {len(written)}" in page.main


def test_a_page_of_comments_is_read_from_its_index(app: Flask) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    make_comment(opinion, SHOWN)
    plan = plan_of(lambda: discussion(opinion.id, 1, ("v:x",), None), "state = 'published'")
    assert "ix_opinion_comment_newest" in plan and "TEMP B-TREE" not in plan and "Sort" not in plan


def test_the_original_cannot_be_changed_only_taken_away(app: Flask) -> None:
    comment = make_comment()
    for statement in ("original = 'x'", "original = original || 'x'"):
        with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
            db.session.execute(sa.text(f"UPDATE opinion_comment SET {statement}"))
    db.session.execute(sa.text("UPDATE opinion_comment SET original = NULL"))
    db.session.refresh(comment)
    assert comment.original is None


def person(user: User) -> Person:
    return Person(user.id, "c" * 32, "l" * 32, SYSTEM)


def copied(user: User) -> list[str]:
    [section] = HOLDING.copy(person(user))
    return [row["body"] for row in section.rows]


def test_an_account_takes_its_comments_along_and_is_forgotten(app: Flask) -> None:
    user, other = make_user("citizen"), make_user("other")
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    body = COMMENT + "电话13812345678"
    for state in (SHOWN, WAITING, REJECTED):
        make_comment(opinion, state, body=f"{state.label}{body}", author=user)
    make_comment(opinion, SHOWN, author=other)
    assert copied(user) == [f"{state.label}{body}" for state in (SHOWN, WAITING, REJECTED)]
    HOLDING.remove(person(user), True)
    db.session.commit()
    assert copied(user) == [] and len(copied(other)) == 1
    db.session.refresh(opinion)
    assert opinion.comment_count == 2
    kept = db.session.scalars(sa.select(Comment).where(Comment.author_key.is_(None))).all()
    assert [(one.original, one.text_key, one.masks) for one in kept] == [(None, None, [])] * 3
    assert "13812345678" not in str([(one.body, one.body_html) for one in kept])
    assert [bool(one.body) for one in sorted(kept, key=lambda one: one.id)] == [True, False, False]


def test_an_account_may_take_what_is_public_with_it(app: Flask) -> None:
    user = make_user("citizen")
    comment = make_comment(state=SHOWN, author=user)
    HOLDING.remove(person(user), False)
    db.session.commit()
    db.session.refresh(comment.opinion)
    assert (comment.state, comment.body, comment.opinion.comment_count) == (CommentState.WITHDRAWN, "", 0)


ACTIONS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(CommentAction)), max_size=8)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whatever_happens_the_number_is_that_of_the_public_ones(
    app: Flask, actions: list[tuple[int, CommentAction]]
) -> None:
    """And a move is made exactly where the table has it."""
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    comments = [make_comment(opinion, visitor=f"visitor{number}") for number in range(3)]
    moderator = actor_with(Role.MODERATOR)
    for number, action in actions:
        comment = comments[number]
        before = CommentState(comment.state)
        try:
            if action is CommentAction.WITHDRAW:
                withdraw(comment, [f"v:visitor{number}"], SYSTEM)
            else:
                reason = CommentReason.OTHER if action is CommentAction.REJECT else None
                decide(comment, CommentChoice(action, comment.version, reason=reason), moderator)
            assert CommentState(comment.state) is MOVES[before, action]
        except IllegalMove:
            db.session.rollback()
            assert (before, action) not in MOVES
        db.session.commit()
    public = sum(comment.state == SHOWN for comment in comments)
    assert db.session.scalar(sa.select(Opinion.comment_count).where(Opinion.id == opinion.id)) == public


def test_the_digest_counts_comments(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    opinion = make_opinion(state=OpinionState.PUBLISHED)
    for body in ("第一条评论", "第二条评论"):
        make_comment(opinion, SHOWN, body=body)
    make_comment(opinion)
    seen: list[int] = []
    message = building._message

    def look(row: object, zone: object) -> object:
        made = message(row, zone)  # type: ignore[arg-type]
        seen.append(made.comments)
        return made

    monkeypatch.setattr(building, "_message", look)
    make_digest(actor_with(Role.COORDINATOR))
    assert seen == [2]


def test_comments_on_a_merged_opinion_stay_readable_and_lead_back(app: Flask, client: PageClient) -> None:
    one, other = [make_opinion(state=OpinionState.PUBLISHED, title=f"滨河小区想装电梯{n}") for n in "一二"]
    make_comment(one, CommentState.PUBLISHED, body="六楼的老人最盼着")
    waiting = make_comment(one, body="我家也是")
    moderator = make_user("moderator", Role.MODERATOR)
    merge(one, other, "同一件事", moderator.actor(), confirmed=True)
    db.session.commit()
    into = client.get(f"/opinions/{other.public_id}")
    assert "并入这条的意见 1" in into.main and "1条评论" in into.main
    assert f"/opinions/{one.public_id}" in into.links()
    merged = client.get(f"/opinions/{one.public_id}")
    assert "六楼的老人最盼着" in merged.main and "我家也是" not in merged.main
    assert not any(link.endswith("/comments/new") for link in merged.links())
    # What waits is not forgotten.
    desk = PageClient(app).as_user(moderator)
    assert "我家也是" in desk.get("/desk/comments").main
    desk.submit(f"/desk/comments/{waiting.public_id}", {"action": "publish"})
    assert "我家也是" in client.get(f"/opinions/{one.public_id}").main
    assert "2条评论" in client.get(f"/opinions/{other.public_id}").main
    unmerge(one, moderator.actor())
    db.session.commit()
    assert "并入这条的意见" not in client.get(f"/opinions/{other.public_id}").main
