"""A database of N published opinions, made by bulk inserts and the portal's own operations."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from bench.data import SEED, Text, texts, unit_paths
from portal.campaigns.operations import create_board, create_campaign
from portal.campaigns.states import BoardKind, ModerationMode
from portal.casework.models import Reply
from portal.casework.states import ReplyState
from portal.core.bulk import fresh_ids, insert_rows
from portal.core.clock import now
from portal.core.db import db
from portal.core.ids import public_id
from portal.core.rights import SYSTEM
from portal.core.text import excerpt, paragraphs
from portal.opinions.indexing import KIND
from portal.opinions.models import Case, Opinion, OpinionEvent, Support
from portal.opinions.states import EventKind, OpinionState, Visibility, public_state
from portal.search.operations import Entry, store_many
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.operations import import_units, load_default_topics
from portal.taxonomy.unit_rows import UnitRow

CAMPAIGN = "bench"
LISTED = "suggestions"  # its opinions are filled in; new ones wait for a moderator
OPEN = "open"  # new ones are public at once
CHUNK = 1000
SPREAD = timedelta(days=300)


@dataclass(frozen=True)
class _Ground:
    """Ids of what the opinions stand on; units and topics by path."""

    campaign_id: int
    board_id: int
    units: dict[str, int]
    topics: dict[str, int]


def fill(count: int) -> None:
    """Make the campaign with its boards and `count` published opinions in an empty, migrated database. Commits."""
    load_default_topics(SYSTEM)
    import_units([UnitRow(at, path=path) for at, path in enumerate(unit_paths(), 2)], SYSTEM, dry_run=False)
    campaign = create_campaign(CAMPAIGN, "我为发展献一策", SYSTEM, purpose="想听听您的意见。")
    listed = create_board(campaign, LISTED, "献策论坛", BoardKind.FORUM, SYSTEM)
    create_board(campaign, OPEN, "留言板", BoardKind.MESSAGE_BOARD, SYSTEM, moderation=ModerationMode.AFTER)
    ground = _Ground(campaign.id, listed.id, _by_path(Unit), _by_path(Topic))
    db.session.commit()
    chance = random.Random(SEED)
    first = now() - SPREAD
    for number, chunk in enumerate(_chunks(texts(count))):
        moments = [first + SPREAD * ((number * CHUNK + at) / count) for at in range(len(chunk))]
        _store(chunk, moments, ground, chance)
        db.session.commit()
    _tidy()


def _chunks(source: Iterator[Text]) -> Iterator[list[Text]]:
    while chunk := list(itertools.islice(source, CHUNK)):
        yield chunk


def _by_path(model: type[Unit] | type[Topic]) -> dict[str, int]:
    return {row.path: row.id for row in db.session.execute(select(model.path, model.id))}


def _store(
    chunk: Sequence[Text], moments: Sequence[datetime], ground: _Ground, chance: random.Random
) -> None:
    cases = [
        {
            "board_id": ground.board_id, "title": item.title, "body": item.body, "submitted_at": moment,
            "visibility": Visibility.PUBLIC,
        }
        for item, moment in zip(chunk, moments, strict=True)
    ]  # fmt: skip
    case_ids = _inserted(Case, cases)
    supports = [int(chance.expovariate(0.25)) if chance.random() < 0.4 else 0 for _item in chunk]
    opinions = [
        _opinion(item, moment, case_id, count, ground)
        for item, moment, case_id, count in zip(chunk, moments, case_ids, supports, strict=True)
    ]
    opinion_ids = _inserted(Opinion, opinions)
    insert_rows(OpinionEvent, list(_events(opinion_ids, opinions)))
    insert_rows(Reply, list(_replies(opinion_ids, opinions, chunk)))
    insert_rows(Support, list(_supports(opinion_ids, opinions)))
    store_many(
        Entry(KIND, opinion_id, moment, f"{item.title}\n{item.body}")
        for opinion_id, item, moment in zip(opinion_ids, chunk, moments, strict=True)
    )


def _inserted(model: type[Case] | type[Opinion], rows: list[dict[str, Any]]) -> list[int]:
    numbers = fresh_ids(model, len(rows))
    insert_rows(model, [{"id": number, **row} for number, row in zip(numbers, rows, strict=True)])
    return numbers


def _opinion(item: Text, moment: datetime, case_id: int, supports: int, ground: _Ground) -> dict[str, Any]:
    answered = moment + timedelta(days=7) if item.reply else None
    return {
        "public_id": public_id(), "case_id": case_id, "board_id": ground.board_id,
        "campaign_id": ground.campaign_id, "unit_id": ground.units[item.unit],
        "topic_id": ground.topics[item.topic], "title": item.title, "body": item.body,
        "body_html": paragraphs(item.body), "excerpt": excerpt(item.body), "visibility": Visibility.PUBLIC,
        "state": OpinionState.PUBLISHED, "needs_review": False, "submitted_at": moment, "decided_at": moment,
        "public_state": public_state(OpinionState.PUBLISHED, has_unit=True, answered=answered is not None),
        "published_at": moment, "answered_at": answered, "support_count": supports,
    }  # fmt: skip


def _events(opinion_ids: Sequence[int], opinions: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for opinion_id, opinion in zip(opinion_ids, opinions, strict=True):
        steps = [
            (EventKind.SUBMITTED, opinion["submitted_at"], None),
            (EventKind.PUBLISHED, opinion["published_at"], None),
            (EventKind.ASSIGNED, opinion["published_at"], opinion["unit_id"]),
        ]
        if opinion["answered_at"]:
            steps.append((EventKind.ANSWERED, opinion["answered_at"], opinion["unit_id"]))
        for kind, moment, unit_id in steps:
            yield {"opinion_id": opinion_id, "kind": kind, "at": moment, "unit_id": unit_id, "details": {}}


def _replies(
    opinion_ids: Sequence[int], opinions: Sequence[dict[str, Any]], chunk: Sequence[Text]
) -> Iterator[dict[str, Any]]:
    for opinion_id, opinion, item in zip(opinion_ids, opinions, chunk, strict=True):
        if item.reply:
            moment = opinion["answered_at"]
            yield {
                "opinion_id": opinion_id, "unit_id": opinion["unit_id"], "state": ReplyState.PUBLISHED,
                "body": item.reply, "body_html": paragraphs(item.reply), "created_at": moment,
                "published_at": moment, "version": 1,
            }  # fmt: skip


def _supports(opinion_ids: Sequence[int], opinions: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for opinion_id, opinion in zip(opinion_ids, opinions, strict=True):
        for person in range(opinion["support_count"]):
            yield {"opinion_id": opinion_id, "person_key": f"v:{person:064x}", "at": opinion["published_at"]}


def _tidy() -> None:
    """Let the planner know the tables, as it does on a site that has grown over months."""
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    db.engine.dispose()
