"""What messages that share a name are about: their strongest theme, and who of them speaks of it.

A word speaks for a theme by how much more often the theme's messages use it than others do: others of the same
district, so that what is merely local binds nobody. A message never vouches for itself: it is weighed by what the
others of the theme say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from portal.analysis.bearers import Bearers, Entries, Ints, Some, among, entries_of, numbered, spans
from portal.analysis.names import Names, is_thing
from portal.analysis.thing_words import MARK, names_of_things, things_in
from portal.analysis.usual import Usual
from portal.analysis.vectors import Counts

_NEEDED = 3.0  # of weight: a word that a tenth of the others use and one message in two hundred elsewhere
_SEED = 6.0
_SHARED = 0.15  # of the others must use a word before it counts for one
_ROUNDS = 6
# What counts otherwise than a word: a pair of characters beside the word that it is cut from, a thing told by several words.
_KINDS = {"#": 0.5, MARK: 1.4}
_USUAL = 55  # words of an ordinary message
_SHORT, _LONG = 0.25, 4.0
_BODY = 0.35  # a word of a long body counts less than one of the title: by this part of its usual length
_OTHERS_NAME = 0.34  # of a theme's messages that name places of a level: one who names others is not of it
_RARELY = 0.2
_WITHIN = 60  # messages in which words are looked for within longer ones
_BESIDE = 0.9  # of a word's uses right beside a name: from there on it is a part of the name
_BEFORE, _BEHIND = 4, 3  # characters
_START = 2  # characters by which words are looked for in a text
_TITLE, _TEXT, _WITHIN_WORDS = (
    2,
    1,
    0,
)  # where a word stands: in the title, in the body, within other words alone

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Circle:
    """Messages that share a name, and what they say besides the name that another of them says too.

    `said` are the words of each, sorted, numbered within the circle, with arrays beside it: the `chance` that a text as
    long as that one uses the word, for how much the place where it stands `counts`, and whether the message
    gives it weight (`telling`). `usual` is how often others use each word, `kinds` what a word of its kind counts.
    `places` are the keys of the four levels that each names.
    """

    rows: Ints
    said: Entries
    chance: Floats
    counts: Floats
    telling: Some
    usual: Floats
    kinds: Floats
    places: tuple[Entries, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def uses(self, members: Some) -> Ints:
        """How many of the members use each word."""
        return _uses(self.said, members, len(self.usual))

    def named(self, level: int, members: Some) -> tuple[int, Ints]:
        """How many of the members name a place of a level, and how many name each."""
        keys = self.places[level]
        held = members[keys.row]
        return int(np.count_nonzero(np.bincount(keys.row[held]))), _uses(
            keys, members, int(keys.what.max(initial=-1)) + 1
        )

    def placed(self, members: Some) -> int:
        """How many of the members name an area or a spot."""
        rows = np.concatenate([keys.row for keys in self.places[2:]])
        return int(np.count_nonzero(np.bincount(rows[members[rows]])))


def _uses(entries: Entries, members: Some, width: int) -> Ints:
    return np.bincount(entries.what[members[entries.row]], minlength=width)


class Themes:
    """Weighs what messages say against what all others of their kind say."""

    def __init__(self, names: Names, counts: Counts) -> None:
        self.names = names
        self._usual = Usual(counts, names.things)

    def circle(self, rows: Iterable[int], name: str, bearers: Bearers) -> Circle:
        """The circle of the rows that bear a name; all are among the bearers."""
        own = np.array(sorted(rows), dtype=np.int64)
        places, owner = spans(bearers.ends, bearers.at(own))
        terms, word = numbered(bearers.said[places])
        said, where = Entries(owner, word), np.where(bearers.titled[places], _TITLE, _TEXT)
        lengths = np.clip(np.bincount(owner, minlength=len(own)) / _USUAL, _SHORT, _LONG)
        if len(own) <= _WITHIN:
            said, where = _with_words_within(said, where, terms, own, bearers)
        kept = _telling(said, terms, name, own, bearers)
        number = np.full(len(terms), -1)
        number[kept] = np.arange(len(kept))
        known = number[said.what] >= 0
        said, where = Entries(said.row[known], number[said.what[known]]), where[known]
        keys = tuple(_renumbered(entries_of(level, own)) for level in self.names.levels)
        heard = where != _WITHIN_WORDS
        usual = self._usual.of(own, Entries(said.row[heard], said.what[heard]), bearers.columns[terms[kept]])
        return Circle(
            own,
            said,
            # The longer a text, the more words it uses by chance.
            np.minimum(0.9, usual[said.what] * lengths[said.row]),
            np.where(where == _TITLE, 1.0, np.minimum(1.0, _BODY / lengths)[said.row]),
            (where == _TITLE) | ((where == _TEXT) & self.names.brief[own][said.row]),
            usual,
            np.array([_KINDS.get(bearers.terms[term][0], 1.0) for term in terms[kept].tolist()]),
            keys,
        )


def strongest(circle: Circle, asked: Some) -> Some:
    """Which of a circle's messages, of those asked about, speak of the strongest theme there; none where there is none."""
    uses = circle.uses(asked)
    none = np.zeros(len(circle), dtype=np.bool_)
    worth = np.where(uses > 1, uses * _speaks(uses / max(asked.sum(), 1) / circle.usual, circle.kinds), 0.0)
    if worth.max(initial=0.0) < _SEED:
        return none
    members = none.copy()
    members[circle.said.row[circle.said.what == worth.argmax()]] = True
    members &= asked
    for _ in range(_ROUNDS):
        new = asked & ~_elsewhere(circle, members) & (weights(circle, members) >= _NEEDED)
        if (new == members).all() or new.sum() < 2:
            members = new
            break
        members = new
    return members if members.sum() > 1 else none


def _speaks(times: Floats, kinds: Floats) -> Floats:
    """How much words say that are used so many times as often as usual."""
    return np.log(np.maximum(times, 1.0)) * kinds


def weights(circle: Circle, members: Some) -> Floats:
    """How much each message of a circle speaks of what the members speak of; each member is weighed by the other ones."""
    owner, word = circle.said.row, circle.said.what
    themselves = members[owner]
    others = members.sum() - themselves
    shared = circle.uses(members)[word] - themselves
    least = np.where(others >= 4, np.maximum(2.0, _SHARED * others), 1.0)
    times = (shared + circle.chance) / (others + 1) / circle.chance
    says = np.where(shared >= least, _speaks(times, circle.kinds[word]) * circle.counts, 0.0)
    summed = np.bincount(owner, says, minlength=len(circle)).astype(np.float64).round(9)
    return summed


def _elsewhere(circle: Circle, members: Some) -> Some:
    """Who names places of some level, and none that members name more than rarely."""
    found = np.zeros(len(circle), dtype=np.bool_)
    for level, keys in enumerate(circle.places):
        named, uses = circle.named(level, members)
        if named < max(2, _OTHERS_NAME * members.sum()):
            continue
        known = uses >= max(1, _RARELY * named)
        apart, here = np.zeros((2, len(circle)), dtype=np.bool_)
        apart[keys.row] = True
        here[keys.row[known[keys.what]]] = True
        found |= apart & ~here
    return found


def lifted(circle: Circle, members: Some, times: float) -> int:
    """How many of the members give weight to one word that they use so many times as often as usual."""
    common = circle.uses(members) / max(members.sum(), 1) > times * circle.usual
    telling = circle.telling & members[circle.said.row] & common[circle.said.what]
    return int(np.bincount(circle.said.what[telling]).max(initial=0))


def _with_words_within(
    said: Entries, where: Ints, terms: Ints, rows: Ints, bearers: Bearers
) -> tuple[Entries, Ints]:
    """What the rows say, and beside it the words of others that stand in their texts within longer ones: 权证 in 产权证."""
    held = bearers.holding(rows.tolist(), terms)
    known, new = (one.row * len(terms) + one.what for one in (said, held))
    new = np.unique(new[~among(known, new)])
    keys = np.concatenate((known, new))
    where = np.concatenate((where, np.full(len(new), _WITHIN_WORDS)))
    order = np.argsort(keys, kind="stable")
    return Entries(keys[order] // len(terms), keys[order] % len(terms)), where[order]


def _telling(said: Entries, terms: Ints, name: str, rows: Ints, bearers: Bearers) -> Ints:
    """Words that two messages or more use and that say something besides the name."""
    uses = np.bincount(said.what, minlength=len(terms))
    often = np.flatnonzero(uses > 1).tolist()
    # Whoever names 百草公园 speaks of a park.
    of_name = {names_of_things()[thing] for thing in things_in(name)}
    shown = {
        word: term.lstrip("#")
        for word, term in (
            (word, bearers.terms[term]) for word, term in zip(often, terms[often].tolist(), strict=True)
        )
        if term not in of_name and term.lstrip("#") not in name and name not in term and is_thing(term)
    }
    around = [_around(name, bearers.text(row)) for row in rows.tolist()]
    anywhere = "\n".join(around)
    # Words right beside the name nearly wherever they stand are a part of it: 国际 of 蓝湾国际.
    parts = {
        word
        for word, term in shown.items()
        if term in anywhere
        and sum(term in around[row] for row in said.row[said.what == word].tolist()) >= _BESIDE * uses[word]
    }
    return np.array([word for word in shown if word not in parts], dtype=np.int64)


def _around(name: str, text: str) -> str:
    found = []
    at = text.find(name)
    while at >= 0:
        found.append(text[max(0, at - _BEFORE) : at + len(name) + _BEHIND])
        at = text.find(name, at + len(name))
    return " ".join(found)


def _renumbered(entries: Entries) -> Entries:
    return Entries(entries.row, numbered(entries.what)[1])
