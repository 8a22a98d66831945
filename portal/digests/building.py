"""From the database to a checked document. Heavy: import it in jobs and commands only, inside their function."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.analysis.engine import analyse
from portal.analysis.records import Message
from portal.campaigns.models import Campaign
from portal.core.clock import local, now
from portal.core.db import db
from portal.digests.document import Document, build_document
from portal.digests.queries import digest_rows, scope_ledger, snapshot
from portal.digests.scope import Scope
from portal.digests.verify import require_sound
from portal.moderation.learned_topics import model_in_use
from portal.moderation.model_files import loaded_model
from portal.opinions.channels import Channel
from portal.opinions.states import OpinionState, ParticipantGroup

Progress = Callable[[int], None]
# How far the work is, in percent, when each of its parts is done.
READ, ANALYSED, CHECKED = 10, 70, 78


@dataclass(slots=True)
class Material:
    """What a digest is made of, all read at one moment."""

    title: str
    slug: str
    counts: dict[str, int]
    model_sha256: str | None
    messages: list[Message] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)


def build(scope: Scope, progress: Progress) -> Document:
    """The document of `scope` as it stands now, checked. Call it outside a transaction.

    Raises `verify.DigestBroken` where the check finds anything.
    """
    material = read_material(scope)
    progress(READ)
    model = loaded_model(material.model_sha256)
    analysis = analyse(material.messages, model=model, progress=_between(READ, ANALYSED, progress))
    document = build_document(
        scope=_scope_words(scope, material),
        counts=material.counts,
        messages=material.messages,
        analysis=analysis,
        facts=material.facts,
        topic_model=material.model_sha256 if model else None,
        generated_at=local(now(), scope.zone).isoformat(timespec="seconds"),
    )
    require_sound(document)
    progress(CHECKED)
    return document


def read_material(scope: Scope) -> Material:
    """Read the opinions in `scope`, their replies and the ledger of the very same filter in one snapshot.

    So is which topic model is in use.
    """
    with snapshot():
        campaign = db.session.get_one(Campaign, scope.campaign_id)
        used = model_in_use()
        material = Material(campaign.title, campaign.slug, scope_ledger(scope), used.sha256 if used else None)
        for row, replies in digest_rows(scope):
            material.messages.append(_message(row, scope.zone))
            material.facts[row.public_id] = _facts(row, replies, scope.zone)
    return material


def _message(row: Any, zone: ZoneInfo) -> Message:
    return Message(
        id=row.public_id,
        title=row.title,
        body=row.body,
        author=row.author_key,
        created_at=local(row.submitted_at, zone),
        support=row.support_count,
        comments=row.comment_count,
        topic=row.topic_path,
    )


def _facts(row: Any, replies: list[Any], zone: ZoneInfo) -> dict[str, Any]:
    group = row.participant_group
    facts: dict[str, Any] = {
        "channel": str(Channel(row.channel).label),
        "group": str(ParticipantGroup(group).label) if group else None,
        "unit": row.unit_path,
        "public": row.state == OpinionState.PUBLISHED,
        # Not one that was reopened since its reply; one on a draft whose table was published, whoever replied.
        "answered": row.answered_at is not None,
    }
    if replies:
        last = replies[-1]
        facts["reply"] = {
            "text": "\n\n".join(reply.body for reply in replies),
            "unit": last.unit_path,
            "published_at": _moment(last.published_at, zone),
        }
    return facts


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return local(moment, zone).isoformat(timespec="seconds")


def _scope_words(scope: Scope, material: Material) -> dict[str, str]:
    words = {
        "title": material.title,
        "campaign": material.slug,
        "unit": scope.unit_path,
        "topic": scope.topic_path,
        "from": scope.from_day.isoformat() if scope.from_day else None,
        "to": scope.to_day.isoformat() if scope.to_day else None,
    }
    return {key: value for key, value in words.items() if value}


def _between(start: int, end: int, progress: Progress) -> Callable[[float], None]:
    """The engine's progress, from 0 to 1, told as percent from `start` to `end`, each of them once."""
    told = start

    def report(done: float) -> None:
        nonlocal told
        percent = start + round((end - start) * done)
        if percent > told:
            told = percent
            progress(percent)

    return report
