"""`flask analyse topics …`: train, try and use a topic model on tables, with no database."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.core.commands import json_option, map_option, print_json, sentences, spare
from portal.core.csv_file import write_csv
from portal.core.tables import read_table
from portal.core.text import clean_line
from portal.digests.analyse_cli import group
from portal.digests.analyse_input import Input
from portal.digests.columns import COLUMNS
from portal.taxonomy.operations import default_topics

topics = AppGroup("topics", help="Which topic a message is about, learned from labelled messages.")
group.add_command(topics)

_FILE = click.Path(path_type=Path)
_FIELDS = {"title": COLUMNS["title"], "text": ("text", *COLUMNS["body"]), "topic": COLUMNS["topic"]}


@dataclass(slots=True)
class _Labelled:
    """The usable rows of a table: their numbers in the spreadsheet, texts, and topics."""

    numbers: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    def pairs(self) -> list[tuple[str, str]]:
        """(text, topic) of each row."""
        return list(zip(self.texts, self.topics, strict=True))


@topics.command("evaluate")
@click.option("--train", "known", type=_FILE, required=True, help="Labelled messages to learn from.")
@click.option("--test", "asked", type=_FILE, required=True, help="Labelled messages to be tried on.")
@click.option("--predictions", type=_FILE, help="Write row, topic1, p1, topic2, p2 of the test rows here.")
@map_option
@json_option
def evaluate_command(
    known: Path, asked: Path, predictions: Path | None, mapping: dict[str, str], as_json: bool
) -> None:
    """Train on one table (text, topic), test on another.

    `auto_accept_at_97` is the share of the test rows that a threshold chosen on the training rows alone accepts, meant for 97 %
    precision; `auto_accept` says the precision reached, and `widest` the most that any threshold could accept. In the
    table of predictions `row` counts as the spreadsheet does: the header is 1.
    """
    from portal.analysis.topic_evaluation import evaluate

    with sentences():
        spare((known, asked), [predictions] if predictions else [])
        trained, tested = _read(known, mapping), _read(asked, mapping)
        if not tested.texts:
            raise click.ClickException(_("测试表里没有带类别的意见。"))
        started = time.perf_counter()
        result = evaluate(trained.pairs(), tested.pairs(), default_topics())
        seconds = round(time.perf_counter() - started, 3)
        if predictions:
            rows = [
                [str(number), *[part for one in found for part in (one.topic, f"{one.probability:.6f}")]]
                for number, found in zip(tested.numbers, result.candidates, strict=True)
            ]
            write_csv(predictions, ("row", "topic1", "p1", "topic2", "p2"), rows)
    figures = result.figures
    note = _strength(figures["decided_by"] == "lexicon", figures["weak"], figures["n_train"])
    if as_json:
        print_json(figures | {"seconds": seconds, "note": note})
        return
    for name in ("macro_f1", "accuracy", "top2", "auto_accept_at_97", "ece"):
        click.echo(f"{name}\t{figures[name]}")
    click.echo(f"precision_of_accepted\t{figures['auto_accept']['test_precision']}")
    click.echo(note)


@topics.command("train")
@click.argument("file", type=_FILE)
@click.option(
    "--out", "model", type=_FILE, required=True, help="Where to write the model; MODEL.json beside it."
)
@map_option
@json_option
def train_command(file: Path, model: Path, mapping: dict[str, str], as_json: bool) -> None:
    """Train on the labelled messages of FILE (csv or xlsx with text, topic) and save the model.

    The SHA-256 that is printed is to be recorded: `predict --recorded` accepts no other model.
    """
    from portal.analysis.topic_store import manifest_path, save
    from portal.analysis.topic_training import TooFewLabels, train

    with sentences():
        spare([file], (model, manifest_path(model)))
        source = _read(file, mapping)
        try:
            learned = train(source.texts, source.topics, default_topics())
        except TooFewLabels:
            raise click.ClickException(
                _("带类别的意见太少，学不出来：至少要有两个类别。现在由词表判断类别。")
            ) from None
        recorded = save(learned, model)
    note = _strength(False, learned.metrics["weak"], len(source.texts))
    if as_json:
        print_json(
            {"model": str(model), "manifest": str(manifest_path(model)), "sha256": recorded, "note": note,
             "training_hash": learned.training_hash, "metrics": learned.metrics}
        )  # fmt: skip
        return
    click.echo(f"{model}\nSHA-256 {recorded}\n{note}")


@topics.command("predict")
@click.argument("model", type=_FILE)
@click.argument("file", type=_FILE)
@click.option("--recorded", help="SHA-256 that the model's manifest must have.")
@map_option
@json_option
def predict_command(
    model: Path, file: Path, recorded: str | None, mapping: dict[str, str], as_json: bool
) -> None:
    """Say the two likeliest topics of each message of FILE (csv or xlsx with text)."""
    from portal.analysis.topic_store import load

    with sentences(), _refusals():
        learned = load(model, recorded)
        source = _read(file, mapping, labelled=False)
        found = learned.candidates(source.texts)
    rows = [
        {"row": number, "candidates": [{"topic": one.topic, "p": round(one.probability, 6)} for one in best]}
        for number, best in zip(source.numbers, found, strict=True)
    ]
    note = _strength(False, learned.metrics["weak"], learned.metrics["n_train"])
    if as_json:
        print_json({"rows": rows, "weak": learned.metrics["weak"], "note": note})
        return
    for number, best in zip(source.numbers, found, strict=True):
        click.echo("\t".join([str(number), *(f"{one.topic} {one.probability:.2f}" for one in best)]))
    click.echo(note, err=True)


def _read(path: Path, mapping: Mapping[str, str], *, labelled: bool = True) -> _Labelled:
    """The rows of a table that have a text and, where asked for, a topic; the others are reported."""
    fields = _FIELDS if labelled else {name: _FIELDS[name] for name in ("title", "text")}
    wanted = {name: header for name, header in mapping.items() if labelled or name != "topic"}
    source = Input(
        read_table(path, fields, required=[name for name in fields if name != "title"], mapping=wanted),
        ("text", "title"),
    )
    read = _Labelled()
    for _identifier, row in source:
        topic = clean_line(row.values.get("topic", "")).strip(" /")
        if labelled and not topic:
            source.refused.append((row.number, _("没有类别")))
            continue
        read.numbers.append(row.number)
        read.texts.append(f"{row.values['title']}\n{row.values['text']}".strip())
        read.topics.append(topic)
    source.report()
    return read


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in a sentence why a model is not used."""
    from portal.analysis.topic_store import ModelRefused

    try:
        yield
    except ModelRefused as error:
        sentences_of = {
            "changed": _("这个模型与记录的校验值不符，可能被改动过，不能使用。"),
            "unreadable": _("这不是可用的类别模型。"),
        }
        raise click.ClickException(sentences_of[error.reason]) from None


def _strength(by_lexicon: bool, weak: bool, count: int) -> str:
    """How far the result can be trusted, as a sentence."""
    if by_lexicon:
        return _("没有可学的带类别意见，由词表判断，结果仅供参考。")
    if weak:
        return _("只有 %(count)s 条带类别的意见，模型还不可靠，请人工核对。", count=count)
    return _("模型由 %(count)s 条带类别的意见学成。", count=count)
