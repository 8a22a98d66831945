"""What a campaign or board may be set to, and when it takes opinions."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l


class BoardKind(StrEnum):
    """The forms in which a campaign listens (requirements A1, A2, A3, A5), each with words and rules of its own."""

    FORUM = "forum"
    MESSAGE_BOARD = "message_board"
    SENTIMENT = "sentiment"
    CONSULTATION = "consultation"

    @property
    def label(self) -> str:
        """The kind as people read it."""
        return _KIND_LABELS[self]

    @property
    def body_label(self) -> str:
        """What the text field is called where one writes on such a board."""
        return _BODY_LABELS.get(self, _l("内容"))

    @property
    def body_hint(self) -> str:
        """What to write, said beside the text field."""
        return _BODY_HINTS.get(self, _l("什么地方、什么事、希望怎么办"))

    @property
    def body_limit(self) -> int | None:
        """How many characters a text may have where the kind sets a limit of its own (A3: one matter, one note)."""
        return SENTIMENT_LENGTH if self is BoardKind.SENTIMENT else None

    @property
    def rules(self) -> tuple[str, ...]:
        """What becomes of what is written there, one sentence each, for the board's own page."""
        return _KIND_RULES[self]


# “社情民意信息” is a note of one matter; longer ones are not read (requirement A3).
SENTIMENT_LENGTH = 1_500

_KIND_LABELS = {
    BoardKind.FORUM: _l("献策论坛"),
    BoardKind.MESSAGE_BOARD: _l("留言板"),
    BoardKind.SENTIMENT: _l("社情民意专栏"),
    BoardKind.CONSULTATION: _l("征求意见稿"),
}
_BODY_LABELS = {
    BoardKind.SENTIMENT: _l("问题、原因、建议"),
    BoardKind.CONSULTATION: _l("对征求意见稿的意见"),
}
_BODY_HINTS = {
    BoardKind.SENTIMENT: _l("一事一记：什么问题，为什么会这样，建议怎么办"),
    BoardKind.CONSULTATION: _l("第几条、哪一句，希望怎么改，为什么"),
}
_KIND_RULES: dict[BoardKind, tuple[str, ...]] = {
    BoardKind.FORUM: (
        _l("审核通过后公开，大家都能看到，也能点“我也支持”。"),
        _l("支持多的会排在前面，办理单位在下面答复。"),
    ),
    BoardKind.MESSAGE_BOARD: (
        _l("每一条留言都会交给管这件事的单位。"),
        _l("答复写在留言下面；不公开的，凭查询码看答复。"),
    ),
    BoardKind.SENTIMENT: (
        _l("一条只写一件事：先说问题，再说原因，最后说建议。"),
        _l("最多1500个字，写得越具体越有用。"),
    ),
    BoardKind.CONSULTATION: (
        _l("意见稿全文就在这一页，提意见时请写明是第几条。"),
        _l("结束以后公布每条意见采纳了没有、为什么。"),
    ),
}


class WhoMayPost(StrEnum):
    """Whether an account is needed to post."""

    ANYONE = "anonymous"
    REGISTERED = "registered"


class WhoMaySupport(StrEnum):
    """Whether an account is needed to support an opinion."""

    ANYONE = "anonymous"
    REGISTERED = "registered"


class ModerationMode(StrEnum):
    """Whether a moderator reads before publication or after it."""

    BEFORE = "pre"
    AFTER = "post"


class IntakeMode(StrEnum):
    """How the whole site takes opinions in: the administrator's switch for floods."""

    NORMAL = "normal"
    REVIEW = "review"
    PAUSED = "pause"

    @property
    def label(self) -> str:
        """The mode as the administrator reads it."""
        return _INTAKE_LABELS[self]


_INTAKE_LABELS = {
    IntakeMode.NORMAL: _l("正常"),
    IntakeMode.REVIEW: _l("全部先审后发"),
    IntakeMode.PAUSED: _l("暂停接收"),
}


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


def last_day(closes_at: datetime, zone: ZoneInfo) -> date:
    """The last day, in `zone`, of what closes at that moment: one that closes at midnight ends the day before."""
    return (closes_at - timedelta(microseconds=1)).astimezone(zone).date()


def days_left(moment: datetime, closes_at: datetime, zone: ZoneInfo) -> int:
    """How many days are left at `moment`, as people count them: 0 on the last day, negative after it."""
    return (last_day(closes_at, zone) - moment.astimezone(zone).date()).days
