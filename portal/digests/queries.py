"""What a digest counts, read as it stood at one moment; and the digests that a person may read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select

from portal.campaigns.models import Campaign
from portal.casework.models import Reply
from portal.casework.states import ReplyState
from portal.core.clock import day_end, day_start
from portal.core.db import db, is_sqlite, reading
from portal.core.errors import NotThere
from portal.core.pagination import Page, keyset_page
from portal.core.rights import Actor, Permission, is_within
from portal.digests.models import Digest
from portal.digests.scope import Scope
from portal.jobs.models import Job
from portal.opinions.models import Case, Opinion
from portal.opinions.queries import ledger, submitted_between
from portal.opinions.readers import not_about, readable_at_desk
from portal.opinions.states import COUNTED
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import topics_within, units_within

CHUNK = 2000
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything read within the block show one moment, whatever is written meanwhile.

    It is a transaction of its own, which holds up nobody and is rolled back. Raises RuntimeError inside another one.
    """
    if db.session().in_transaction():
        raise RuntimeError("a snapshot is a transaction of its own: end the present one first")
    with reading():
        if not is_sqlite():
            # SQLite's transactions always read one moment; PostgreSQL's do so when asked.
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            db.session.connection(execution_options=options)
        try:
            yield
        finally:
            db.session.rollback()


def scope_conditions(scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions that an opinion, in whatever state, lies in `scope`."""
    start = day_start(scope.from_day, scope.zone) if scope.from_day else None
    end = day_end(scope.to_day, scope.zone) if scope.to_day else None
    conditions = [
        Opinion.campaign_id == scope.campaign_id,
        readable_at_desk(scope.desk_path),
        *submitted_between(start, end),
    ]
    if scope.unit_path is not None:
        conditions.append(Opinion.unit_id.in_(units_within(scope.unit_path)))
    if scope.topic_path is not None:
        conditions.append(Opinion.topic_id.in_(topics_within(scope.topic_path)))
    return conditions


def scope_ledger(scope: Scope) -> dict[str, int]:
    """How all opinions in `scope` stand: received = waiting + rejected + withdrawn + merged + counted."""
    return ledger(*scope_conditions(scope))


_COLUMNS = (
    Opinion.id, Opinion.public_id, Opinion.title, Opinion.body, Opinion.submitted_at, Opinion.author_key,
    Opinion.support_count, Opinion.comment_count, Opinion.state, Opinion.answered_at, Topic.path.label("topic_path"), Unit.path.label("unit_path"),
    Case.channel, Case.participant_group,
)  # fmt: skip


def digest_rows(scope: Scope, chunk: int = CHUNK) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each counted opinion in `scope` (`_COLUMNS`; title and body are the published layer), oldest first.

    Beside it stand its published replies (`body`, `unit_path`, `published_at`), oldest first. At most `chunk` of
    both are held at a time.
    """
    query = (
        select(*_COLUMNS)
        .join(Case, Case.id == Opinion.case_id)
        .outerjoin(Topic, Topic.id == Opinion.topic_id)
        .outerjoin(Unit, Unit.id == Opinion.unit_id)
        .where(Opinion.state.in_(sorted(COUNTED)), *scope_conditions(scope))
        .order_by(Opinion.submitted_at, Opinion.id)
    )
    for rows in db.session.execute(query, execution_options={"yield_per": chunk}).partitions():
        replies = _published_replies(row.id for row in rows)
        for row in rows:
            yield row, replies.get(row.id, [])


def _published_replies(opinion_ids: Iterable[int]) -> dict[int, list[Any]]:
    query = (
        select(Reply.opinion_id, Reply.body, Reply.published_at, Unit.path.label("unit_path"))
        .join(Unit, Unit.id == Reply.unit_id)
        .where(Reply.opinion_id.in_(list(opinion_ids)), Reply.state == ReplyState.PUBLISHED)
        .order_by(Reply.published_at, Reply.id)
    )
    found: dict[int, list[Any]] = {}
    for reply in db.session.execute(query):
        found.setdefault(reply.opinion_id, []).append(reply)
    return found


_NOW = (
    Opinion.public_id, Opinion.title, Opinion.body, Opinion.state, Opinion.submitted_at,
    Topic.path.label("topic_path"), Unit.path.label("unit_path"),
)  # fmt: skip


def opinions_now(digest: Digest, public_ids: Sequence[str], actor: Actor) -> dict[str, Any]:
    """Those of the digest's opinions `public_ids` that its desk and `actor` may read now and that still count, as they stand.

    What was withdrawn, merged, rejected, or masked since is not shown as it was.
    """
    query = (
        select(*_NOW)
        .outerjoin(Topic, Topic.id == Opinion.topic_id)
        .outerjoin(Unit, Unit.id == Opinion.unit_id)
        .where(
            Opinion.public_id.in_(public_ids),
            Opinion.campaign_id == digest.campaign_id,
            Opinion.state.in_(sorted(COUNTED)),
            readable_at_desk(digest.desk_path),
            not_about(actor),
        )
    )
    return {row.public_id: row for row in db.session.execute(query)}


def quotable(digest: Digest, quotes: Iterable[tuple[str, str]], actor: Actor) -> frozenset[tuple[str, str]]:
    """Those of the digest's quotes (id of the opinion, words) that still stand in an opinion that `opinions_now` shows."""
    asked = list(quotes)
    now = opinions_now(digest, sorted({identity for identity, _words in asked}), actor)
    return frozenset(
        (identity, words)
        for identity, words in asked
        if identity in now and words in f"{now[identity].title}\n{now[identity].body}"
    )


def readable_digests(actor: Actor, cursor: str | None) -> Page:
    """A page of the digests that `actor` may read, the newest first, with what the list shows of each."""
    query: Select[Any] = (
        select(
            Digest.id, Digest.number, Digest.created_at, Digest.from_day, Digest.to_day, Digest.counts, Job.state, Job.percent,
            Campaign.title.label("campaign"), Unit.path.label("unit"), Topic.path.label("topic"),
        )
        .join(Job, Job.id == Digest.job_id)
        .join(Campaign, Campaign.id == Digest.campaign_id)
        .outerjoin(Unit, Unit.id == Digest.unit_id)
        .outerjoin(Topic, Topic.id == Digest.topic_id)
    )  # fmt: skip
    scopes = actor.scopes(Permission.DIGESTS_READ)
    if scopes is not None:
        query = query.where(Digest.desk_path.in_(_desks_within(scopes)))
    return keyset_page(db.session(), query, (Digest.created_at, Digest.id), cursor=cursor)


def _desks_within(scopes: Iterable[str]) -> Select[tuple[str]]:
    numbers = {number for scope in scopes for number in units_within(scope)}
    return select(Unit.path).where(Unit.id.in_(numbers))


def readable_digest(digest_id: str, actor: Actor) -> Digest:
    """The digest of that id. Raises `NotThere` where there is none, or `actor` may not read it."""
    digest = db.session.get(Digest, digest_id) if _ID.fullmatch(digest_id) else None
    if digest is None or not _readable(digest, actor):
        raise NotThere(_("没有这份意见汇总，或者它不归您的单位查看。"))
    return digest


def _readable(digest: Digest, actor: Actor) -> bool:
    """Whether `actor` may read what the desk that asked for the digest may read."""
    scopes = actor.scopes(Permission.DIGESTS_READ)
    desk = digest.desk_path
    within = scopes is None or (desk is not None and any(is_within(desk, scope) for scope in scopes))
    return within and not _is_about(digest, actor)


def _is_about(digest: Digest, actor: Actor) -> bool:
    """Whether anything in the digest may be about a unit that `actor` works for beside having the desk: its files hold all."""
    desk = digest.desk_path
    if all(desk is not None and is_within(desk, own) for own in actor.own_units()):
        return False
    held = select(Opinion.id).where(
        Opinion.campaign_id == digest.campaign_id,
        Opinion.state.in_(sorted(COUNTED)),
        readable_at_desk(desk),
        ~not_about(actor),
    )
    return db.session.scalar(held.limit(1)) is not None


def scope_of(digest: Digest, zone: ZoneInfo) -> Scope:
    """What the digest sums up."""
    return Scope(
        campaign_id=digest.campaign_id,
        zone=zone,
        unit_path=digest.unit.path if digest.unit else None,
        topic_path=digest.topic.path if digest.topic else None,
        from_day=digest.from_day,
        to_day=digest.to_day,
        desk_path=digest.desk_path,
    )
