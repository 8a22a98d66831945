"""What the notices slice holds of a person: news for the account, and mails that wait.

Addresses that were left with a thing belong to the slice that has it: see `operations.addresses_for`, `forget_about`.
"""

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.accounts.models import User
from portal.accounts.queries import account_mail
from portal.core.db import db
from portal.core.personal import Holding, Person, Section
from portal.notices.models import Mail, Notice
from portal.notices.operations import address_key, forget_mails, opened
from portal.notices.states import MailKind, MailState
from portal.web.network import settings


def _copy(person: Person) -> list[Section]:
    query = select(Notice.about, Notice.about_id, Notice.entry_id, Notice.at, Notice.read_at)
    rows = db.session.execute(query.where(Notice.user_id == person.user_id).order_by(Notice.id))
    labels = {"about": _("关于"), "about_id": _("编号"), "entry_id": _("进展编号"), "at": _("时间"), "read_at": _("读过的时间")}  # fmt: skip
    copied = [row._asdict() for row in rows]
    return [Section("notices", _("通知"), labels, copied)]


def _remove(person: Person, keep_opinions: bool) -> None:
    db.session.execute(delete(Notice).where(Notice.user_id == person.user_id))
    forget_mails(Mail.merge_key.like(f"%:u{person.user_id}"))
    user = db.session.get_one(User, person.user_id)
    address = account_mail(user, person.contact_key)
    if address:
        forget_mails(Mail.address_key == address_key(person.lookup_key, address))
    asked = select(Mail).where(Mail.kind == MailKind.RESET, Mail.state == MailState.QUEUED)
    for mail in db.session.scalars(asked).all():
        if opened(mail, settings())["username"] == user.username:
            forget_mails(Mail.id == mail.id)


HOLDING = Holding(frozenset({"mail_wish.address_sealed", "mail.sealed"}), _copy, _remove)
