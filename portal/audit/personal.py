"""What the audit log holds of a person: what the account did. Of citizens it has a number and no name.

Nothing is removed: the log proves what was done in office, and without the account's row the number is nobody's
(个人信息保护法 arts. 4 and 47). Accounts of staff lose their roles before they can be erased.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.personal import Holding, Person, Section


def _copy(person: Person) -> list[Section]:
    query = select(AuditEvent.at, AuditEvent.action, AuditEvent.target_kind, AuditEvent.target_id)
    rows = db.session.execute(query.where(AuditEvent.actor_id == person.user_id).order_by(AuditEvent.id))
    labels = {"at": _("时间"), "action": _("操作"), "target_kind": _("对象"), "target_id": _("编号")}
    return [Section("audit_events", _("操作记录"), labels, [row._asdict() for row in rows])]


def _remove(person: Person, keep_opinions: bool) -> None:
    """Leave the log as it is; see above."""


HOLDING = Holding(frozenset({"audit_event.actor_name"}), _copy, _remove)
