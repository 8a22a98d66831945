"""Snippets in which people marked the personal data, and how much of it the engine finds."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from portal.analysis.personal_data import SURE, find_personal_data

_MARKED = re.compile(r"\[([a-z_]+)\|((?:[^\[\]]|\[[^\]]*\])*)\]")
_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text without its marks, and what was marked: kind, start, end."""

    text: str
    marked: frozenset[tuple[str, int, int]]


def snippets(file: str) -> list[Snippet]:
    """All snippets of a file of `data`: one a line, ⏎ for a line break within."""
    lines = (_FOLDER / file).read_text(encoding="utf-8").splitlines()
    return [_snippet(line.replace("⏎", "\n")) for line in lines if line and not line.startswith("#")]


def _snippet(line: str) -> Snippet:
    text = ""
    at = 0
    marked = set()
    for mark in _MARKED.finditer(line):
        text += line[at : mark.start()]
        marked.add((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        at = mark.end()
    return Snippet(text + line[at:], frozenset(marked))


@dataclass(frozen=True, slots=True)
class Figures:
    """How one kind was found: places marked, places found, and places that are both, exactly."""

    marked: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The part of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The part of what was marked that was found."""
        return self.right / self.marked if self.marked else 1.0


def figures(*files: str, least: float = SURE) -> dict[str, Figures]:
    """Figures of each kind over all snippets of some files, for finds of at least this confidence."""
    marked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for snippet in (one for file in files for one in snippets(file)):
        finds = {
            (one.kind, one.start, one.end)
            for one in find_personal_data(snippet.text)
            if one.confidence >= least
        }
        marked.update(kind for kind, _, _ in snippet.marked)
        found.update(kind for kind, _, _ in finds)
        right.update(kind for kind, _, _ in finds & snippet.marked)
    return {kind: Figures(marked[kind], found[kind], right[kind]) for kind in sorted(marked | found)}
