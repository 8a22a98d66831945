"""Public pages that compose several slices: home, campaign, board, opinion, unit, topic, search, receipt."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.campaigns.queries import board_by_slug, boards_of, campaign_by_slug, open_campaigns
from portal.campaigns.states import Openness, openness
from portal.casework.queries import published_replies
from portal.core.clock import now
from portal.core.errors import NotThere
from portal.core.ids import normalised_code
from portal.opinions.models import Opinion
from portal.opinions.queries import (
    Sort,
    cards_of,
    opinion_of_code,
    opinion_page,
    published_page,
    supported_by,
)
from portal.opinions.states import MOVES, OpinionAction, OpinionState, PublicState
from portal.search.queries import search
from portal.site.forms import ReceiptForm
from portal.site.presenting import cards, marked_excerpt
from portal.site.queries import totals
from portal.taxonomy.queries import (
    topic_ancestors,
    topic_by_path,
    topics_within,
    unit_ancestors,
    unit_by_path,
    units_within,
)
from portal.web.guards import actor, public
from portal.web.headers import mark_personal
from portal.web.kept import kept_for_visitors
from portal.web.limits import limits
from portal.web.network import network_key, settings
from portal.web.paging import with_urls
from portal.web.visitors import known_visitor, person_key

blueprint = Blueprint("site", __name__)

QUERY_LENGTH = 100


def _sort() -> Sort:
    wanted = request.args.get("sort")
    return Sort(wanted) if wanted in set(Sort) else Sort.NEWEST


@blueprint.get("/")
@public
@kept_for_visitors
def home() -> ResponseReturnValue:
    """Two big ways in, what is being asked, what became of it."""
    campaigns = [(campaign, boards_of(campaign)) for campaign in open_campaigns(now())]
    newest = published_page(None, size=5)
    return render_template(
        "public/site/home.html", campaigns=campaigns, newest=cards(newest.rows), totals=totals(), moment=now()
    )


@blueprint.get("/campaigns/<slug>")
@public
@kept_for_visitors
def campaign(slug: str) -> ResponseReturnValue:
    """What a campaign is for, and its boards."""
    found = campaign_by_slug(slug)
    if found is None:
        raise NotThere()
    return render_template(
        "public/site/campaign.html",
        campaign=found,
        boards=boards_of(found),
        is_open=openness(now(), found) is Openness.OPEN,
    )


@blueprint.get("/boards/<slug>")
@public
@kept_for_visitors
def board(slug: str) -> ResponseReturnValue:
    """The published opinions of a board, 25 a page, newest or most supported first."""
    found = board_by_slug(slug)
    if found is None:
        raise NotThere()
    sort = _sort()
    page = published_page(request.args.get("cursor"), sort, board_id=found.id)
    return render_template(
        "public/site/board.html",
        board=found,
        sort=sort,
        sorts=list(Sort),
        cards=cards(page.rows),
        page=with_urls(page, "site.board", slug=slug, **_sort_argument(sort)),
        is_open=openness(now(), found.campaign, found) is Openness.OPEN,
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
        raise NotThere()
    visitor = known_visitor()
    supported = bool(visitor or actor().user_id) and supported_by(found.id, person_key(visitor))
    return render_template(
        "public/site/opinion.html",
        opinion=found,
        state=PublicState(found.public_state),
        replies=published_replies(found.id),
        supported=supported,
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
    return render_template(
        "public/site/node.html",
        title=found.name,
        trail=[(crumb.name, url_for("site.unit", path=crumb.path)) for crumb in unit_ancestors(path)],
        cards=cards(page.rows),
        page=with_urls(page, "site.unit", path=path),
    )


@blueprint.get("/topics/<path:path>")
@public
@kept_for_visitors
def topic(path: str) -> ResponseReturnValue:
    """The published opinions on a topic and those below it."""
    found = topic_by_path(path)
    if found is None:
        raise NotThere()
    page = published_page(request.args.get("cursor"), topic_ids=topics_within(path))
    return render_template(
        "public/site/node.html",
        title=found.name,
        trail=[(crumb.name, url_for("site.topic", path=crumb.path)) for crumb in topic_ancestors(path)],
        cards=cards(page.rows),
        page=with_urls(page, "site.topic", path=path),
    )


@blueprint.get("/search", endpoint="search")
@public
def search_page() -> ResponseReturnValue:
    """Full-text search over published opinions."""
    query = request.args.get("q", "")[:QUERY_LENGTH].strip()
    if not query:
        return render_template("public/site/search.html", query="", cards=[], page=None)
    page = search(query, kind="opinion", cursor=request.args.get("cursor"))
    rows = cards_of(list(page.rows))
    excerpts = {row.id: marked_excerpt(row.body, query) for row in rows}
    return render_template(
        "public/site/search.html",
        query=query,
        cards=cards(rows, excerpts),
        page=with_urls(page, "site.search", q=query),
    )


@blueprint.get("/receipts")
@public
def receipt() -> ResponseReturnValue:
    """The form that asks for a query code."""
    return render_template("public/site/receipt_form.html", form=ReceiptForm())


@blueprint.post("/receipts")
@public
def show_receipt() -> ResponseReturnValue:
    """The state of the opinion whose query code is sent, for its author alone."""
    form = ReceiptForm()
    mark_personal()
    found: Opinion | None = None
    if form.validate_on_submit():
        limits().hit(settings().receipt_limit, "receipt", network_key())
        code = normalised_code(form.code.data)
        found = opinion_of_code(settings().lookup_key, code) if code else None
        if found is None:
            form.code.errors = [_("没有找到这个查询码，请核对后再试。")]
    if found is None:
        return render_template("public/site/receipt_form.html", form=form), 400
    return render_template(
        "public/site/receipt.html",
        opinion=found,
        state=PublicState(found.public_state),
        replies=published_replies(found.id),
        code=form.code.data,
        may_withdraw=(OpinionState(found.state), OpinionAction.WITHDRAW) in MOVES,
    )
