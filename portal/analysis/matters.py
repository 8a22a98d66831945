"""Matters: groups of opinions about one thing at one place, with title, keywords, quotes and heat."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from portal.analysis.descriptions import Reading, described
from portal.analysis.heat import last_moment
from portal.analysis.linkage import link
from portal.analysis.named_groups import with_named
from portal.analysis.names import Names
from portal.analysis.neighbours import neighbour_pairs
from portal.analysis.records import Known, Matter, Message, Previous
from portal.analysis.second_look import Bonds, bound_groups
from portal.analysis.spread import kept_processes
from portal.analysis.stability import change, free_id, matched, with_kept
from portal.analysis.terms import Corpus, read
from portal.analysis.themes import Themes
from portal.analysis.told_apart import Letters, told_apart
from portal.analysis.vectors import (
    Counts,
    Matrix,
    Vectors,
    body_vectors,
    counted,
    rarity,
    term_weights,
    whole_vectors,
    with_places,
)

CUT = 0.15
_FLOOR = 0.07  # neighbours less alike than this never lead to a matter
_NEIGHBOURS = 15
Progress = Callable[[float], None]


def read_groups(messages: Sequence[Message]) -> list[list[int]]:
    """The rows of each matter among `messages`: sorted, in the order of their first rows."""
    return _reading(messages, lambda _: None)[1]


def _reading(messages: Sequence[Message], progress: Progress) -> tuple[Reading, list[list[int]]]:
    """Read every matter once, however often it was sent, so that another copy changes nothing among the others.

    Returns what was read, and the groups (row numbers, sorted) that were found in it.
    """
    corpus, vector = read(messages, lambda done: progress(done * 0.4))
    copies: list[list[int]] = [[] for _ in range(len(corpus))]
    for row, number in enumerate(vector.tolist()):
        copies[number].append(row)
    counts = counted(corpus)
    rare = rarity(counts)
    weights = term_weights(corpus.terms, rare)
    body = body_vectors(counts, weights)
    bonds = Bonds(counts, body, weights)
    linked = _linked(counts, weights, body, bonds)
    progress(0.7)
    firsts = [messages[same[0]] for same in copies]
    groups = _named(bound_groups(linked, bonds), corpus, counts, firsts, bonds)
    groups = told_apart(groups, bonds, Letters(firsts))
    progress(0.8)
    rows = whole_vectors(counts, weights, body)
    groups = _with_copies(groups, copies, rows)
    return Reading(rows, vector, corpus.terms, rare, counts.levels[2:], corpus.keys[2:]), groups


def _linked(counts: Counts, weights: NDArray[np.float32], body: Matrix, bonds: Bonds) -> list[list[int]]:
    # Made once more for what is said of the matters: a second of work, and names are looked for without its memory.
    whole = whole_vectors(counts, weights, body)
    pairs = neighbour_pairs(with_places(whole, counts.levels), _NEIGHBOURS, _FLOOR, bonds.bind)
    return link(Vectors(whole, body), pairs, counts.levels, CUT)


def _named(
    groups: list[list[int]], corpus: Corpus, counts: Counts, firsts: Sequence[Message], bonds: Bonds
) -> list[list[int]]:
    names = Names(corpus, counts, firsts)
    return with_named(groups, names, Themes(names, counts), partial(bound_groups, bonds=bonds))


def _with_copies(groups: list[list[int]], copies: Sequence[list[int]], rows: Matrix) -> list[list[int]]:
    """The groups in rows of the messages; one text sent twice is a group by itself, if it has any word."""
    grouped = {number for group in groups for number in group}
    says_something = np.diff(rows.indptr) > 0
    alone = [
        [number]
        for number, same in enumerate(copies)
        if len(same) > 1 and number not in grouped and says_something[number]
    ]
    return sorted(sorted(row for number in group for row in copies[number]) for group in (*groups, *alone))


@kept_processes()
def find_matters(
    messages: Sequence[Message], progress: Progress, previous: Previous | None = None
) -> list[Matter]:
    """The matters among `messages` (in a fixed order of their own): pinned ones, then the hottest first."""
    reading, found_groups = _reading(messages, progress)
    place = {message.id: row for row, message in enumerate(messages)}
    groups = [[messages[row].id for row in group] for group in found_groups]
    known = previous.matters if previous else ()
    before = previous.opinion_ids if previous else frozenset()
    groups = with_kept(groups, known, before, set(place))
    continued = matched(dict(enumerate(groups)), known, before)
    taken = {one.id for one in known}
    found = []
    rows = [[place[opinion] for opinion in group] for group in groups]
    for number, matter in enumerate(described(messages, reading, rows, last_moment(messages))):
        one = continued.get(number)
        matter = replace(matter, id=one.id if one else free_id("M", groups[number], taken))
        found.append(_continued(matter, one) if previous else matter)
    return sorted(
        found, key=lambda matter: _rank([messages[place[one]] for one in matter.opinion_ids], matter)
    )


def _continued(matter: Matter, before: Known | None) -> Matter:
    """The matter with what people made of it, and how it changed."""
    matter = replace(matter, change=change(len(matter.opinion_ids), before))
    if before is None:
        return matter
    return replace(
        matter,
        title=before.title if before.renamed else matter.title,
        previous_count=len(before.opinion_ids),
        renamed=before.renamed,
        merged=before.merged,
        pinned=before.pinned,
    )


def _rank(members: Sequence[Message], matter: Matter) -> tuple[bool, float, float, float, str]:
    """Pinned ones, then distinct authors (an unsigned opinion is half a one), recency, seconders, the id."""
    last = last_moment(members)
    recent = last.timestamp() if last else float("-inf")
    return (
        not matter.pinned,
        -(matter.distinct_authors + matter.unsigned / 2),
        -recent,
        -sum(message.support for message in members),
        matter.id,
    )
