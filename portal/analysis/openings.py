"""The opening of a message, in which names and the words around them are looked for: its title, and how its matter begins."""

from typing import TypeAlias

from portal.analysis.alike import folded_matter_text
from portal.analysis.normalise import fold, matter_range
from portal.analysis.records import Message

_READ = 300  # characters of a matter that are read
_MOST_FOLDED = 1200  # characters of it that are folded: some are marks and spaces, which do not count

Letter: TypeAlias = tuple[str, str]
"""The title of a message and how its matter begins; "" where the title alone is read."""


def letter(title: str, body: str, start: int, end: int) -> Letter:
    """What an opening is made of; the matter stands between `start` and `end` of the body."""
    return title, body[start : min(end, start + _MOST_FOLDED)]


def opening(written: Letter) -> str:
    """The title and the beginning of the matter, in the form in which copies are the same."""
    title, matter = fold(written[0]), fold(written[1])
    return folded_matter_text(f"{title}\n{matter}")[: len(title) + _READ]


def beginning(message: Message, most: int) -> str:
    """The title and the first characters of the matter, `most` at most, folded and else as they were written."""
    start, end = matter_range(message.body)
    return fold(f"{message.title}\n{message.body[start : min(end, start + most)]}")
