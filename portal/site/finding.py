"""Finding opinions: words, filters, what is found, and what to try where nothing is."""

from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from portal.campaigns.queries import all_campaigns
from portal.core.db import db
from portal.core.pagination import Page
from portal.opinions.models import Opinion
from portal.opinions.queries import cards_of, published_ids, published_page
from portal.opinions.states import OpinionState
from portal.search.queries import search, terms_of
from portal.site.presenting import Card, cards, marked_excerpt
from portal.site.queries import kept, list_url
from portal.taxonomy.models import Topic, Unit
from portal.taxonomy.queries import CITIZEN_TOPIC_LEVEL, Choice, topic_choices, unit_choices

# Of a query that finds nothing, so much of each word is offered instead.
SHORTER = 2


class Wanted(NamedTuple):
    """What somebody looks for: words, and restrictions as `published_page` takes them."""

    words: str
    restrictions: dict[str, Any]


class Chip(NamedTuple):
    """One filter that is set, and the address of the same list without it."""

    label: str
    url: str


class Found(NamedTuple):
    """A page of results, and where it lies among its neighbours."""

    cards: list[Card]
    page: Page


def find(wanted: Wanted, cursor: str | None) -> Found:
    """A page of published opinions: by words, the newest of those that hold them all; without words, the newest."""
    if not wanted.words:
        page = published_page(cursor, **wanted.restrictions)
        return Found(cards(page.rows), page)
    within = published_ids(**wanted.restrictions) if wanted.restrictions else None
    page = search(wanted.words, kind="opinion", cursor=cursor, within=within)
    rows = cards_of(list(page.rows))
    asked = terms_of(wanted.words)
    excerpts = {row.id: marked_excerpt(row.body, asked) for row in rows}
    return Found(cards(rows, excerpts), page)


def chips(labels: dict[str, str], arguments: dict[str, str]) -> list[Chip]:
    """Each filter that is set among `arguments` (by name), named by `labels`, with the list that lacks only it."""
    return [
        Chip(label, list_url(**{key: value for key, value in arguments.items() if key != name}))
        for name, label in labels.items()
    ]


def shorter_words(words: str, arguments: dict[str, str]) -> list[Chip]:
    """The beginnings of the words of a query that found nothing, each as a query of its own."""
    parts = dict.fromkeys(part[:SHORTER] for part in words.split() if len(part) > SHORTER)
    rest = {name: value for name, value in arguments.items() if name != "q"}
    return [Chip(part, list_url(q=part, **rest)) for part in list(parts)[:3]]


class Choices(NamedTuple):
    """What filters offer: (value, label) pairs, of units and topics only those with something to find."""

    campaigns: list[tuple[str, str]]
    units: list[tuple[str, str]]
    topics: list[tuple[str, str]]


def find_choices() -> Choices:
    """The choices of the filters, looked up at most once in a while."""
    return kept("find_choices", _choices)


def _choices() -> Choices:
    campaigns = [(campaign.slug, campaign.title) for campaign in all_campaigns()]
    return Choices(
        campaigns,
        _in_use(unit_choices(), _paths(Unit, Opinion.unit_id)),
        _in_use(topic_choices(CITIZEN_TOPIC_LEVEL), _paths(Topic, Opinion.topic_id)),
    )


def _paths(kind: type[Unit] | type[Topic], column: Any) -> dict[int, str]:
    """The paths of those nodes to which published opinions belong, and of all above them, by id."""
    published = select(column).where(Opinion.state == OpinionState.PUBLISHED, column.is_not(None)).distinct()
    used = (
        select(kind.id, kind.parent_id, kind.path).where(kind.id.in_(published)).cte("used", recursive=True)
    )
    used = used.union(select(kind.id, kind.parent_id, kind.path).where(kind.id == used.c.parent_id))
    return {row.id: row.path for row in db.session.execute(select(used.c.id, used.c.path))}


def _in_use(choices: list[Choice], paths: dict[int, str]) -> list[tuple[str, str]]:
    return [
        (paths[choice.id], "\u3000" * choice.depth + choice.label) for choice in choices if choice.id in paths
    ]


def heading(words: str, labels: dict[str, str]) -> str:
    """What the list shows, in one line."""
    named = "，".join(labels.values())
    if words and named:
        return _("与「%(query)s」有关的意见（%(filters)s）", query=words, filters=named)
    if words:
        return _("与「%(query)s」有关的意见", query=words)
    return _("公开的意见（%(filters)s）", filters=named) if named else _("全部公开的意见")
