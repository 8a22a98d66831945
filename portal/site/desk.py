"""The desk's first page: where each person's work waits."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.casework.queries import WorkCounts, WorkFilter, work_counts, work_page
from portal.comments.queries import waiting_comments
from portal.core.clock import local, now
from portal.core.rights import Actor, Permission
from portal.moderation.queries import (
    QueueFilter,
    QueuePart,
    part_counts,
    queue_page,
    suspected,
    waiting_by_board,
)
from portal.web.guards import actor, guard
from portal.web.network import settings

blueprint = Blueprint("desk", __name__)

_SHOWN = 5  # opinions of each kind of work: those that wait longest


@dataclass(frozen=True)
class _Queue:
    """What waits for moderators."""

    parts: Mapping[QueuePart, int]
    comments: int
    oldest: Sequence[Any]
    suspected: Set[int]


@dataclass(frozen=True)
class _Work:
    """What waits for answers of units."""

    counts: WorkCounts
    oldest: Sequence[Any]


@blueprint.get("/desk/")
@guard(Permission.DESK_OPEN)
def home() -> ResponseReturnValue:
    """How much waits and what waits longest, for those parts of the desk that are open to this person."""
    person, moment = actor(), now()
    today = local(moment, settings().timezone).date()
    return render_template(
        "desk/site/home.html",
        queue=_queue(person) if person.may(Permission.MODERATION_READ) else None,
        work=_work(person, today) if person.may(Permission.CASEWORK_READ) else None,
        moment=moment,
        today=today,
    )


def _queue(person: Actor) -> _Queue:
    page = queue_page(person, QueueFilter(), None, _SHOWN)
    waiting = sum(count for _slug, _title, count in waiting_by_board(person))
    parts = {QueuePart.QUEUE: waiting, **part_counts(person)}
    return _Queue(parts, waiting_comments(person), page.rows, suspected(page))


def _work(person: Actor, today: date) -> _Work:
    page = work_page(person, WorkFilter(today), None, _SHOWN)
    return _Work(work_counts(person, today), page.rows)
