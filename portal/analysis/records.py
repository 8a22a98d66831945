"""The plain data that goes into the text engine and comes out of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One opinion as the engine reads it; `id` is unique in the set, `support` counts seconders."""

    id: str
    title: str
    body: str
    author: str | None
    created_at: datetime | None
    support: int = 0
    topic: str | None = None

    @property
    def text(self) -> str:
        """The text that every offset of a result counts in: title, line feed, body."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim piece of one opinion: `text` is `Message.text[start:end]`, in characters."""

    opinion_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Matter:
    """Opinions about one thing at one place (事项), at least two of them.

    `opinion_ids` runs from the most to the least central; `distinct_authors` counts the known
    authors, `unsigned` the opinions without one; `heat` is comparable within one analysis only.
    """

    id: str
    title: str
    keywords: tuple[str, ...]
    opinion_ids: tuple[str, ...]
    distinct_authors: int
    unsigned: int
    heat: float
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Aspect:
    """A part of the report (方面): opinions of related topics, with the matters among them."""

    id: str
    title: str
    opinion_ids: tuple[str, ...]
    distinct_authors: int
    unsigned: int
    matter_ids: tuple[str, ...]
    topic_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything found: every opinion is in at least one aspect, and in one matter or `single_ids`."""

    matters: tuple[Matter, ...]
    aspects: tuple[Aspect, ...]
    single_ids: tuple[str, ...]
