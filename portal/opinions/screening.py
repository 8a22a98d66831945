"""What makes a text wait for a moderator: links, the same words again and again, a flood.

Nothing is dropped, and the author reads no more than that it is being reviewed: whoever sends rubbish on purpose
shall not learn how it was noticed. The reason is stored for the moderator.
"""

import re
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, literal_column, select

from portal.analysis.normalise import fold
from portal.campaigns.models import Board
from portal.campaigns.queries import BoardHead
from portal.campaigns.states import IntakeMode, ModerationMode
from portal.core.crypto import keyed_hash
from portal.core.db import UTCDateTime, db
from portal.core.errors import TooFast
from portal.opinions.models import Addition, Case
from portal.opinions.receipt_states import AdditionState
from portal.opinions.states import HoldReason
from portal.web.limits import limits
from portal.web.network import settings

# So many addresses in a text are many; one stands for the source of what is said.
MANY_LINKS = 3
# With fewer letters beside the address, the address is all that is said.
WORDS_BESIDE_A_LINK = 10
# A text handed in so often within a day before is being repeated; shorter ones (“支持”) are said by everybody.
REPEATS = 3
REPEAT_SPAN = timedelta(days=1)
SHORTEST_REPEATED = 8

# Addresses as they are written, with or without http; each part is bounded, so that no line takes long.
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u9fff\uff00-\uffef]{1,2000}"
    r"|(?<![a-z0-9.-])[a-z0-9-]{1,63}\.(?:com|cn|net|org|top|xyz|vip|cc|me|io|info|club|shop|site|online|ru|tk)\b"
    r"(?:/[^\s\u3000-\u9fff\uff00-\uffef]{0,2000})?"
)


def is_link_spam(title: str, body: str) -> bool:
    """Whether the text holds several addresses, or hardly anything but one."""
    text = fold(f"{title}\n{body}")
    number = len(_LINK.findall(text))
    if number == 0:
        return False
    return number >= MANY_LINKS or len(_letters(_LINK.sub(" ", text))) < WORDS_BESIDE_A_LINK


def _letters(folded: str) -> str:
    # Digits too are left out: a number that counts up makes no new text.
    return "".join(char for char in folded if char.isalpha())


def text_key(lookup_key: str, text: str) -> str | None:
    """A keyed hash of the letters of `text`, whatever their width, case, spacing and the numbers between them.

    None for texts too short to tell anything. The text cannot be had back from it.
    """
    letters = _letters(fold(text))
    return keyed_hash(lookup_key, "text", letters) if len(letters) >= SHORTEST_REPEATED else None


_case = Case.__table__.c
_TIMES = select(func.count()).where(
    _case.text_key == bindparam("key"), _case.submitted_at > bindparam("since", type_=UTCDateTime())
)


def times_handed_in(key: str, moment: datetime) -> int:
    """How often opinions with the text of that key were handed in within `REPEAT_SPAN` before `moment`."""
    return db.session.scalar(_TIMES, {"key": key, "since": moment - REPEAT_SPAN}) or 0


def addition_warnings(addition: Addition) -> list[HoldReason]:
    """What a moderator is told of an addition that waits: links, the same words beside other opinions.

    Additions wait for a moderator anyway, so nothing is held by it.
    """
    found = [HoldReason.LINKS] if is_link_spam("", addition.words) else []
    same = select(func.count()).where(
        Addition.words == addition.words,
        Addition.opinion_id != addition.opinion_id,
        Addition.state == literal_column(f"'{AdditionState.WAITING}'"),
        Addition.at > addition.at - REPEAT_SPAN,
    )
    return found + ([HoldReason.REPEATED] if db.session.scalar(same) else [])


def board_is_busy(board: Board | BoardHead, kind: str) -> bool:
    """Count one more thing of `kind` (opinion, comment) handed in on the board; whether that is more than usual.

    Raises `TooFast` where it is more than the site can take.
    """
    try:
        limits().hit(settings().board_most_limit, f"board most {kind}", board.slug)
    except TooFast as error:
        words = _("现在提交的人太多，暂时收不下。没有提交成功，内容还在，请过一会儿再试一次。")
        raise TooFast(words, error.retry_after) from None
    return limits().over(settings().board_limit, f"board {kind}", board.slug)


def hold_reason(
    title: str, body: str, board: Board | BoardHead, mode: IntakeMode, *, repeated: bool, busy: bool
) -> HoldReason | None:
    """Why a text waits for a moderator before it is public, whatever the board says; None where nothing speaks for it.

    That the switch or a flood holds it is only told where the board would have published it at once.
    """
    if is_link_spam(title, body):
        return HoldReason.LINKS
    if repeated:
        return HoldReason.REPEATED
    if board.moderation == ModerationMode.AFTER:
        if mode is IntakeMode.REVIEW:
            return HoldReason.INTAKE
        if busy:
            return HoldReason.BUSY
    return None
