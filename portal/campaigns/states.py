"""What a campaign or board may be set to, and when it takes opinions."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flask_babel import lazy_gettext as _l


class BoardKind(StrEnum):
    """The forms in which a campaign listens (requirements A1, A2)."""

    FORUM = "forum"
    MESSAGE_BOARD = "message_board"

    @property
    def label(self) -> str:
        """The kind as people read it."""
        return {BoardKind.FORUM: _l("献策论坛"), BoardKind.MESSAGE_BOARD: _l("留言板")}[self]


class WhoMayPost(StrEnum):
    """Whether an account is needed to post."""

    ANYONE = "anonymous"
    REGISTERED = "registered"


class ModerationMode(StrEnum):
    """Whether a moderator reads before publication or after it."""

    BEFORE = "pre"
    AFTER = "post"


class Window(Protocol):
    """Anything with an opening and a closing moment, each optional."""

    @property
    def opens_at(self) -> datetime | None: ...

    @property
    def closes_at(self) -> datetime | None: ...


class Openness(StrEnum):
    """Where now lies in a window."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


def openness(moment: datetime, *windows: Window) -> Openness:
    """Whether `moment` lies in all of `windows`; the first that does not contain it decides."""
    for window in windows:
        if window.opens_at is not None and moment < window.opens_at:
            return Openness.NOT_YET
        if window.closes_at is not None and moment >= window.closes_at:
            return Openness.CLOSED
    return Openness.OPEN
