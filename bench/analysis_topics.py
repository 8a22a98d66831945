"""How well topics are found, by grouped folds of labelled messages: the engine, a plain LinearSVC, the lexicon.

Near-duplicates stay in one fold: random folds leak.
"""

import csv
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from portal.analysis.normalise import fold
from portal.analysis.topic_metrics import acceptance_at, figures
from portal.analysis.topic_model import lexicon_probabilities
from portal.analysis.topic_training import folds, near_duplicates, train
from portal.taxonomy.operations import default_topics

Floats = npt.NDArray[np.float64]

_LEAD = 25


def run(data_dir: Path) -> list[str]:
    """The figures of `messages_labelled.csv` as lines of a table; one line that says so where it is absent."""
    path = Path(data_dir) / "messages_labelled.csv"
    if not path.is_file():
        return [f"Topics: {path.name} is not in {data_dir}."]
    with path.open(encoding="utf-8-sig", newline="") as file:
        messages = [(row["text"], row["topic"]) for row in csv.DictReader(file)]
    texts, topics = [text for text, _ in messages], [topic for _, topic in messages]
    classes = sorted(set(topics))
    places = folds(near_duplicates(texts))
    found = {name: np.zeros((len(texts), len(classes))) for name in ("engine", "LinearSVC, char 1–3")}
    seconds = dict.fromkeys(found, 0.0)
    accepted = []
    for number in range(int(places.max()) + 1):
        known, asked = np.flatnonzero(places != number), np.flatnonzero(places == number)
        part = [texts[row] for row in known], [topics[row] for row in known], [texts[row] for row in asked]
        started = time.process_time()
        found["engine"][asked], threshold = _engine(*part)
        seconds["engine"] += time.process_time() - started
        started = time.process_time()
        found["LinearSVC, char 1–3"][asked] = _plain(*part)
        seconds["LinearSVC, char 1–3"] += time.process_time() - started
        chances = found["engine"][asked]
        right = np.array(
            [classes[at] == topics[row] for at, row in zip(chances.argmax(1), asked, strict=True)]
        )
        accepted.append(acceptance_at(threshold, chances.max(axis=1), right))
    started = time.process_time()
    found["lexicon, untrained"] = lexicon_probabilities(texts, classes)
    seconds["lexicon, untrained"] = time.process_time() - started
    lines = [_line(name, classes, chances, topics, seconds[name]) for name, chances in found.items()]
    share = np.mean([one.share for one in accepted])
    precision = np.mean([one.precision for one in accepted])
    return [
        f"Topics: {len(texts):,} messages, {len(classes)} topics, {int(places.max()) + 1} folds that keep near-duplicates together.",
        "",
        "| method | macro-F1 | accuracy | top 2 | widest at 97 % | ECE | CPU s |",
        "|---|---|---|---|---|---|---|",
        *lines,
        "",
        f"Accepted at the threshold that each fold's training chose: {share:.3f} of the messages, {precision:.3f} of these rightly.",
    ]


def _engine(texts: Sequence[str], topics: Sequence[str], asked: Sequence[str]) -> tuple[Floats, float]:
    model = train(texts, topics, default_topics())
    return model.probabilities(asked), model.metrics["auto_accept"]["threshold"]


def _plain(texts: Sequence[str], topics: Sequence[str], asked: Sequence[str]) -> Floats:
    """Character 1–3-grams with the lead said twice, into a LinearSVC: what anybody would write first."""
    terms = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, lowercase=False)
    machine = LinearSVC(random_state=0).fit(terms.fit_transform([_twice(text) for text in texts]), topics)
    scores: Floats = machine.decision_function(terms.transform([_twice(text) for text in asked]))
    return scores


def _twice(text: str) -> str:
    return f"{fold(text)} {fold(text[:_LEAD])}"


def _line(name: str, classes: Sequence[str], chances: Floats, topics: Sequence[str], seconds: float) -> str:
    told = figures(classes, chances, topics)
    # Margins of a LinearSVC and shares of the lexicon are no probabilities: how sure they are means nothing.
    calibrated = name == "engine"
    sure = [f"{told[key]:.3f}" if calibrated else "–" for key in ("widest_at_97", "ece")]
    return f"| {name} | {told['macro_f1']:.3f} | {told['accuracy']:.3f} | {told['top2']:.3f} | {' | '.join(sure)} | {seconds:.0f} |"


if __name__ == "__main__":
    print("\n".join(run(Path(__file__).resolve().parents[2] / "shared" / "data")))
