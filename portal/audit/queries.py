"""Reading the audit log: what is not sealed yet, and whether the chain still holds."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import chain, pairwise
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select, func, select

from portal.audit.chain import COLUMNS, GENESIS, link_hash
from portal.audit.models import AuditEvent, AuditSeal
from portal.core.db import db

CHUNK = 2000


class Fault(StrEnum):
    """What is wrong with a link."""

    EVENT_CHANGED = "event_changed"
    EVENT_GONE = "event_gone"
    SEAL_CHANGED = "seal_changed"
    SEAL_GONE = "seal_gone"

    @property
    def label(self) -> str:
        """The fault as staff read it."""
        return _LABELS[self]


_LABELS = {
    Fault.EVENT_CHANGED: _l("事件被改动"),
    Fault.EVENT_GONE: _l("事件不见了"),
    Fault.SEAL_CHANGED: _l("封条被改动"),
    Fault.SEAL_GONE: _l("封条不见了"),
}


@dataclass(frozen=True)
class Broken:
    """The first broken link; `event_id` is None where nothing says which event it sealed."""

    seal_id: int
    event_id: int | None
    fault: Fault


@dataclass(frozen=True)
class ChainReport:
    """What a check of the whole chain found. `tip` is the last good hash: kept elsewhere, it shows a cut end."""

    sealed: int
    unsealed: int
    tip: str
    broken: Broken | None

    def as_json(self) -> dict[str, Any]:
        """The report in plain JSON types."""
        return asdict(self) | {"ok": self.broken is None}


def unsealed_events() -> Select[Any]:
    """The events, all columns, that no link of the chain holds."""
    return select(*COLUMNS).where(~select(AuditSeal.id).where(AuditSeal.event_id == AuditEvent.id).exists())


def verify_chain() -> ChainReport:
    """Check every link from the first on. Reads in chunks; may run while events are added and sealed."""
    sealed, tip, broken = 0, GENESIS, None
    for link, following in _with_next(_links()):
        fault = _fault(link, sealed + 1, tip, following)
        if fault:
            event_id = None if fault is Fault.SEAL_GONE else link.event_id
            broken = Broken(sealed + 1, event_id, fault)
            break
        sealed, tip = sealed + 1, link.hash
    return ChainReport(sealed, _unsealed_count(), tip, broken)


def _links() -> Iterator[Row[Any]]:
    """All links in order with the events they seal (columns None where the event is gone)."""
    seal = select(AuditSeal.id.label("seal_id"), AuditSeal.event_id, AuditSeal.previous_hash, AuditSeal.hash)
    links = seal.add_columns(*COLUMNS).outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
    links = links.order_by(AuditSeal.id).limit(CHUNK)
    last = -1
    while rows := db.session.execute(links.where(AuditSeal.id > last)).all():
        yield from rows
        last = rows[-1].seal_id


def _with_next(links: Iterable[Row[Any]]) -> Iterator[tuple[Row[Any], Row[Any] | None]]:
    ended: Iterable[Row[Any] | None] = chain(links, [None])
    for link, following in pairwise(ended):
        if link is not None:
            yield link, following


def _fault(link: Row[Any], number: int, previous: str, following: Row[Any] | None) -> Fault | None:
    """What is wrong with the link that should be the `number`th and follow the hash `previous`."""
    if link.seal_id > number:
        return Fault.SEAL_GONE
    if link.seal_id < number or link.previous_hash != previous:
        return Fault.SEAL_CHANGED
    if link.id is None:
        return Fault.EVENT_GONE
    if link_hash(previous, tuple(link)[-len(COLUMNS) :]) == link.hash:
        return None
    # The next link has copied this one's hash: where it still agrees, it is the event that was changed.
    vouched = following is None or following.previous_hash == link.hash
    return Fault.EVENT_CHANGED if vouched else Fault.SEAL_CHANGED


def _unsealed_count() -> int:
    return db.session.scalar(select(func.count()).select_from(unsealed_events().subquery())) or 0
