"""Similar opinions while somebody writes: the time of one question to an index of N documents, and what it finds.

    .venv/bin/python -m bench.similar --sizes 2000,200000 [--postgresql] [--data FOLDER]

Documents are synthetic growth of real text (`bench.growth`); half of the questions are copies of stored ones, changed a
little. Times are CPU of this process and, with PostgreSQL (on this machine, named by TEST_DATABASE_URL), of its server
process: clocks lie on a machine that does other work.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text as sql

from bench.databases import empty_database, version
from bench.growth import grown
from bench.server import portal_environment
from portal import create_app
from portal.analysis.records import Message
from portal.config import read_settings
from portal.core.db import db, is_sqlite
from portal.opinions.indexing import KIND
from portal.opinions.similar import similar_targets
from portal.search.operations import Entry, store_many

QUESTIONS = 200
_SEED = 20261125
_OFTEN = "的一是不了人在有我他这个们中来上大为和国地到以说时要就出会"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody has written so far; `copied` is the document that it is a changed copy of, if of one."""

    title: str
    body: str
    copied: int | None


def main() -> None:
    """Fill a database of each size, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="2000,20000,200000")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument(
        "--data", type=Path, help="folder of real messages; without it the benchmark's grammar"
    )
    given = parser.parse_args()
    kind = "postgresql" if given.postgresql else "sqlite"
    print(
        "| documents | database | median ms | p95 ms | slowest ms | copies found first |\n|---|---|---|---|---|---|"
    )
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder, empty_database(kind, Path(folder)) as url:
            print(_line(size, url, Path(folder), given.data), flush=True)


def _line(size: int, url: str, folder: Path, data: Path | None) -> str:
    app = create_app(read_settings(portal_environment(folder, url)))
    with app.app_context():
        upgrade()
        kept = _fill(size, data)
        taken, first, copies = [], 0, 0
        for question in _questions(kept, data):
            began = _cpu()
            found = similar_targets(question.title, question.body)
            taken.append(1000 * (_cpu() - began))
            copies += question.copied is not None
            first += question.copied is not None and found[:1] == [question.copied]
        db.session.remove()
    taken.sort()
    median, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    return f"| {size:,} | {version(url)} | {median:.0f} | {p95:.0f} | {taken[-1]:.0f} | {first} of {copies} |"


def _fill(size: int, data: Path | None) -> dict[int, Message]:
    """Store `size` documents; some of them, by number."""
    chance, kept = random.Random(_SEED), {}

    def entries() -> Iterable[Entry]:
        for number, message in enumerate(grown(size, data)):
            if chance.random() < 2 * QUESTIONS / size:
                kept[number] = message
            yield Entry(KIND, number, datetime(2026, 1, 1, tzinfo=UTC), f"{message.title}\n{message.body}")

    store_many(entries())
    db.session.commit()
    if not is_sqlite():
        db.session.execute(sql("ANALYZE search_document"))
        db.session.commit()
    return kept


def _questions(kept: dict[int, Message], data: Path | None) -> list[Question]:
    chance = random.Random(_SEED)
    copied = chance.sample(sorted(kept), min(QUESTIONS // 2, len(kept)))
    copies = [Question(kept[number].title, _changed(chance, kept[number].body), number) for number in copied]
    others = [Question(one.title, one.body, None) for one in grown(QUESTIONS // 2, data, seed=_SEED)]
    asked = copies + others
    chance.shuffle(asked)
    return asked


def _changed(chance: random.Random, body: str) -> str:
    """The text with one character in twenty replaced."""
    return "".join(chance.choice(_OFTEN) if chance.random() < 0.05 else char for char in body)


def _cpu() -> float:
    """CPU seconds that this process has used, and the server process that works for it."""
    seconds = time.process_time()
    if is_sqlite():
        return seconds
    number = db.session.execute(sql("SELECT pg_backend_pid()")).scalar_one()
    times = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[11:13]
    return seconds + sum(map(int, times)) / _TICKS


if __name__ == "__main__":
    main()
