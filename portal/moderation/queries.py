"""Reading the queue."""

from sqlalchemy import func, select

from portal.core.db import db
from portal.opinions.models import Opinion


def waiting_count() -> int:
    """How many opinions wait for a moderator."""
    return db.session.scalar(select(func.count()).where(Opinion.needs_review)) or 0
