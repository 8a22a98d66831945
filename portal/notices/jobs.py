"""Sending what waits in the outbox. Run every few seconds by the job runner; see `wiring.TIMETABLE`.

A mail is claimed by counting the attempt and setting when it may be tried next, which is committed before a byte is
sent; it is marked as sent after the server took it. So a mail goes out twice only if the sender dies between the two,
and then under the same Message-ID, by which mail programs know it again. A server that cannot be reached costs no attempt.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

from cryptography.exceptions import InvalidTag
from sqlalchemy import update

from portal.accounts.queries import account_mail, user_named
from portal.accounts.recovery import make_link_token
from portal.config import Settings
from portal.core.clock import now
from portal.core.db import db, reading
from portal.notices.messages import message
from portal.notices.models import Mail
from portal.notices.operations import address_key, may_reset, opened, remove_old, stop_token
from portal.notices.queries import due_mails
from portal.notices.states import MailKind, MailState
from portal.web.network import public_url, settings

log = logging.getLogger(__name__)

BATCH = 50
TIMEOUT_SECONDS = 20
# Minutes until the next attempt, by how many there were; the first covers a sender that died.
BACKOFF_MINUTES = (5, 15, 60, 240, 720)


def deliver() -> int:
    """Send the mails that are due; how many were sent. Commits after each."""
    site = settings()
    if not site.mail_works:
        return 0
    with reading():
        numbers = due_mails(BATCH)
        db.session.rollback()
    if not numbers:
        return 0
    try:
        with _server(site) as server:
            return sum(_send_one(number, server, site) for number in numbers)
    except (OSError, smtplib.SMTPException) as error:
        db.session.rollback()
        log.warning("mail waits, the server %s does not serve: %s", site.smtp_host, type(error).__name__)
        return 0


def sweep() -> None:
    """Remove what was sent or given up long ago. Commits."""
    remove_old()
    db.session.commit()


@contextmanager
def _server(site: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, encrypted and signed in as the settings say."""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if site.smtp_security == "tls":
        server = smtplib.SMTP_SSL(site.smtp_host, site.smtp_port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(site.smtp_host, site.smtp_port, timeout=TIMEOUT_SECONDS)
    with server:
        if site.smtp_security == "starttls":
            server.starttls(context=context)
        if site.smtp_user:
            server.login(site.smtp_user, site.smtp_password)
        yield server


def _send_one(number: int, server: smtplib.SMTP, site: Settings) -> bool:
    prepared = _prepared(number, site)
    if prepared is None:
        return False
    letter, address, attempts = prepared
    try:
        server.send_message(letter, site.mail_from, [address])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        codes = [code for code, _text in getattr(error, "recipients", {}).values()]
        permanent = min(codes or [getattr(error, "smtp_code", 0)]) >= 500
        log.warning("mail %s was refused, %s", number, "for good" if permanent else "to be tried again")
        if permanent or attempts >= len(BACKOFF_MINUTES):
            _end(number, MailState.FAILED)
        server.rset()
        return False
    _end(number, MailState.SENT)
    return True


def _prepared(number: int, site: Settings) -> tuple[EmailMessage, str, int] | None:
    """Take the mail up, if no other sender has, and put off its next attempt; what to send, where to, the attempt.

    Commits, so that nothing is held while the server is spoken to.
    """
    mail = db.session.get(Mail, number, with_for_update=True, populate_existing=True)
    moment = now()
    if mail is None or mail.state != MailState.QUEUED or mail.next_at > moment:
        db.session.rollback()
        return None
    mail.next_at = moment + timedelta(minutes=BACKOFF_MINUTES[min(mail.attempts, len(BACKOFF_MINUTES) - 1)])
    mail.attempts += 1
    attempts, ready, letter = mail.attempts, None, None
    try:
        ready = _ready(mail, site) if mail.expires_at > moment else None
        letter = message(mail, ready[0], ready[1], site) if ready else None
    except (ValueError, InvalidTag):
        log.exception("mail %s cannot be made", number)
    db.session.commit()
    if ready is None or letter is None:
        _end(number, MailState.DROPPED)
        return None
    return letter, ready[0], attempts


def _ready(mail: Mail, site: Settings) -> tuple[str, dict[str, str]] | None:
    """To whom the mail goes and what its text needs; None where there is nobody to send it to."""
    values = opened(mail, site)
    if mail.kind == MailKind.NEWS:
        token = stop_token(site.lookup_key, values["wisher"])
        page = "site.receipt" if values["wisher"].startswith("w") else "me.opinions"
        return values["to"], {
            "state": values["state"],
            "url": public_url(page),
            "stop_url": public_url("notices.stop", token=token),
        }
    user = user_named(values["username"])
    if user is None or not user.active or not user.mail_sealed:
        return None
    address = account_mail(user, site.contact_key)
    if not may_reset(address, site):
        return None
    mail.address_key = address_key(site.lookup_key, address)
    return address, {"url": public_url("recovery.link", token=make_link_token(user))}


def _end(number: int, state: MailState) -> None:
    """Note how it ended, and forget what was in it. Commits."""
    sent_at = now() if state is MailState.SENT else None
    ended = {"state": state, "sealed": None, "sent_at": sent_at}
    db.session.execute(update(Mail).where(Mail.id == number).values(**ended))
    db.session.commit()
