"""Telling people that something has moved: a row for the account, a row in the outbox for each address.

Nothing here speaks to a mail server: that is the job's, so handing in and deciding never wait for one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.accounts.queries import account_mail
from portal.config import Settings
from portal.core.clock import now
from portal.core.crypto import decrypt, encrypt, keyed_hash
from portal.core.db import db
from portal.notices.models import Mail, MailWish, Notice
from portal.notices.states import MailKind, MailState
from portal.web.network import settings as current_settings

WISH_PURPOSE, MAIL_PURPOSE = "mail-wish", "mail"
# A decision makes several entries of a timeline at once: one mail tells them.
GATHER = timedelta(minutes=1)
NEWS_LIVE, RESET_LIVES = timedelta(days=3), timedelta(hours=1)
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class News:
    """An entry that the story of a thing has got: of what, which, and what is told of it (a word for the state)."""

    about: str
    about_id: int
    entry_id: int
    at: datetime
    state: str


def address_key(lookup_key: str, address: str) -> str:
    """What is kept of an address for counting and finding: it cannot be turned back."""
    return keyed_hash(lookup_key, "mail-address", address.casefold())


def wish_mail(about: str, about_id: int, address: str, settings: Settings) -> None:
    """Note that news about a thing go to that address, once however often it is asked for."""
    row = {
        "about": about,
        "about_id": about_id,
        "address_sealed": encrypt(settings.contact_key, WISH_PURPOSE, address),
        "address_key": address_key(settings.lookup_key, address),
        "at": now(),
    }
    try:
        with db.session.begin_nested():
            db.session.execute(insert(MailWish), row)
    except IntegrityError:
        return


def tell(news: News, user_id: int | None, settings: Settings, *, things: tuple[tuple[str, int], ...]) -> None:
    """Tell the account, if there is one, and all addresses that want news about one of `things` by mail."""
    if user_id is not None:
        db.session.add(
            Notice(
                user_id=user_id, about=news.about, about_id=news.about_id, entry_id=news.entry_id, at=news.at
            )
        )
    if not settings.mail_works:
        return
    for about, about_id in things:
        wishes = select(MailWish).where(MailWish.about == about, MailWish.about_id == about_id)
        for wish in db.session.scalars(wishes):
            address = decrypt(settings.contact_key, WISH_PURPOSE, wish.address_sealed)
            _queue_news(news, address, f"w{wish.id}", settings)
    user = db.session.get(User, user_id) if user_id is not None else None
    if user is not None and user.active and user.mail_notices:
        _queue_news(news, account_mail(user, settings.contact_key), f"u{user.id}", settings)


def _queue_news(news: News, address: str, wisher: str, settings: Settings) -> None:
    """Put a mail into the outbox, or its news into the one that waits there for the same reader."""
    key, merge_key = (
        address_key(settings.lookup_key, address),
        f"{news.about}:{news.about_id}:{wisher}",
    )
    values = {"to": address, "state": news.state, "wisher": wisher}
    sealed = _sealed(values, settings)
    waiting = (Mail.merge_key == merge_key) & (Mail.state == MailState.QUEUED) & (Mail.attempts == 0)
    merged = db.session.execute(update(Mail).where(waiting).values(sealed=sealed).returning(Mail.id)).first()
    if merged is not None or _too_many(MailKind.NEWS, key, settings.mails_per_day):
        return
    moment = now()
    db.session.add(
        Mail(
            kind=MailKind.NEWS, sealed=sealed, address_key=key, merge_key=merge_key, created_at=moment,
            next_at=moment + GATHER, expires_at=moment + NEWS_LIVE,
        )
    )  # fmt: skip


def ask_by_mail(username: str) -> None:
    """Put the wish for a new password into the outbox: the same row whether or not there is such an account."""
    moment = now()
    sealed = _sealed({"username": username}, current_settings())
    db.session.add(
        Mail(
            kind=MailKind.RESET, sealed=sealed, created_at=moment, next_at=moment,
            expires_at=moment + RESET_LIVES,
        )
    )  # fmt: skip
    db.session.flush()


def _sealed(values: dict[str, str], settings: Settings) -> bytes:
    return encrypt(settings.contact_key, MAIL_PURPOSE, json.dumps(values))


def opened(mail: Mail, settings: Settings) -> dict[str, str]:
    """What a mail that waits holds: values for its text, and its address under `to` where that is known."""
    assert mail.sealed is not None
    values: dict[str, str] = json.loads(decrypt(settings.contact_key, MAIL_PURPOSE, mail.sealed))
    return values


def _too_many(kind: MailKind, key: str, most: int) -> bool:
    """Whether that address has had its mails of the day (CVE-2022-31184)."""
    day = now() - timedelta(days=1)
    counted = select(func.count()).where(
        Mail.address_key == key, Mail.kind == kind, Mail.created_at > day, Mail.state != MailState.DROPPED
    )
    return (db.session.scalar(counted) or 0) >= most


def may_reset(address: str, settings: Settings) -> bool:
    """Whether one more mail with a link for a new password may go to that address today."""
    return not _too_many(MailKind.RESET, address_key(settings.lookup_key, address), 5)


def mark_read(user_id: int) -> int:
    """Note that the account has read all its news; how many were new."""
    unread = (Notice.user_id == user_id) & Notice.read_at.is_(None)
    read = db.session.execute(update(Notice).where(unread).values(read_at=now()).returning(Notice.id))
    return len(read.all())


def stop_token(lookup_key: str, wisher: str) -> str:
    """What a mail carries so that its reader can stop further ones: `w12-…` for a wish, `u7-…` for an account."""
    return f"{wisher}-{keyed_hash(lookup_key, 'stop-mail', wisher)[:32]}"


def wisher_of(lookup_key: str, token: str) -> str | None:
    """Whose mails a token stops; None where it is not genuine."""
    wisher = token.partition("-")[0]
    genuine = wisher[:1] in ("w", "u") and wisher[1:].isdecimal() and len(wisher) < 12
    return wisher if genuine and stop_token(lookup_key, wisher) == token else None


def stop_mails(wisher: str) -> None:
    """Send no further news to who was meant by `wisher_of`; what waits in the outbox goes nowhere either."""
    number = int(wisher[1:])
    if wisher.startswith("w"):
        db.session.execute(delete(MailWish).where(MailWish.id == number))
    else:
        db.session.execute(update(User).where(User.id == number).values(mail_notices=False))
    waiting = (Mail.state == MailState.QUEUED) & Mail.merge_key.like(f"%:{wisher}")
    db.session.execute(update(Mail).where(waiting).values(state=MailState.DROPPED, sealed=None))


def forget_mails(which: ColumnElement[bool]) -> None:
    """Drop those mails that wait, and leave of the others nothing that leads to their reader."""
    waiting = which & (Mail.state == MailState.QUEUED)
    db.session.execute(update(Mail).where(waiting).values(state=MailState.DROPPED, sealed=None))
    db.session.execute(update(Mail).where(which).values(merge_key=None, address_key=None))


def addresses_for(about: str, numbers: Iterable[int], contact_key: str) -> dict[int, list[str]]:
    """The addresses to which news about these things go, by the thing's number."""
    found: dict[int, list[str]] = {}
    query = select(MailWish).where(MailWish.about == about, MailWish.about_id.in_(list(numbers)))
    for wish in db.session.scalars(query):
        found.setdefault(wish.about_id, []).append(decrypt(contact_key, WISH_PURPOSE, wish.address_sealed))
    return found


def forget_about(about: str, numbers: Iterable[int]) -> None:
    """Forget every address that wants news about these things, and what waits for it in the outbox."""
    gone = (MailWish.about == about) & MailWish.about_id.in_(list(numbers))
    for number in db.session.scalars(select(MailWish.id).where(gone)).all():
        forget_mails(Mail.merge_key.like(f"%:w{number}"))
    db.session.execute(delete(MailWish).where(gone))


def remove_old() -> int:
    """Remove from the outbox what was sent or given up long ago; how many."""
    old = (Mail.state != MailState.QUEUED) & (Mail.created_at < now() - KEPT)
    return len(db.session.execute(delete(Mail).where(old).returning(Mail.id)).all())
