"""What the job runner does for opinions by the clock; see `wiring.TIMETABLE`."""

from datetime import timedelta

from portal.audit.operations import record
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import Actor
from portal.opinions.drafts import remove_expired
from portal.opinions.retention import BATCH, forget_contacts
from portal.web.network import settings

_RUNNER = Actor(name="job runner")


def remove_old_contacts() -> int:
    """Remove contacts past their time, `CONTACT_DAYS` after an opinion's last news; how many. Commits batch by batch."""
    before = now() - timedelta(days=settings().contact_days)
    removed, batch = 0, BATCH
    while batch == BATCH:
        batch = forget_contacts(before)
        if batch:
            record(_RUNNER, "contacts_removed", "retention", 0, count=batch)
        db.session.commit()
        removed += batch
    return removed


def sweep_drafts() -> None:
    """Remove the drafts whose time is over. Commits."""
    remove_expired()
    db.session.commit()
