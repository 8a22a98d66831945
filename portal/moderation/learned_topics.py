"""The topic models of this site: what they learn from, where they lie, which one is in use."""

from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from portal.audit.operations import record
from portal.core.clock import now
from portal.core.db import db
from portal.core.rights import Actor
from portal.moderation.models import Decision, TopicModelRecord
from portal.opinions.models import Opinion
from portal.opinions.states import COUNTED
from portal.taxonomy.models import Topic


class ModelSource(StrEnum):
    """Where a model comes from."""

    DECISIONS = "decisions"
    FILE = "file"


class MadeModel(NamedTuple):
    """A model that was made: the SHA-256 of its manifest, what it was learned from, and how good it is."""

    sha256: str
    source: ModelSource
    training_hash: str
    labels: int
    metrics: dict[str, Any]


class Labelled(NamedTuple):
    """A text as others than moderators may read it, and the first-level topic that a moderator gave it."""

    text: str
    topic: str


def models_folder(instance_dir: Path) -> Path:
    """Where the models of the instance lie; made where it is missing."""
    folder = instance_dir / "topic-models"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def model_path(instance_dir: Path, sha256: str) -> Path:
    """Where the model with that SHA-256 lies."""
    return models_folder(instance_dir) / f"{sha256}.npz"


def model_in_use() -> TopicModelRecord | None:
    """The model that suggests topics; None: the lexicon does."""
    newest = select(TopicModelRecord).where(TopicModelRecord.retired_at.is_(None))
    return db.session.scalar(newest.order_by(TopicModelRecord.id.desc()).limit(1))


def _decided() -> Any:
    """Counted opinions to which a moderator's decision gave a topic."""
    decided = select(Decision.opinion_id).where(Decision.topic_id.is_not(None))
    return Opinion.id.in_(decided) & Opinion.state.in_(COUNTED) & Opinion.topic_id.is_not(None)


def decided_count() -> int:
    """How many opinions there are to learn from."""
    return db.session.scalar(select(func.count()).select_from(Opinion).where(_decided())) or 0


def decided_texts() -> list[Labelled]:
    """What there is to learn from. Texts are the masked ones: a model must not keep what the public may not read."""
    query = (
        select(Opinion.title, Opinion.body, Topic.path)
        .join(Topic, Topic.id == Opinion.topic_id)
        .where(_decided())
        .order_by(Opinion.id)
    )
    return [
        Labelled(f"{title}\n{body}", path.partition("/")[0])
        for title, body, path in db.session.execute(query)
    ]


def newest_from_decisions() -> TopicModelRecord | None:
    """The last model that was learned from decisions, whether it came into use or not."""
    learned = select(TopicModelRecord).where(TopicModelRecord.source == ModelSource.DECISIONS)
    return db.session.scalar(learned.order_by(TopicModelRecord.id.desc()).limit(1))


def record_model(made: MadeModel, actor: Actor, *, used: bool = True) -> TopicModelRecord:
    """Record a model whose files lie in the instance folder; where it is `used`, it suggests topics from now on."""
    moment = now()
    found = TopicModelRecord(**made._asdict(), made_at=moment, retired_at=None if used else moment)
    db.session.add(found)
    db.session.flush()
    record(
        actor, "topic_model_made", "topic_model", found.id, sha256=made.sha256, labels=made.labels, used=used
    )  # fmt: skip
    return found


def retire_models(actor: Actor) -> int:
    """Let the lexicon suggest topics again; how many models were in use or in reserve."""
    done = db.session.execute(
        update(TopicModelRecord)
        .where(TopicModelRecord.retired_at.is_(None))
        .values(retired_at=now())
        .returning(TopicModelRecord.id)
        .execution_options(synchronize_session=False)
    ).all()
    for (number,) in done:
        record(actor, "topic_model_retired", "topic_model", number)
    return len(done)
