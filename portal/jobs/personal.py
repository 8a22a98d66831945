"""What the jobs slice holds of a person: who asked for which background work, by the account's number alone."""

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.core.db import db
from portal.core.personal import Holding, Person, Section
from portal.jobs.models import Job


def _copy(person: Person) -> list[Section]:
    query = select(Job.kind, Job.created_at, Job.state).where(Job.created_by == person.user_id)
    rows = [row._asdict() for row in db.session.execute(query.order_by(Job.created_at))]
    labels = {"kind": _("种类"), "created_at": _("时间"), "state": _("状态")}
    return [Section("jobs", _("后台任务"), labels, rows)]


def _remove(person: Person, keep_opinions: bool) -> None:
    db.session.execute(update(Job).where(Job.created_by == person.user_id).values(created_by=None))


HOLDING = Holding(frozenset(), _copy, _remove)
