"""Reading news and the outbox."""

from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import db
from portal.core.pagination import Page, keyset_page
from portal.notices.models import Mail, Notice
from portal.notices.states import MailState


def unread_count(user_id: int | None) -> int:
    """How many pieces of news the account has not read."""
    if user_id is None:
        return 0
    unread = select(func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0


def notices_page(user_id: int, cursor: str | None) -> Page:
    """The account's news, the newest first."""
    query = select(
        Notice.id, Notice.about, Notice.about_id, Notice.entry_id, Notice.at, Notice.read_at
    ).where(Notice.user_id == user_id)
    return keyset_page(db.session(), query, (Notice.id,), cursor=cursor)


def due_mails(most: int) -> list[int]:
    """Numbers of mails that may be sent now, the longest waiting first."""
    due = select(Mail.id).where(Mail.state == MailState.QUEUED, Mail.next_at <= now())
    return list(db.session.scalars(due.order_by(Mail.next_at, Mail.id).limit(most)))


def outbox() -> dict[str, int]:
    """How many mails are in each state."""
    rows = db.session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    found = {state: count for state, count in rows}
    return {state.value: found.get(state, 0) for state in MailState}
