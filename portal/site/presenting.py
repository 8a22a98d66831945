"""How rows become what templates show: cards of opinions with their addresses."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup, escape

from portal.core.text import EXCERPT_LENGTH, excerpt
from portal.opinions.states import PublicState
from portal.search.queries import first_place, highlight
from portal.taxonomy.queries import topic_words
from portal.web.network import settings
from portal.web.templating import day_writer


class Card(NamedTuple):
    """One opinion in a list; the fields are the arguments with which `components/opinion.html` draws it."""

    url: str
    title: str
    excerpt: Any
    state_label: str
    state_kind: str
    unit_name: str | None
    topic_name: str | None
    published_on: str
    support_count: int
    replied: bool


def cards(rows: Iterable[Any], excerpts: dict[int, Any] | None = None) -> list[Card]:
    """The rows of `opinions.queries.cards()` as cards; `excerpts` by opinion id replace the stored ones."""
    base, day, states = opinion_base(), day_writer(settings().timezone), _States()
    return [
        Card(
            base + public_id,
            title,
            excerpts.get(number, excerpt) if excerpts else excerpt,
            *states[state],
            unit,
            topic and topic_words(topic),
            day(published_at),
            supports,
            answered_at is not None,
        )
        for number, public_id, title, excerpt, state, published_at, supports, answered_at, unit, topic, *_more in rows
    ]


class _States(dict[str, tuple[str, str]]):
    """Label and kind by stored state: those that a list shows are looked up, each once."""

    def __missing__(self, value: str) -> tuple[str, str]:
        state = PublicState(value)
        self[value] = found = str(state.label), state.kind
        return found


def marked_excerpt(text: str, wanted: Sequence[str]) -> Markup:
    """A line of `text` around the first place where one of the terms `wanted` stands, with all of them marked."""
    start = max(0, first_place(text, wanted) - EXCERPT_LENGTH // 4)
    marked = [
        f"<mark>{escape(part)}</mark>" if hit else escape(part)
        for part, hit in highlight(excerpt(text[start:]), wanted)
    ]
    return Markup(("…" if start else "") + "".join(marked))


def opinion_base() -> str:
    """What stands before the public id in the address of an opinion; built once, for lists of 25."""
    return url_for("site.opinion", public_id="-").removesuffix("-")
