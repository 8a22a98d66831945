"""What kinds of mail there are, and where one is on its way."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class MailKind(StrEnum):
    """Kinds of mail; each has its text in `templates/mail/`."""

    NEWS = "news"
    RESET = "reset"

    @property
    def subject(self) -> str:
        """The subject line: it says nothing about the matter."""
        return {MailKind.NEWS: _l("您的意见有新进展"), MailKind.RESET: _l("设新密码")}[self]


class MailState(StrEnum):
    """Where a mail is. `dropped`: there was nobody to send it to, or no use in it any more."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
