"""The hash of a link. Anybody can recompute it from the rows: the formula is

    SHA-256( previous hash + "\\n" + canonical event ), in hexadecimal,

where the canonical event is the UTF-8 text of a JSON array without spaces, keys of objects sorted, nothing escaped
that JSON lets stand, of: id, at (UTC, ISO 8601 with six decimals and +00:00), action, actor_id, actor_name,
network_key, target_kind, target_id, details. The first link's previous hash is 64 zeros.
"""

import hashlib
import json
from typing import Any

from sqlalchemy import Row, Select, select

from portal.audit.models import AuditEvent

GENESIS = "0" * 64

COLUMNS = (
    AuditEvent.id,
    AuditEvent.at,
    AuditEvent.action,
    AuditEvent.actor_id,
    AuditEvent.actor_name,
    AuditEvent.network_key,
    AuditEvent.target_kind,
    AuditEvent.target_id,
    AuditEvent.details,
)


def event_columns() -> Select[Any]:
    """All columns of an event, in the order in which they are hashed."""
    return select(*COLUMNS)


def link_hash(previous: str, event: Row[Any] | tuple[Any, ...]) -> str:
    """The hash that links an event (its `COLUMNS`, in order) to the link whose hash is `previous`."""
    number, at, *rest = event
    values = [number, at.isoformat(timespec="microseconds"), *rest]
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode("utf-8", "surrogatepass")).hexdigest()
