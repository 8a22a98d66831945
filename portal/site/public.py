"""Public pages that compose several slices: home, campaign, board, opinion, unit, topic, search, receipt."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.attachments.queries import released_of
from portal.campaigns.queries import (
    board_by_slug,
    board_head,
    boards_of,
    campaign_by_slug,
    coming_campaigns,
    consultation_of,
    ended_campaigns,
    open_campaigns,
    stages_of,
)
from portal.campaigns.states import openness
from portal.casework.adoptions import adoption_counts, outcome_table
from portal.casework.queries import published_replies
from portal.comments.queries import discussion
from portal.core.clock import local, now
from portal.core.errors import NotThere
from portal.core.pagination import Page
from portal.core.text import has_own_numbers, numbered
from portal.moderation.merging import merged_into, target_of
from portal.opinions.queries import (
    Sort,
    opinion_page,
    opinion_with_id,
    published_page,
)
from portal.opinions.states import EventKind, PublicState
from portal.opinions.supports import supported_by
from portal.site.campaigns import batches_of, board_view, campaign_view, when_open
from portal.site.finding import chips, find, find_choices, heading, shorter_words
from portal.site.forms import FindForm, ReceiptForm
from portal.site.presenting import cards
from portal.site.queries import SHOWN_STATES, list_url, totals
from portal.site.receipts_public import look_up_page
from portal.taxonomy.queries import (
    Crumb,
    topic_ancestors,
    topic_by_path,
    topics_within,
    unit_ancestors,
    unit_by_path,
    units_within,
)
from portal.web.guards import actor, public
from portal.web.kept import kept_for_visitors
from portal.web.network import settings
from portal.web.paging import with_urls
from portal.web.visitors import known_visitor, person_keys

blueprint = Blueprint("site", __name__)

ENDED_SHOWN = 3


def _sort() -> Sort:
    wanted = request.args.get("sort")
    return Sort(wanted) if wanted in set(Sort) else Sort.NEWEST


@blueprint.get("/")
@public
@kept_for_visitors
def home() -> ResponseReturnValue:
    """Two big ways in, what is being asked, what became of it."""
    moment, zone = now(), settings().timezone
    campaigns = [campaign_view(each, actor(), moment, zone) for each in open_campaigns(moment)]
    others = [*coming_campaigns(moment), *ended_campaigns(moment, most=ENDED_SHOWN)]
    return render_template(
        "public/site/home.html",
        campaigns=campaigns,
        others=[campaign_view(each, actor(), moment, zone) for each in others],
        newest=cards(published_page(None, size=6).rows),
        totals=totals(),
    )


@blueprint.get("/campaigns/<slug>")
@public
@kept_for_visitors
def campaign(slug: str) -> ResponseReturnValue:
    """What a campaign is for, its boards and stages, who reads what is written, what will be published and when."""
    found = campaign_by_slug(slug)
    if found is None:
        raise NotThere()
    moment, zone = now(), settings().timezone
    return render_template(
        "public/site/campaign.html",
        campaign=found,
        state=openness(moment, found),
        when=when_open(moment, zone, found),
        boards=[board_view(board, actor(), moment, zone) for board in boards_of(found)],
        batches=batches_of(stages_of(found)),
        today=local(moment, zone).date(),
        totals=totals(found),
    )


@blueprint.get("/boards/<slug>")
@public
@kept_for_visitors
def board(slug: str) -> ResponseReturnValue:
    """What a board is for, and its published opinions, 25 a page, newest or most supported first."""
    found = board_head(slug)
    if found is None:
        raise NotThere()
    sort = _sort()
    page = published_page(request.args.get("cursor"), sort, board_id=found.id)
    consultation = consultation_of(found)
    return render_template(
        "public/site/board.html",
        board=board_view(found, actor(), now(), settings().timezone),
        campaign=found.campaign,
        consultation=consultation,
        clauses=numbered(consultation.text) if consultation else [],
        own_numbers=consultation is not None and has_own_numbers(consultation.text),
        consultation_days=settings().consultation_days,
        sort=sort,
        sorts=list(Sort),
        cards=cards(page.rows),
        page=with_urls(page, "site.board", slug=slug, **_sort_argument(sort)),
    )


@blueprint.get("/boards/<slug>/outcome")
@public
@kept_for_visitors
def outcome(slug: str) -> ResponseReturnValue:
    """The published table of a consultation: what became of every opinion on the draft, and why."""
    found = board_by_slug(slug)
    consultation = consultation_of(found) if found else None
    if consultation is None or consultation.outcome_published_at is None:
        raise NotThere()
    return render_template(
        "public/site/outcome.html",
        board=consultation.board,
        consultation=consultation,
        counts=adoption_counts(consultation),
        page=with_urls(outcome_table(consultation, request.args.get("cursor")), "site.outcome", slug=slug),
    )


def _sort_argument(sort: Sort) -> dict[str, str]:
    return {} if sort is Sort.NEWEST else {"sort": sort.value}


@blueprint.get("/opinions/<public_id>")
@public
@kept_for_visitors
def opinion(public_id: str) -> ResponseReturnValue:
    """A published opinion with its answers and timeline."""
    found = opinion_page(public_id)
    if found is None:
        return _merged(public_id)
    person = person_keys(known_visitor())
    comments = discussion(found.id, found.comment_count, person, request.args.get("cursor"))
    return render_template(
        "public/site/opinion.html",
        opinion=found,
        state=PublicState(found.public_state),
        replies=published_replies(found.id),
        files=released_of("opinion", found.id) if found.has_files else [],
        supported=supported_by(found.id, person),
        # Few opinions have any: only those whose timeline says so are asked for them.
        joined=merged_into(found.id) if any(event.kind == EventKind.JOINED for event in found.events) else [],
        discussion=comments,
        comments_page=with_urls(comments.page, "site.opinion", public_id=public_id, _anchor="comments"),
    )


def _merged(public_id: str) -> str:
    """The page of an opinion that was merged: its words and comments, and the way to the other one. Raises `NotThere`."""
    found = opinion_with_id(public_id)
    target = target_of(found) if found else None
    if found is None or target is None:
        raise NotThere()
    comments = discussion(
        found.id, found.comment_count, person_keys(known_visitor()), request.args.get("cursor")
    )
    return render_template(
        "public/site/merged.html",
        opinion=found,
        target=target,
        state=PublicState(target.public_state),
        discussion=comments,
        comments_page=with_urls(comments.page, "site.opinion", public_id=public_id, _anchor="comments"),
    )


@blueprint.get("/units/<path:path>")
@public
@kept_for_visitors
def unit(path: str) -> ResponseReturnValue:
    """The published opinions that a unit and those below it deal with."""
    found = unit_by_path(path)
    if found is None:
        raise NotThere()
    page = published_page(request.args.get("cursor"), unit_ids=units_within(path))
    return _node("unit", unit_ancestors(path), _("交给%(name)s和下级单位办理的意见。", name=found.name), page)


@blueprint.get("/topics/<path:path>")
@public
@kept_for_visitors
def topic(path: str) -> ResponseReturnValue:
    """The published opinions on a topic and those below it."""
    found = topic_by_path(path)
    if found is None:
        raise NotThere()
    page = published_page(request.args.get("cursor"), topic_ids=topics_within(path))
    return _node("topic", topic_ancestors(path), _("大家对“%(name)s”提的意见。", name=found.name), page)


def _node(kind: str, trail: list[Crumb], lead: str, page: Page) -> str:
    """The page of a unit or topic, the last of `trail`, with a page of its list and the ways to narrow that."""
    here = trail[-1]
    return render_template(
        "public/site/node.html",
        title=here.name,
        lead=lead,
        kind=kind,
        path=here.path,
        trail=[(crumb.name, url_for(f"site.{kind}", path=crumb.path)) for crumb in trail],
        here=url_for(f"site.{kind}", path=here.path),
        narrower=[(state.label, list_url(state=state.value, **{kind: here.path})) for state in SHOWN_STATES],
        cards=cards(page.rows),
        page=with_urls(page, f"site.{kind}", path=here.path),
    )


@blueprint.get("/search", endpoint="search")
@public
def search_page() -> ResponseReturnValue:
    """All published opinions, by words and filters; what cannot be understood filters nothing and is said."""
    form = FindForm(find_choices())
    understood = form.settle()
    arguments, labels = form.arguments(), form.labels()
    wanted = form.wanted(settings().timezone)
    found = find(wanted, request.args.get("cursor"))
    return render_template(
        "public/site/search.html",
        form=form,
        understood=understood,
        words=wanted.words,
        heading=heading(wanted.words, labels),
        chips=chips(labels, arguments),
        shorter=[] if found.cards else shorter_words(wanted.words, arguments),
        cards=found.cards,
        page=with_urls(found.page, "site.search", **arguments),
    )


@blueprint.get("/receipts")
@public
def receipt() -> ResponseReturnValue:
    """The form that asks for a query code."""
    return look_up_page(ReceiptForm())
