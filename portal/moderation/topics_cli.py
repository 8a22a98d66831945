"""`flask topic-models`: what suggests topics to moderators."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from sqlalchemy import select

from portal.core.commands import json_option, print_json, sentences
from portal.core.db import db, reading
from portal.core.errors import PortalError
from portal.core.rights import SYSTEM
from portal.moderation.learned_topics import MadeModel, ModelSource, model_in_use, record_model, retire_models
from portal.moderation.model_files import keep_files
from portal.moderation.models import TopicModelRecord
from portal.moderation.suggestions import agreement
from portal.moderation.topics_jobs import learn_from_decisions

group = AppGroup("topic-models", help="What suggests topics to moderators.")


@group.command("train")
@json_option
def train_command(as_json: bool) -> None:
    """Learn from the moderators' decisions, and use the model where it is better than the lexicon."""
    from portal.analysis.topic_training import TooFewLabels

    with sentences():
        try:
            made = learn_from_decisions(SYSTEM)
        except TooFewLabels:
            raise PortalError(
                _("审核时定过类别的意见太少，学不出来：至少要有两个类别。现在由词表提建议。")
            ) from None
        db.session.commit()
        _show(made, as_json)


@group.command("use")
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--recorded", required=True, help="SHA-256 that `flask analyse topics train` printed.")
@json_option
def use_command(model: Path, recorded: str, as_json: bool) -> None:
    """Copy MODEL, made by `flask analyse topics train`, into the instance folder and let it suggest topics."""
    from portal.analysis.topic_store import ModelRefused, load

    with sentences():
        try:
            learned = load(model, recorded)
        except ModelRefused:
            raise PortalError(_("这不是记录了校验值的那个类别模型，不能使用。")) from None
        labels = int(learned.metrics["n_train"])
        sha256 = keep_files(learned)
        made = MadeModel(sha256, ModelSource.FILE, learned.training_hash, labels, learned.metrics)
        shown = record_model(made, SYSTEM)
        db.session.commit()
        _show(shown, as_json)


@group.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the models of this site, the newest first, and say how often moderators went the way of suggestions."""
    newest = select(TopicModelRecord).order_by(TopicModelRecord.id.desc())
    with reading():
        rows = [_as_json(one) for one in db.session.scalars(newest)]
        used, agreed = model_in_use(), agreement()
    if as_json:
        print_json({"models": rows, "in_use": used.sha256 if used else None, "agreement": agreed._asdict()})
        return
    for row in rows:
        click.echo("  ".join([row["made_at"], row["sha256"], row["source"], _sentence(row)]))
    if used is None:
        click.echo(_("现在由词表提建议。"))
    if agreed.decided:
        click.echo(_("有建议的%(decided)s条里，审核员定的大类与建议相同的有%(same)s条。", **agreed._asdict()))


@group.command("retire")
@json_option
def retire_command(as_json: bool) -> None:
    """Let the lexicon suggest topics again."""
    retired = retire_models(SYSTEM)
    db.session.commit()
    if as_json:
        print_json({"retired": retired})
    else:
        click.echo(_("已停用%(count)s个模型，现在由词表提建议。", count=retired))


def _show(made: TopicModelRecord, as_json: bool) -> None:
    row = _as_json(made)
    if as_json:
        print_json(row)
    else:
        click.echo(f"SHA-256 {row['sha256']}\n{_sentence(row)}")


def _sentence(row: dict[str, Any]) -> str:
    numbers = {"count": row["labels"], "score": f"{row['metrics']['macro_f1']:.3f}"}
    if row["retired_at"] is None:
        return _("由%(count)s条定过类别的意见学成，macro-F1 %(score)s，可以提建议。", **numbers)
    return _("由%(count)s条定过类别的意见学成，macro-F1 %(score)s，没有使用。", **numbers)


def _as_json(made: TopicModelRecord) -> dict[str, Any]:
    return {
        "sha256": made.sha256,
        "source": made.source,
        "training_hash": made.training_hash,
        "labels": made.labels,
        "metrics": made.metrics,
        "made_at": made.made_at.isoformat(timespec="seconds"),
        "retired_at": made.retired_at.isoformat(timespec="seconds") if made.retired_at else None,
    }
