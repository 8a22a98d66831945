"""Numbers of the home page, counted at most once in a while."""

import threading
import time
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from portal.core.db import db
from portal.opinions.models import Opinion
from portal.opinions.states import COUNTED, OpinionState

KEPT_SECONDS = 30
_lock = threading.Lock()


def totals() -> dict[str, int]:
    """How many opinions came in, are public, are in hand and were answered; at most KEPT_SECONDS old."""
    kept: dict[str, Any] = current_app.extensions.setdefault("portal_totals", {"at": float("-inf")})
    if current_app.testing or time.monotonic() - kept["at"] > KEPT_SECONDS:
        numbers = _count()
        with _lock:
            kept.update(at=time.monotonic(), numbers=numbers)
        return numbers
    return dict(kept["numbers"])


def _count() -> dict[str, int]:
    answered = Opinion.answered_at.is_not(None)
    query = select(Opinion.state, answered, func.count()).group_by(Opinion.state, answered)
    rows = db.session.execute(query).all()
    counted = [(was_answered, count) for state, was_answered, count in rows if state in COUNTED]
    return {
        "received": sum(count for _state, _answered, count in rows),
        "published": sum(count for state, _answered, count in rows if state == OpinionState.PUBLISHED),
        "in_hand": sum(count for was_answered, count in counted if not was_answered),
        "answered": sum(count for was_answered, count in counted if was_answered),
    }
