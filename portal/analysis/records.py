"""The plain data that goes into the text engine and comes out of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Change = Literal["new", "grown", "shrunk", "same"]
"""How a matter or an aspect stands to the previous analysis."""


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
    comments: int = 0

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
class HeatParts:
    """What the heat (热度) of a matter is the sum of; see `portal.analysis.heat`."""

    authors: float
    support: float
    comments: float
    span: float
    recency: float

    @property
    def total(self) -> float:
        """The heat, to three digits."""
        return round(self.authors + self.support + self.comments + self.span + self.recency, 3)


@dataclass(frozen=True, slots=True)
class Matter:
    """Opinions about one thing at one place (事项), at least two of them.

    `opinion_ids` runs from the most to the least central; `distinct_authors` counts the known
    authors, `unsigned` the opinions without one; `heat` is comparable within one analysis only. `trend` holds
    the weeks with opinions: the ISO date of the Monday, and how many. `change` and what follows it stand to the
    previous analysis, where one was given; `renamed`, `merged` and `pinned` are what people made of the matter.
    """

    id: str
    title: str
    keywords: tuple[str, ...]
    opinion_ids: tuple[str, ...]
    distinct_authors: int
    unsigned: int
    heat: float
    quotes: tuple[Quote, ...]
    heat_parts: HeatParts | None = None
    trend: tuple[tuple[str, int], ...] = ()
    change: Change | None = None
    previous_count: int | None = None
    renamed: bool = False
    merged: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Aspect:
    """A part of the report (方面): opinions of related topics, with the matters among them.

    `quotes` are of opinions that are in no matter: each matter has its own.
    """

    id: str
    title: str
    opinion_ids: tuple[str, ...]
    distinct_authors: int
    unsigned: int
    matter_ids: tuple[str, ...]
    topic_paths: tuple[str, ...]
    quotes: tuple[Quote, ...] = ()
    change: Change | None = None
    previous_count: int | None = None
    renamed: bool = False
    merged: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A matter or an aspect of a previous analysis, and what people made of it since.

    `renamed`: its title stays. `merged` (people put several together) or `pinned`: its opinions stay together.
    `topic_paths` are an aspect's.
    """

    id: str
    title: str
    opinion_ids: tuple[str, ...]
    renamed: bool = False
    merged: bool = False
    pinned: bool = False
    topic_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Previous:
    """A previous analysis, as far as the next one must know it; `opinion_ids` are all that it read."""

    matters: tuple[Known, ...]
    aspects: tuple[Known, ...]
    opinion_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gone:
    """A matter or aspect of the previous analysis that is no more; `into` holds most of what is left of it."""

    id: str
    title: str
    into: str | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything found: every opinion is in at least one aspect, and in one matter or `single_ids`."""

    matters: tuple[Matter, ...]
    aspects: tuple[Aspect, ...]
    single_ids: tuple[str, ...]
    gone_matters: tuple[Gone, ...] = ()
    gone_aspects: tuple[Gone, ...] = ()
