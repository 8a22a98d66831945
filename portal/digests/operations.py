"""Asking for a digest, and making it one of the numbered ones of its campaign."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.audit.operations import record
from portal.campaigns.models import Campaign
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import IllegalMove, NotAllowed
from portal.core.ids import unguessable_id
from portal.core.rights import Actor, Permission, is_within
from portal.digests.models import Digest
from portal.digests.scope import require_days
from portal.jobs.operations import enqueue
from portal.taxonomy.models import Topic, Unit

JOB_KIND, TIMELINES_KIND = "digest", "digest_timelines"


@dataclass(frozen=True)
class Choice:
    """What a person wants summed up; the days are both included."""

    campaign: Campaign
    unit: Unit | None = None
    topic: Topic | None = None
    from_day: date | None = None
    to_day: date | None = None


def desk_for(actor: Actor, unit: Unit | None) -> str | None:
    """The unit at whose desk `actor` may build a digest of `unit` (None: of all units); None for a site-wide office.

    Where several of the actor's units cover it, the highest. Raises `NotAllowed` where none does.
    """
    scopes = actor.scopes(Permission.DIGESTS_BUILD)
    if scopes is None:
        return None
    covering = [scope for scope in scopes if unit is not None and is_within(unit.path, scope)]
    if not covering:
        raise NotAllowed(_("只能汇总您所在单位及其下级单位的意见。"))
    return min(covering, key=len)


def request_digest(choice: Choice, actor: Actor) -> Digest:
    """Note that `actor` wants a digest and have it built in the background.

    Raises `NotAllowed` where the unit is not the actor's, `PortalError` for impossible days.
    """
    desk_path = desk_for(actor, choice.unit)
    require_days(choice.from_day, choice.to_day)
    digest_id = unguessable_id()
    job = enqueue(JOB_KIND, {"digest_id": digest_id}, actor)
    digest = Digest(
        id=digest_id,
        job=job,
        campaign=choice.campaign,
        unit=choice.unit,
        topic=choice.topic,
        from_day=choice.from_day,
        to_day=choice.to_day,
        desk_path=desk_path,
        created_by=actor.user_id,
        created_at=now(),
    )
    db.session.add(digest)
    db.session.flush()
    record(actor, "digest_requested", "digest", digest_id, campaign=choice.campaign.slug, desk=desk_path)
    return digest


def complete(digest: Digest, files: dict[str, Any], counts: dict[str, int]) -> None:
    """Make the built digest's files known; `files` are the fingerprints by name. The digest must be locked."""
    digest.files, digest.counts = files, counts
    db.session.flush()


def may_publish(actor: Actor) -> bool:
    """Whether `actor` may make digests 第N期 of their campaigns: the right, for the whole site."""
    return actor.scopes(Permission.DIGESTS_PUBLISH) is None


def publish_digest(digest: Digest, actor: Actor) -> None:
    """Make a built digest 第N期 of its campaign, for good, and have the timelines of its opinions told.

    Raises `NotAllowed` without the right, `IllegalMove` where it is not built or has a number already.
    """
    if not may_publish(actor):
        raise NotAllowed(_("只有领导小组办公室可以把汇总编为一期。"))
    # Two digests of a campaign published at once wait here for each other; those who hand in opinions do not.
    db.session.execute(
        select(Campaign.id).where(Campaign.id == digest.campaign_id).with_for_update(key_share=True)
    )
    db.session.refresh(digest, ["number", "published_at", "files"])
    if digest.number is not None:
        raise IllegalMove(_("这份汇总已经是第%(number)s期。", number=digest.number))
    if not digest.files:
        raise IllegalMove(_("这份汇总还没有做好，不能编为一期。"))
    last = db.session.scalar(select(func.max(Digest.number)).where(Digest.campaign_id == digest.campaign_id))
    digest.number, digest.published_at = (last or 0) + 1, now()
    enqueue(TIMELINES_KIND, {"digest_id": digest.id}, actor)
    db.session.flush()
    record(actor, "digest_published", "digest", digest.id, number=digest.number)
