"""What pages show of the whole site, asked for at most once in a while: numbers, whether intake is paused."""

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.campaigns.intake import IntakeNow, intake_now
from portal.campaigns.models import Campaign
from portal.campaigns.states import IntakeMode
from portal.core.clock import now
from portal.core.db import db
from portal.opinions.models import Opinion
from portal.opinions.queries import PUBLISHED
from portal.opinions.states import PublicState

KEPT_SECONDS = 30
INTAKE_KEPT_SECONDS = 1.0
_lock = threading.Lock()

Made = TypeVar("Made")


def kept(name: str, make: Callable[[], Made], seconds: float = KEPT_SECONDS) -> Made:
    """What `make` answered at most `seconds` ago in this process, under that name; tests make it each time.

    Where it is older, one thread makes it anew; those that ask meanwhile get the old one and do not wait.
    """
    store: dict[str, tuple[float, Any]] = current_app.extensions.setdefault("portal_counted", {})
    making: set[str] = current_app.extensions.setdefault("portal_counting", set())
    with _lock:
        found = store.get(name)
        fresh = found is not None and (time.monotonic() - found[0] <= seconds or name in making)
        if found is not None and fresh and not current_app.testing:
            return cast(Made, found[1])
        making.add(name)
    try:
        made = make()
        with _lock:
            store[name] = (time.monotonic(), made)
        return made
    finally:
        with _lock:
            making.discard(name)


def list_url(**filters: str) -> str:
    """The address of the list of published opinions under these filters; see `portal.site.forms.FindForm`."""
    return url_for("site.search", **cast(dict[str, Any], filters))


class Totals(NamedTuple):
    """How many opinions came in, and how many of the published ones stand where, each with the list behind it."""

    received: int
    linked: list[tuple[str, int, str]]


# What the home page says of what became of opinions; each number opens the list that it counts.
SHOWN_STATES = (PublicState.ANSWERED, PublicState.IN_HAND)


def totals(campaign: Campaign | None = None) -> Totals:
    """The numbers of the whole site or of one campaign; at most KEPT_SECONDS old."""
    number = campaign.id if campaign else None
    received, states = kept(f"totals:{number}", lambda: _count(number))
    within = {"campaign": campaign.slug} if campaign else {}
    linked = [
        (str(state.label), states.get(state.value, 0), list_url(state=state.value, **within))
        for state in SHOWN_STATES
    ]
    linked.append((_("全部公开"), sum(states.values()), list_url(**within)))
    return Totals(received, linked)


def _count(campaign_id: int | None) -> tuple[int, dict[str, int]]:
    here = [] if campaign_id is None else [Opinion.campaign_id == campaign_id]
    by_state = (
        select(Opinion.public_state, func.count()).where(PUBLISHED, *here).group_by(Opinion.public_state)
    )
    states = {state: count for state, count in db.session.execute(by_state)}
    received = db.session.scalar(select(func.count()).select_from(Opinion).where(*here)) or 0
    return received, states


def paused_intake() -> IntakeNow | None:
    """The switch of intake while it stands on pause, for a notice on every page; at most a second old."""
    state = kept("intake", lambda: intake_now(now()), INTAKE_KEPT_SECONDS)
    return state if state.mode is IntakeMode.PAUSED else None
