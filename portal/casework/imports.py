"""Writing an import of opinions: cases, opinions, timelines, replies and search documents, by hundreds.

The caller commits after each chunk, so that whatever stops an import, running it again goes on from there.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.audit.operations import record
from portal.campaigns.models import Board
from portal.casework.models import Reply
from portal.casework.states import ReplyState
from portal.core.bulk import fresh_ids, insert_rows
from portal.core.db import db
from portal.core.rights import Actor
from portal.core.tables import Row
from portal.opinions.indexing import KIND
from portal.opinions.models import Case, Opinion, OpinionEvent, TextLayer
from portal.opinions.preparing import Prepared
from portal.opinions.states import EventKind, OpinionState, Visibility, public_state
from portal.search.operations import Entry, store_many
from portal.taxonomy.operations import root_unit
from portal.taxonomy.queries import topic_names, unit_names

# Where neither the row nor the command says who replied: closed, so that nobody is offered it.
UNNAMED_UNIT = "未注明单位"
_MOST_NAMES = 1000
_NAME_SHOWN = 60

Refusal = tuple[Row, str]
_New = tuple[int, int, Prepared]
"""Case id, opinion id and what is written under them."""


@dataclass
class Outcome:
    """What became of the rows of an import so far; `unknown` counts names of units and topics that nothing bears."""

    imported: int = 0
    known: int = 0
    replies: int = 0
    masked: int = 0
    unsigned: int = 0
    unknown_units: Counter[str] = field(default_factory=Counter)
    unknown_topics: Counter[str] = field(default_factory=Counter)
    unknown_groups: int = 0


@dataclass
class Import:
    """An import under way: where to, how, and what names mean. Made by `begin`."""

    board_id: int
    campaign_id: int
    published: bool
    actor: Actor
    moment: datetime
    reply_unit_id: int | None
    last_case: int
    units: dict[str, int]
    topics: dict[str, int]
    outcome: Outcome = field(default_factory=Outcome)


def begin(
    board: Board, actor: Actor, moment: datetime, *, published: bool, reply_unit_id: int | None = None
) -> Import:
    """Get ready to import into `board`; `reply_unit_id` is the unit that replied where a row names none."""
    return Import(
        board_id=board.id,
        campaign_id=board.campaign_id,
        published=published,
        actor=actor,
        moment=moment,
        reply_unit_id=reply_unit_id,
        last_case=db.session.scalar(select(func.max(Case.id))) or 0,
        units=unit_names(),
        topics=topic_names(),
    )


def take(chunk: Sequence[tuple[Row, Prepared | str]], run: Import) -> list[Refusal]:
    """Write the rows of a chunk that are new, and say which are refused and why.

    Rows whose id an earlier import brought are counted as known and passed over; an id that this very file
    had before is refused.
    """
    refused: list[Refusal] = []
    new: list[Prepared] = []
    ids = [item.row.external_id for _row, item in chunk if not isinstance(item, str) and item.row.external_id]
    stored = _stored_ids(run.board_id, ids)
    for row, item in chunk:
        if isinstance(item, str):
            refused.append((row, item))
            continue
        external_id = item.row.external_id
        case_id = stored.get(external_id, 0) if external_id else 0
        if case_id > run.last_case:
            refused.append((row, _("编号“%(id)s”在这份文件里出现过", id=external_id)))
        elif case_id:
            run.outcome.known += 1
        else:
            new.append(item)
            if external_id:
                stored[external_id] = run.last_case + 1
    if new:
        _write(new, run)
    return refused


def _stored_ids(board_id: int, external_ids: Sequence[str]) -> dict[str, int]:
    if not external_ids:
        return {}
    query = select(Case.external_id, Case.id).where(
        Case.board_id == board_id, Case.external_id.in_(external_ids)
    )
    return {str(external_id): case_id for external_id, case_id in db.session.execute(query)}


def _write(items: Sequence[Prepared], run: Import) -> None:
    """Store prepared rows with all that belongs to them, audited as one event."""
    case_ids, opinion_ids = fresh_ids(Case, len(items)), fresh_ids(Opinion, len(items))
    new: list[_New] = list(zip(case_ids, opinion_ids, items, strict=True))
    answered = [one for one in new if one[2].reply]
    if answered and run.reply_unit_id is None and any(_unit(item, run) is None for *_ids, item in answered):
        run.reply_unit_id = root_unit(UNNAMED_UNIT, run.actor, active=False).id
    insert_rows(Case, [_case(one, run) for one in new])
    insert_rows(Opinion, [_opinion(one, run) for one in new])
    insert_rows(OpinionEvent, [event for one in new for event in _events(one, run)])
    insert_rows(TextLayer, [_layer(one, run) for one in new if one[2].ranges])
    insert_rows(Reply, [_reply(one, run) for one in answered])
    if run.published:
        by_age = sorted(new, key=lambda one: _submitted_at(one[2], run))
        store_many(
            Entry(KIND, id_, _submitted_at(item, run), f"{item.title}\n{item.body}")
            for _case_id, id_, item in by_age
        )
    record(
        run.actor, "opinions_imported", "board", run.board_id, count=len(new), published=run.published,
        first_opinion=opinion_ids[0], last_opinion=opinion_ids[-1], replies=len(answered),
    )  # fmt: skip
    db.session.flush()
    _count(items, run)


def _submitted_at(item: Prepared, run: Import) -> datetime:
    return item.row.created_at or run.moment


def _replied_at(item: Prepared, run: Import) -> datetime:
    """When it was replied to; where the table does not say, the reply became public here with the import."""
    return item.row.replied_at or run.moment


def _unit(item: Prepared, run: Import) -> int | None:
    return run.units.get(item.row.unit)


def _case(one: _New, run: Import) -> dict[str, Any]:
    case_id, _opinion_id, item = one
    return {
        "id": case_id,
        "board_id": run.board_id,
        "channel": item.row.channel,
        "title": item.case_title,
        "body": item.row.body,
        "submitted_at": _submitted_at(item, run),
        "visibility": Visibility.PUBLIC,
        "proposed_unit_id": _unit(item, run),
        "proposed_topic_id": run.topics.get(item.row.topic),
        "participant_group": item.row.group,
        "external_id": item.row.external_id,
    }


def _opinion(one: _New, run: Import) -> dict[str, Any]:
    case_id, opinion_id, item = one
    state = OpinionState.PUBLISHED if run.published else OpinionState.WAITING
    submitted_at = _submitted_at(item, run)
    published_at = submitted_at if run.published else None
    answered_at = _replied_at(item, run) if run.published and item.reply else None
    unit_id = _unit(item, run)
    return {
        "id": opinion_id,
        "public_id": item.public_id,
        "case_id": case_id,
        "board_id": run.board_id,
        "campaign_id": run.campaign_id,
        "unit_id": unit_id,
        "topic_id": run.topics.get(item.row.topic),
        "title": item.title,
        "body": item.body,
        "body_html": item.body_html,
        "excerpt": item.excerpt,
        "visibility": Visibility.PUBLIC,
        "state": state,
        "public_state": public_state(state, unit_id is not None, answered_at is not None),
        "needs_review": not run.published,
        "author_key": item.author_key,
        "submitted_at": submitted_at,
        "decided_at": published_at,
        "published_at": published_at,
        "answered_at": answered_at,
    }


def _events(one: _New, run: Import) -> list[dict[str, Any]]:
    _case_id, opinion_id, item = one
    handed_in = {"opinion_id": opinion_id, "at": _submitted_at(item, run), "unit_id": None, "details": {}}
    events = [handed_in | {"kind": EventKind.SUBMITTED}]
    if run.published:
        events.append(handed_in | {"kind": EventKind.PUBLISHED})
        if item.reply:
            answer = {
                "kind": EventKind.ANSWERED,
                "at": _replied_at(item, run),
                "unit_id": _replier(item, run),
            }
            events.append(handed_in | answer)
    return events


def _layer(one: _New, run: Import) -> dict[str, Any]:
    _case_id, opinion_id, item = one
    return {"opinion_id": opinion_id, "ranges": item.ranges, "at": run.moment, "reason": "automatic"}


def _reply(one: _New, run: Import) -> dict[str, Any]:
    """A reply goes public with its opinion; one to an opinion in the queue waits as a draft of its unit."""
    _case_id, opinion_id, item = one
    moment = _replied_at(item, run)
    return {
        "opinion_id": opinion_id,
        "unit_id": _replier(item, run),
        "state": ReplyState.PUBLISHED if run.published else ReplyState.DRAFT,
        "body": item.reply,
        "body_html": item.reply_html,
        "created_at": moment,
        "published_at": moment if run.published else None,
    }


def _replier(item: Prepared, run: Import) -> int | None:
    return _unit(item, run) or run.reply_unit_id


def _count(items: Sequence[Prepared], run: Import) -> None:
    outcome = run.outcome
    outcome.imported += len(items)
    for item in items:
        outcome.replies += bool(item.reply)
        outcome.masked += bool(item.ranges)
        outcome.unsigned += item.author_key is None
        outcome.unknown_groups += item.row.unknown_group
        if item.row.unit and item.row.unit not in run.units:
            _tally(outcome.unknown_units, item.row.unit[:_NAME_SHOWN])
        if item.row.topic and item.row.topic not in run.topics:
            _tally(outcome.unknown_topics, item.row.topic[:_NAME_SHOWN])


def _tally(names: Counter[str], name: str) -> None:
    # A column of free text must not fill the memory with its values.
    names[name if name in names or len(names) < _MOST_NAMES else "…"] += 1
