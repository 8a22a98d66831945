"""Rows of an import made ready to be written: cleaned, masked, rendered. Needs no database, so it runs in parallel.

Masking and rendering take as long as writing does; on a machine of two cores or more the two go on side by side.
"""

import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any
from zoneinfo import ZoneInfo

from portal.analysis.personal_data import Found, find_personal_data, mask
from portal.core.crypto import keyed_hash
from portal.core.ids import public_id
from portal.core.tables import Row, Table
from portal.core.text import clean_line, excerpt, paragraphs
from portal.opinions.imports import OpinionRow, RowRefused, opinion_row
from portal.opinions.operations import CERTAIN

CHUNK = 500
MADE_TITLE = 30
# Below this many rows, starting other processes takes longer than they save.
_WORTH_IT = 2_000
_MOST_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a row depends on: the site's zone, the present, the key of author names, and `is_refused_list`."""

    zone: ZoneInfo
    moment: datetime
    lookup_key: str
    guarded: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row with all that follows from it alone. `case_title` and `case_body` are the original, never masked."""

    row: OpinionRow
    public_id: str
    case_title: str
    title: str
    body: str
    body_html: str
    excerpt: str
    ranges: list[list[Any]]
    author_key: str | None
    reply: str
    reply_html: str


def prepared_chunks(table: Table, reading: Reading, total: int) -> Iterator[list[tuple[Row, Prepared | str]]]:
    """The rows of `table` in its order, `CHUNK` at a time, each with what it became or why it is refused.

    At most a few chunks are in memory. `total` decides whether other processes help.
    """
    chunks = iter(lambda: list(islice(table, CHUNK)), [])
    with _executor(total) as executor:
        if executor is None:
            for rows in chunks:
                yield list(zip(rows, prepare(rows, reading), strict=True))
            return
        ahead: deque[tuple[list[Row], Future[list[Prepared | str]]]] = deque()
        for rows in chunks:
            ahead.append((rows, executor.submit(prepare, rows, reading)))
            if len(ahead) > _MOST_PROCESSES:
                yield _next(ahead)
        while ahead:
            yield _next(ahead)


def _next(ahead: deque[tuple[list[Row], Future[list[Prepared | str]]]]) -> list[tuple[Row, Prepared | str]]:
    rows, future = ahead.popleft()
    return list(zip(rows, future.result(), strict=True))


@contextmanager
def _executor(total: int) -> Iterator[Executor | None]:
    processes = min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))
    if total < _WORTH_IT or processes < 2:
        yield None
        return
    # Spawned, not forked: a connection to the database must not be shared with a child.
    executor = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    # Ctrl-C reaches every process of the terminal; the one that writes decides what follows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def prepare(rows: list[Row], reading: Reading) -> list[Prepared | str]:
    """What each row becomes, or the reason why it is refused, in the interface's language."""
    return [_prepared_or_reason(row, reading) for row in rows]


def _prepared_or_reason(row: Row, reading: Reading) -> Prepared | str:
    try:
        return _prepared(opinion_row(row, reading.zone, reading.moment, guarded=reading.guarded), reading)
    except RowRefused as refusal:
        return str(refusal)


def _prepared(row: OpinionRow, reading: Reading) -> Prepared:
    case_title = row.title or _made_title(row.body)
    whole = f"{case_title}\n{row.body}"
    found = _certain(whole)
    masked = mask(whole, found) if found else whole
    body = masked[len(case_title) + 1 :]
    reply = mask(row.reply, _certain(row.reply)) if row.reply else ""
    return Prepared(
        row=row,
        public_id=public_id(),
        case_title=case_title,
        title=masked[: len(case_title)],
        body=body,
        body_html=paragraphs(body),
        excerpt=excerpt(body),
        ranges=[[place.start, place.end, place.kind] for place in found],
        author_key="n:" + keyed_hash(reading.lookup_key, "author", row.author) if row.author else None,
        reply=reply,
        reply_html=paragraphs(reply),
    )


def _certain(text: str) -> list[Found]:
    return [place for place in find_personal_data(text) if place.confidence >= CERTAIN]


def _made_title(body: str) -> str:
    # Masked before it is cut: half of a telephone number would no longer be known for one.
    start = clean_line(body[: MADE_TITLE * 5])
    return mask(start, _certain(start))[:MADE_TITLE].strip()
