"""Suggesting topics and learning them from decisions, in the job runner; numpy is loaded only there."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from portal.analysis.topics import OTHER, topic_of, topic_within
from portal.core.db import db, reading
from portal.core.rights import Actor
from portal.jobs.operations import enqueue
from portal.jobs.queries import is_under_way
from portal.moderation.learned_topics import (
    MadeModel,
    ModelSource,
    decided_count,
    decided_texts,
    model_in_use,
    newest_from_decisions,
    record_model,
)
from portal.moderation.model_files import keep_files, loaded_model
from portal.moderation.models import TopicModelRecord
from portal.moderation.suggestions import Chance, keep_suggestion, topic_in_use, without_suggestion
from portal.taxonomy.queries import topic_paths

if TYPE_CHECKING:
    from portal.analysis.topic_model import Candidate, TopicModel

TRAINING = "topic_training"
BATCH = 100
# Learn anew when there is so much more to learn from; each time costs up to a minute of a processor.
_GROWTH = 1.25
_RUNNER = Actor(name="job runner")


def suggest() -> int:
    """Store suggested topics for opinions that came in; how many. Commits batch by batch."""
    done = 0
    while True:
        with reading():
            rows = [tuple(row) for row in without_suggestion(BATCH)]
            used = model_in_use() if rows else None
            model_id, sha256 = (used.id, used.sha256) if used else (None, None)
            db.session.rollback()
        if not rows:
            return done
        model = loaded_model(sha256)
        found = _likeliest([(title, body) for _id, title, body in rows], model)
        for (opinion_id, _title, _body), chances in zip(rows, found, strict=True):
            keep_suggestion(opinion_id, _known(chances), model_id if model else None)
        db.session.commit()
        done += len(rows)


def _likeliest(texts: Sequence[tuple[str, str]], model: "TopicModel | None") -> list[list[tuple[str, float]]]:
    """The two likeliest topics of each (title, body), as paths, with the chances of their first levels."""
    from portal.analysis.topic_model import best, lexicon_chances, lexicon_classes

    if model is not None:
        found = model.candidates([f"{title}\n{body}" for title, body in texts])
    else:
        classes = lexicon_classes()
        found = best(classes, lexicon_chances(texts, classes))
        silent = [topic_of(title, body) == OTHER for title, body in texts]
        found = [[] if nothing else one for nothing, one in zip(silent, found, strict=True)]
    return [list(_deepened(title, body, one)) for (title, body), one in zip(texts, found, strict=True)]


def _deepened(title: str, body: str, found: Sequence["Candidate"]) -> Iterator[tuple[str, float]]:
    for one in found:
        yield topic_within(one.topic, title, body), one.probability


def _known(chances: Sequence[tuple[str, float]]) -> list[Chance]:
    """Those of the topics that this site has, each once."""
    found: dict[int, float] = {}
    for path, chance in chances:
        number = topic_in_use(path)
        if number is not None:
            found.setdefault(number, chance)
    return [Chance(number, chance) for number, chance in found.items()]


def plan_training() -> bool:
    """Ask for a model of the decisions where there are enough that none has learned from; whether it did. Commits.

    A model that a person brought from a file stays in use until a person says otherwise.
    """
    from portal.analysis.topic_model import FEW

    with reading():
        used, last, labels = model_in_use(), newest_from_decisions(), decided_count()
        enough = labels >= (last.labels * _GROWTH if last else FEW)
        due = enough and (used is None or used.source == ModelSource.DECISIONS) and not is_under_way(TRAINING)
        db.session.rollback()
    if due:
        enqueue(TRAINING, {}, _RUNNER)
        db.session.commit()
    return due


def train(job_id: str, arguments: dict[str, Any], progress: Callable[[int], None]) -> None:
    """Learn topics from the moderators' decisions; see `learn_from_decisions`."""
    learn_from_decisions(_RUNNER)


def learn_from_decisions(actor: Actor) -> TopicModelRecord:
    """A model of the moderators' decisions, in use where it beats the lexicon; handed to the session, not committed.

    Both are measured on decisions that the model did not learn from; `metrics["lexicon"]` are the lexicon's figures.
    Raises TooFewLabels.
    """
    from portal.analysis.topic_evaluation import lexicon_figures
    from portal.analysis.topic_training import train as learned_from

    with reading():
        labelled, names = decided_texts(), topic_paths()
        db.session.rollback()
    model = learned_from([one.text for one in labelled], [one.topic for one in labelled], names)
    plain = lexicon_figures(labelled, model.classes)
    metrics = model.metrics | {"lexicon": plain}
    made = MadeModel(keep_files(model), ModelSource.DECISIONS, model.training_hash, len(labelled), metrics)
    return record_model(made, actor, used=metrics["macro_f1"] > plain["macro_f1"])
