"""Hot issues of our own invention, every message written by itself, in no grammar.

Those of `choose` are for setting the engine. Those of `report`, `fresh`, `later`, `others` and `angles` (the last two of other
authors), each younger than the one before, were measured first (`FIRST`) and read for their misses afterwards: what they said first
is how the engine does with what it never met, what they say now is how it does since it was mended for them.
"""

import re
from pathlib import Path

from bench.hot_issues import Told
from portal.analysis.records import Message

# The mean F1 of each part when it was new: by itself, and among the shared messages.
FIRST = {
    "report": (0.60, None),
    "fresh": (0.51, 0.39),
    "later": (0.44, 0.19),
    "others": (0.37, 0.35),
    "angles": (0.08, 0.08),
}
_FOLDER = Path(__file__).parent / "written_issues"
_LINE = re.compile(r"^(?:== (?P<name>.+)|(?P<kind>[mo]): (?P<title>.*?) // (?P<body>.+))$", re.MULTILINE)


def names(part: str) -> list[str]:
    """The issues of one part, in the order of its file."""
    return [line["name"] for line in _lines(part) if line["name"]]


def told(part: str) -> Told:
    """All messages of one part: those of an issue bear its name, each of the others a name of its own."""
    messages: list[Message] = []
    labels: list[str] = []
    issue = ""
    for line in _lines(part):
        if line["name"]:
            issue = line["name"]
            continue
        row = f"{part[0]}{len(messages):04}"
        messages.append(Message(row, line["title"], line["body"].replace("¶", "\n"), row, None))
        labels.append(issue if line["kind"] == "m" else f"{issue} {row}")
    return Told(messages, labels)


def _lines(part: str) -> list[re.Match[str]]:
    return list(_LINE.finditer((_FOLDER / f"{part}.txt").read_text(encoding="utf-8")))
