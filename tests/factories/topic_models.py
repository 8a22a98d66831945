"""Topic models for tests, learned from made-up messages and in use. They commit."""

from portal.analysis.topic_training import train
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.moderation.learned_topics import MadeModel, ModelSource, record_model
from portal.moderation.model_files import keep_files
from tests.analysis.labelled import labelled


def use_model(count: int = 45) -> str:
    """A model of `count` made-up messages of three topics, in use; its SHA-256."""
    texts, topics = zip(*labelled(count), strict=True)
    model = train(texts, topics)
    sha256 = keep_files(model)
    record_model(MadeModel(sha256, ModelSource.FILE, model.training_hash, count, model.metrics), SYSTEM)
    db.session.commit()
    return sha256
