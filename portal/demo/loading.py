"""Making the demo campaign, by the portal's own operations at the moments at which they would have happened."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from portal.accounts.models import User
from portal.analysis.personal_data import find_personal_data
from portal.campaigns.models import Board, Campaign
from portal.campaigns.operations import Stage, create_board, create_campaign, create_consultation, set_stages
from portal.campaigns.queries import board_by_slug, campaign_by_slug, consultation_of
from portal.campaigns.states import BoardKind, ModerationMode, WhoMayPost
from portal.casework.adoptions import NONE_YET, publish_outcomes, record_outcome
from portal.casework.operations import NO_DRAFT, publish_reply, save_draft
from portal.casework.states import AdoptionOutcome
from portal.core.clock import fixed, now
from portal.core.crypto import keyed_hash
from portal.core.db import db
from portal.core.rights import Actor, Grant, Role
from portal.core.tables import read_table
from portal.moderation.operations import Choice, answer_due, decide
from portal.moderation.reasons import RejectionReason
from portal.opinions.models import Opinion, Support
from portal.opinions.operations import CERTAIN
from portal.opinions.states import OpinionAction, ParticipantGroup, Visibility
from portal.opinions.submission import Draft, Keys, submit
from portal.opinions.supports import change_support_count
from portal.taxonomy.operations import import_units, load_default_topics
from portal.taxonomy.queries import topic_by_path, unit_by_path
from portal.taxonomy.unit_rows import COLUMNS, unit_rows

CONTENT = Path(__file__).parent / "content"
CHUNK = 25
DECIDED_AFTER = timedelta(hours=3)

DEMO = Actor(name="demo")
# What the shipped setting asks of a draft; the demo's are open longer.
LEAST_DAYS = 30
# What the shipped setting gives a unit to answer, promised for what came in within these days: the first of them are late.
WORKING_DAYS = 15
PROMISED_FOR = timedelta(days=24)
_OFFICE = Actor(name="demo", grants=frozenset({Grant(Role.COORDINATOR)}))
_MODERATOR = Actor(name="demo", grants=frozenset({Grant(Role.MODERATOR)}))
_ACTIONS = {
    "published": OpinionAction.PUBLISH,
    "accepted": OpinionAction.ACCEPT,
    "rejected": OpinionAction.REJECT,
}


def content(name: str) -> Any:
    """The demo's content file of that name, parsed."""
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def is_empty() -> bool:
    """Whether nobody has used this database: no campaign, no account."""
    return db.session.scalar(select(Campaign.id).limit(1)) is None and (
        db.session.scalar(select(User.id).limit(1)) is None
    )


def load_frame() -> None:
    """Units, topics, the campaign and its boards, where they are missing; committed."""
    load_default_topics(DEMO)
    rows = list(unit_rows(read_table(CONTENT / "units.csv", COLUMNS, required=("path",))))
    plan = import_units(rows, DEMO, dry_run=False)
    assert not plan.errors, plan.errors
    described = content("campaign.json")
    about = described["campaign"]
    if campaign_by_slug(about["slug"]) is None:
        opened = now() - timedelta(days=about["days_open"] - 29)
        campaign = create_campaign(
            about["slug"], about["title"], DEMO, purpose=about["purpose"], readers=about["readers"],
            publishes=about["publishes"], opens_at=opened, closes_at=opened + timedelta(days=about["days_open"]),
        )  # fmt: skip
        set_stages(campaign, [_stage(stage, opened) for stage in about["stages"]], DEMO)
        for board in described["boards"]:
            _make_board(campaign, board, opened)
    db.session.commit()


def _stage(stage: dict[str, Any], opened: datetime) -> Stage:
    first, last = (opened + timedelta(days=stage[key]) for key in ("from_day", "to_day"))
    return Stage(stage["title"], first.date(), last.date())


def _make_board(campaign: Campaign, entry: dict[str, Any], opened: datetime) -> None:
    """A board on its first day, with its draft where it has one; days are counted from the campaign's first."""
    first, last = (
        opened + timedelta(days=entry[key]) if key in entry else None
        for key in ("open_from_day", "open_to_day")
    )
    with fixed(first or opened):
        board = create_board(
            campaign, entry["slug"], entry["title"], BoardKind(entry["kind"]), DEMO,
            description=entry["description"], who_may_post=WhoMayPost(entry["who_may_post"]),
            moderation=ModerationMode(entry["moderation"]), opens_at=first, closes_at=last,
        )  # fmt: skip
        if "text" in entry:
            create_consultation(board, entry["text"], DEMO, least_days=LEAST_DAYS)


def load_opinions(keys: Keys, zone: ZoneInfo) -> int:
    """All opinions of the demo with what became of each, its day reckoned by `zone`; how many. Those that are there already stay one."""
    entries = [*content("opinions.json"), *content("drafts.json")]
    present = now()
    for start in range(0, len(entries), CHUNK):
        for entry in entries[start : start + CHUNK]:
            _load(entry, present, keys, zone)
        db.session.commit()
    _publish_tables(present)
    return len(entries)


def _publish_tables(present: datetime) -> None:
    """Publish what became of the opinions on drafts that are over, on the day of the demo's plan."""
    about = content("campaign.json")
    opened = present - timedelta(days=about["campaign"]["days_open"] - 29)
    for entry in about["boards"]:
        consultation = consultation_of(_board(entry["slug"])) if "published_day" in entry else None
        if consultation is not None and consultation.outcome_published_at is None:
            with fixed(opened + timedelta(days=entry["published_day"])):
                publish_outcomes(consultation, _OFFICE)
    db.session.commit()


def _load(entry: dict[str, Any], present: datetime, keys: Keys, zone: ZoneInfo) -> None:
    submitted = present - timedelta(days=entry["days_ago"])
    with fixed(submitted):
        receipt = submit(_draft(entry), _board(entry["board"]), DEMO, keys)
    if not receipt.new:
        return
    opinion = receipt.opinion
    if entry["author"]:
        opinion.author_key = "n:" + keyed_hash(keys.lookup, "author", entry["author"])
    db.session.flush()
    if entry["outcome"] != "waiting":
        with fixed(submitted + DECIDED_AFTER):
            promised = present - submitted <= PROMISED_FOR
            due_on = answer_due(opinion, WORKING_DAYS, zone) if promised else None
            decide(opinion, _choice(entry, opinion, due_on), _MODERATOR)
    _support(opinion, entry["supports"], submitted + DECIDED_AFTER)
    if entry["reply"]:
        _reply(opinion, entry["reply"], submitted)
    if entry.get("adoption"):
        outcome = AdoptionOutcome(entry["adoption"]["outcome"])
        record_outcome(opinion, outcome, entry["adoption"]["reason"], NONE_YET, _OFFICE)


def _board(slug: str) -> Board:
    board = board_by_slug(slug)
    assert board is not None, slug
    return board


def _draft(entry: dict[str, Any]) -> Draft:
    return Draft(
        title=entry["title"],
        body=entry["body"],
        form_key=entry["external_id"],
        unit=unit_by_path(entry["unit"]) if entry["unit"] else None,
        topic=topic_by_path(entry["topic"]) if entry["topic"] else None,
        visibility=Visibility(entry["visibility"]),
        about_unit=entry["about_unit"],
        group=ParticipantGroup(entry["group"]) if entry["group"] else None,
    )


def _choice(entry: dict[str, Any], opinion: Opinion, due_on: date | None) -> Choice:
    whole = opinion.case.words
    return Choice(
        action=_ACTIONS[entry["outcome"]],
        version=opinion.version,
        unit=unit_by_path(entry["unit"]) if entry["unit"] and not entry["about_unit"] else None,
        topic=topic_by_path(entry["topic"]) if entry["topic"] else None,
        masks=tuple(place for place in find_personal_data(whole) if place.confidence >= CERTAIN),
        reason=RejectionReason(entry["reason"]) if entry["reason"] else None,
        note=entry["note"] or "",
        due_on=due_on,
    )


def _support(opinion: Opinion, count: int, at: datetime) -> None:
    if not count:
        return
    rows = [{"opinion_id": opinion.id, "person_key": f"v:demo-{number}", "at": at} for number in range(count)]
    db.session.execute(insert(Support), rows)
    change_support_count(opinion.id, count)


def _reply(opinion: Opinion, reply: dict[str, Any], submitted: datetime) -> None:
    officer = Actor(name="demo", grants=frozenset({Grant(Role.OFFICER, reply["unit"])}))
    with fixed(submitted + timedelta(days=reply["days_after"])):
        publish_reply(save_draft(opinion, reply["body"], NO_DRAFT, officer), officer)
