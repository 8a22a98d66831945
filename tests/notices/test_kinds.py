"""Every kind of entry in a timeline has words, and is told to the author's account or is meant not to be."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.core.db import db
from portal.notices.models import Notice
from portal.opinions.operations import add_event
from portal.opinions.states import EventKind
from portal.opinions.telling import NO_NEWS
from tests.factories.accounts import make_user
from tests.factories.opinions import make_opinion
from tests.factories.taxonomy import make_unit
from tests.kit.client import PageClient

# What operations store with each kind, and a piece of the sentence that the author reads.
WORDS: dict[EventKind, tuple[dict[str, Any], str]] = {
    EventKind.SUBMITTED: ({}, "已提交，等待审核"),
    EventKind.PUBLISHED: ({"note": "谢谢"}, "审核通过，已公开"),
    EventKind.ACCEPTED: ({"note": "谢谢"}, "已受理，不公开"),
    EventKind.REJECTED: ({"reason": "unclear", "note": "写清楚些"}, "写清楚些"),
    EventKind.WITHDRAWN: ({"digested": [1, 2]}, "已纳入意见汇总第1、2期"),
    EventKind.ASSIGNED: ({"due_on": "2026-12-01"}, "已交交通局办理，预计12月1日前答复"),
    EventKind.UNASSIGNED: ({}, "不再由交通局办理"),
    EventKind.HELD: ({"question": "是哪个小区？"}, "请您补充：是哪个小区？"),
    EventKind.SUPPLEMENTED: ({}, "作者补充了情况"),
    EventKind.APPEALED: ({}, "作者请求复核"),
    EventKind.REVIEWED: ({"upheld": True, "reason": "unclear", "note": "还是不行"}, "仍未通过"),
    EventKind.PUT_OFF: ({"due_on": "2026-12-01", "reason": "要勘察"}, "改为12月1日前答复，原因：要勘察"),
    EventKind.ANSWERED: ({}, "交通局已答复"),
    EventKind.RATED: ({"rating": "solved"}, "作者评价"),
    EventKind.REOPENED: ({"due_on": "2026-12-01"}, "重新交交通局办理"),
    EventKind.DIGESTED: ({"number": 3}, "已纳入意见汇总第3期"),
    EventKind.ADOPTION: ({"outcome": "adopted", "reason": "写进第三条"}, "征求意见的结果：采纳"),
    EventKind.MERGED: ({"into": "abcdefgh"}, "已并入说同一件事的另一条意见"),
    EventKind.UNMERGED: ({}, "恢复为单独一条"),
    EventKind.JOINED: ({}, "有一条说同一件事的意见并入了这条"),
    EventKind.PARTED: ({}, "并入的一条又单独列出"),
    EventKind.ANSWERED_THERE: ({"into": "abcdefgh"}, "并入的那一条，交通局已答复"),
}


def test_no_kind_is_forgotten() -> None:
    assert set(WORDS) == set(EventKind)


@pytest.mark.parametrize("kind", EventKind)
def test_each_kind_has_words_and_is_told_or_meant_not_to_be(app: Flask, kind: EventKind) -> None:
    author = make_user("zhang")
    opinion, (details, words) = make_opinion(author=author), WORDS[kind]
    db.session.execute(sa.delete(Notice))
    add_event(opinion, kind, unit=make_unit("市/交通局"), **details)
    db.session.commit()
    client = PageClient(app).as_user(author)
    assert words in client.get(f"/me/opinions/{opinion.public_id}").one(".timeline").get_text()
    told = words in client.get("/me/notices").main
    assert told == (kind not in NO_NEWS)
    assert len(db.session.scalars(sa.select(Notice)).all()) == told
