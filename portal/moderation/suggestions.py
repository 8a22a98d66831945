"""Suggested topics: which opinions want one, what is kept, what the desk shows."""

import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from portal.core.clock import now
from portal.core.db import db
from portal.moderation.models import Decision, TopicSuggestion
from portal.opinions.models import Opinion
from portal.taxonomy.models import Topic
from portal.taxonomy.queries import topic_by_id, topic_by_path, trail

log = logging.getLogger(__name__)

# A candidate with a smaller chance only distracts.
_WORTH_SHOWING = 0.2


class Chance(NamedTuple):
    """A topic, as deep as the machine dares to go, and the chance that its first level is right."""

    topic_id: int
    chance: float


class Suggested(NamedTuple):
    """A suggested topic as the desk shows it; `percent` says how sure its first level is."""

    topic_id: int
    name: str
    percent: int


def without_suggestion(limit: int) -> list[Row[Any]]:
    """`id`, `title`, `body` (masked) of at most `limit` opinions that wait for a moderator and have none yet."""
    has_one = select(TopicSuggestion.opinion_id).where(TopicSuggestion.opinion_id == Opinion.id).exists()
    query = (
        select(Opinion.id, Opinion.title, Opinion.body)
        .where(text("opinion.needs_review"), ~has_one)
        .order_by(Opinion.submitted_at, Opinion.id)
        .limit(limit)
    )
    return list(db.session.execute(query))


def topic_in_use(path: str) -> int | None:
    """The id of the topic at `path`, or of the nearest above it that is in use."""
    while path:
        found = topic_by_path(path)
        if found is not None and found.active:
            return found.id
        path = path.rpartition("/")[0]
    return None


def keep_suggestion(opinion_id: int, chances: Sequence[Chance], model_id: int | None) -> None:
    """Store the likeliest topics of an opinion (at most two; none: the machine has no idea), unless it has some."""
    if db.session.get(TopicSuggestion, opinion_id) is not None:
        return
    first, second = [*chances, None, None][:2]
    suggestion = TopicSuggestion(
        opinion_id=opinion_id,
        model_id=model_id,
        at=now(),
        first_id=first.topic_id if first else None,
        first_chance=first.chance if first else None,
        second_id=second.topic_id if second else None,
        second_chance=second.chance if second else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(suggestion)
    except IntegrityError:
        log.info("another runner was first to suggest topics for opinion %s", opinion_id)


def suggestions_for(opinion: Opinion) -> list[Suggested]:
    """What the desk suggests, the likeliest first; nothing that the opinion's topic says already."""
    kept = db.session.get(TopicSuggestion, opinion.id)
    if kept is None:
        return []
    chosen = trail(opinion.topic.path) if opinion.topic else []
    shown = []
    for number, chance in ((kept.first_id, kept.first_chance), (kept.second_id, kept.second_chance)):
        topic = topic_by_id(number) if number is not None else None
        if topic is None or chance is None or chance < _WORTH_SHOWING:
            continue
        if topic.active and topic.path not in chosen:
            shown.append(Suggested(topic.id, topic.path.replace("/", " / "), min(round(chance * 100), 99)))
    return shown


class Agreement(NamedTuple):
    """Of `decided` decisions on opinions with a suggestion, `same` gave a topic of the suggested first level."""

    decided: int
    same: int


def agreement() -> Agreement:
    """How often moderators' last decisions went the way of the first suggestion."""
    suggested, decided = aliased(Topic), aliased(Topic)
    last = select(func.max(Decision.id)).where(Decision.topic_id.is_not(None)).group_by(Decision.opinion_id)
    query = (
        select(suggested.path, decided.path, func.count())
        .join(TopicSuggestion, TopicSuggestion.first_id == suggested.id)
        .join(Decision, Decision.opinion_id == TopicSuggestion.opinion_id)
        .join(decided, decided.id == Decision.topic_id)
        .where(Decision.id.in_(last))
        .group_by(suggested.path, decided.path)
    )
    found = db.session.execute(query).all()
    same = sum(count for one, other, count in found if trail(one)[0] == trail(other)[0])
    return Agreement(sum(count for _one, _other, count in found), same)
