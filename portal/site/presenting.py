"""How rows become what templates show: cards of opinions with their addresses."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup, escape

from portal.core.text import EXCERPT_LENGTH, excerpt
from portal.opinions.states import PublicState
from portal.search.queries import highlight


class Card(NamedTuple):
    """One opinion in a list, as `components/opinion.html` draws it."""

    url: str
    title: str
    excerpt: Any
    state_label: str
    state_kind: str
    unit_name: str | None
    unit_url: str | None
    topic_name: str | None
    published_on: Any
    support_count: int
    replied: bool


def cards(rows: Iterable[Any], excerpts: dict[int, Any] | None = None) -> list[Card]:
    """The rows of `opinions.queries.cards()` as cards; `excerpts` by opinion id replace the stored ones."""
    labels = {state.value: (str(state.label), state.kind) for state in PublicState}
    base = opinion_base()
    return [
        Card(
            base + row.public_id,
            row.title,
            excerpts.get(row.id, row.excerpt) if excerpts else row.excerpt,
            *labels[row.public_state],
            row.unit_name,
            None,
            row.topic_name,
            row.published_at,
            row.support_count,
            row.answered_at is not None,
        )
        for row in rows
    ]


def marked_excerpt(text: str, query: str) -> Markup:
    """A line of `text` around the first place that `query` finds, with what it finds marked."""
    segments = highlight(text, query)
    before = 0
    for segment, hit in segments:
        if hit:
            break
        before += len(segment)
    start = max(0, before - EXCERPT_LENGTH // 4) if before < len(text) else 0
    shown = excerpt(text[start:])
    marked = [
        Markup("<mark>{}</mark>").format(part) if hit else escape(part)
        for part, hit in highlight(shown, query)
    ]
    return Markup("…" if start else "") + Markup("").join(marked)


def opinion_base() -> str:
    """What stands before the public id in the address of an opinion; built once, for lists of 25."""
    return url_for("site.opinion", public_id="-").removesuffix("-")
