"""Replies for tests. They commit."""

from datetime import datetime

from portal.casework.models import Reply
from portal.casework.states import ReplyState
from portal.core.clock import now
from portal.core.db import db
from portal.core.text import paragraphs
from portal.opinions.models import Opinion
from portal.opinions.operations import mark_answered
from portal.taxonomy.models import Unit

REPLY = "您好，我们已联系物业和设计单位，计划本年度内完成加装电梯的方案公示。感谢您的建议。"


def make_reply(
    opinion: Opinion, unit: Unit | None = None, *, body: str = REPLY, published: bool = True,
    at: datetime | None = None, author_id: int | None = None,
) -> Reply:  # fmt: skip
    """A reply of `unit` (the one the opinion is assigned to, by default), published unless it is a draft."""
    answering = unit or opinion.unit
    assert answering is not None, "an opinion without unit has nobody who could reply"
    moment = at or now()
    reply = Reply(
        opinion=opinion, unit=answering, author_id=author_id, body=body, body_html=paragraphs(body), created_at=moment,
        state=ReplyState.PUBLISHED if published else ReplyState.DRAFT, published_at=moment if published else None,
    )  # fmt: skip
    db.session.add(reply)
    if published:
        mark_answered(opinion, answering, moment)
    db.session.commit()
    return reply
