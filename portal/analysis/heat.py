"""The heat (热度) of a matter, part by part, and how its opinions came week by week."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import log1p

from portal.analysis.records import HeatParts, Message

_HALF_LIFE = 90  # days after which a matter's recency counts half
_WEEK = timedelta(days=7)


def heat_parts(members: Sequence[Message], newest: datetime | None) -> HeatParts:
    """The parts whose sum is the heat; `newest` is the time of the newest message of the whole set.

    authors   known authors + unsigned opinions ÷ 2, because several of those may come from one person
    support   ln(1 + seconders): the hundredth says less than the first
    comments  ln(1 + comments) ÷ 2
    span      ln(1 + weeks between the first and the last opinion) ÷ 2: what goes on is not settled
    recency   1 for the newest message of the set, halved every 90 days
    """
    unsigned = sum(message.author is None for message in members)
    moments = [message.created_at for message in members if message.created_at]
    span = (max(moments) - min(moments)) / _WEEK if moments else 0.0
    age = max((newest - max(moments)).days, 0) if newest and moments else None
    return HeatParts(
        authors=count_authors(members) + unsigned / 2,
        support=round(log1p(sum(message.support for message in members)), 3),
        comments=round(log1p(sum(message.comments for message in members)) / 2, 3),
        span=round(log1p(span) / 2, 3),
        recency=round(0.5 ** (age / _HALF_LIFE), 3) if age is not None else 0.0,
    )


def weekly_trend(members: Iterable[Message]) -> tuple[tuple[str, int], ...]:
    """The Mondays (ISO dates) of the weeks in which opinions came, and how many; opinions without time left out."""
    weeks = Counter(
        (message.created_at - timedelta(days=message.created_at.weekday())).date().isoformat()
        for message in members
        if message.created_at
    )
    return tuple(sorted(weeks.items()))


def last_moment(members: Iterable[Message]) -> datetime | None:
    """When the newest of the messages came; None where no time is known."""
    return max((message.created_at for message in members if message.created_at), default=None)


def count_authors(messages: Iterable[Message]) -> int:
    """How many different known authors the messages have."""
    return len({message.author for message in messages if message.author is not None})
