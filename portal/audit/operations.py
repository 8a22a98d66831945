"""Writing to the audit log: in the transaction of the change, unchained; the sealer chains later."""

from typing import Any

from sqlalchemy import func, insert, select

from portal.audit.chain import GENESIS, link_hash
from portal.audit.models import AuditEvent, AuditSeal
from portal.audit.queries import unsealed_events
from portal.core.bulk import IdOf, TableRow, insert_rows
from portal.core.clock import now
from portal.core.db import db, is_sqlite
from portal.core.rights import Actor

SEAL_BATCH = 1000
# On PostgreSQL an event may be committed after others with higher numbers were sealed. So many numbers back the
# frequent look goes; a look at everything comes now and then (`thorough`).
LATE = 2_000
# Any number will do, so long as nothing else in the database uses it.
_SEALER_LOCK = 0x5EA1


def record(actor: Actor, action: str, target_kind: str, target_id: object, **details: Any) -> None:
    """Add to the log that `actor` did `action` (a past participle such as `opinion_published`) to a thing.

    `details` are codes, ids and numbers that JSON can hold; never the text of an opinion, never a contact.
    """
    model, event = event_row(actor, action, target_kind, str(target_id), **details)
    insert_rows(model, [event])


def event_row(actor: Actor, action: str, target_kind: str, target_id: str | IdOf, **details: Any) -> TableRow:
    """What `record` inserts, for who inserts it together with the thing itself."""
    return AuditEvent, {
        "at": now(), "action": action, "actor_id": actor.user_id, "actor_name": actor.name,
        "network_key": actor.network_key, "target_kind": target_kind, "target_id": target_id, "details": details,
    }  # fmt: skip


def seal_events(limit: int = SEAL_BATCH, *, thorough: bool = False) -> int:
    """Chain up to `limit` committed events that are in no link yet, lowest number first; how many.

    Looks only at the newest events and `LATE` numbers back, or, when `thorough`, at all of them. Several sealers
    may run: on SQLite the second waits, on PostgreSQL it goes away with 0; should both get through, the uniqueness
    of `previous_hash` lets only one commit.
    """
    if not is_sqlite() and not db.session.scalar(select(func.pg_try_advisory_xact_lock(_SEALER_LOCK))):
        return 0
    last = db.session.execute(
        select(AuditSeal.id, AuditSeal.hash).order_by(AuditSeal.id.desc()).limit(1)
    ).first()
    tip, previous = (last.id, last.hash) if last else (0, GENESIS)
    events = unsealed_events().order_by(AuditEvent.id).limit(limit)
    if last and not thorough:
        newest = select(func.max(AuditSeal.event_id)).scalar_subquery()
        events = events.where(AuditEvent.id > newest - LATE)
    links = []
    for number, event in enumerate(db.session.execute(events), tip + 1):
        own = link_hash(previous, event)
        links.append({"id": number, "event_id": event.id, "previous_hash": previous, "hash": own})
        previous = own
    if links:
        db.session.execute(insert(AuditSeal), links)
    return len(links)
