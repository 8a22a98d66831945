"""`flask campaigns create`, `flask campaigns add-board`."""

from datetime import date
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.campaigns.operations import create_board, create_campaign
from portal.campaigns.queries import campaign_by_slug
from portal.campaigns.states import BoardKind, ModerationMode, WhoMayPost
from portal.config import Settings
from portal.core.clock import day_end, day_start
from portal.core.commands import json_option, print_json
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import SYSTEM

group = AppGroup("campaigns", help="Campaigns and their boards.")
_DAY = click.DateTime(["%Y-%m-%d"])


def _window(first: Any, last: Any) -> dict[str, Any]:
    """Both days are included, as a clock on the site's wall counts them."""
    settings: Settings = current_app.extensions["portal_settings"]
    days: list[date | None] = [moment.date() if moment else None for moment in (first, last)]
    return {
        "opens_at": day_start(days[0], settings.timezone) if days[0] else None,
        "closes_at": day_end(days[1], settings.timezone) if days[1] else None,
    }


@group.command("create")
@click.argument("slug")
@click.argument("title")
@click.option("--purpose", default="", help="What it is for; paragraphs are divided by empty lines.")
@click.option("--from", "first", type=_DAY, help="The first day.")
@click.option("--to", "last", type=_DAY, help="The last day.")
@json_option
def create(slug: str, title: str, purpose: str, first: Any, last: Any, as_json: bool) -> None:
    """Make the campaign TITLE at /campaigns/SLUG, without boards."""
    try:
        campaign = create_campaign(slug, title, SYSTEM, purpose=purpose, **_window(first, last))
    except PortalError as error:
        raise click.ClickException(error.message) from None
    db.session.commit()
    if as_json:
        print_json({"slug": campaign.slug, "title": campaign.title})
    else:
        click.echo(
            _("已创建征集活动「%(title)s」：/campaigns/%(slug)s", title=campaign.title, slug=campaign.slug)
        )


@group.command("add-board")
@click.argument("campaign_slug", metavar="CAMPAIGN")
@click.argument("slug")
@click.argument("title")
@click.option("--kind", type=click.Choice([kind.value for kind in BoardKind]), default=BoardKind.FORUM.value)
@click.option("--description", default="", help="One or two sentences for citizens.")
@click.option(
    "--who-may-post", type=click.Choice([who.value for who in WhoMayPost]), default=WhoMayPost.ANYONE.value
)
@click.option(
    "--moderation",
    type=click.Choice([mode.value for mode in ModerationMode]),
    default=ModerationMode.BEFORE.value,
    help="Whether a moderator reads before publication (pre) or after it (post).",
)
@click.option("--from", "first", type=_DAY, help="The first day; the campaign's by default.")
@click.option("--to", "last", type=_DAY, help="The last day; the campaign's by default.")
@json_option
def add_board(
    campaign_slug: str, slug: str, title: str, kind: str, description: str, who_may_post: str, moderation: str,
    first: Any, last: Any, as_json: bool,
) -> None:  # fmt: skip
    """Add the board TITLE at /boards/SLUG to CAMPAIGN."""
    campaign = campaign_by_slug(campaign_slug)
    if campaign is None:
        raise click.ClickException(_("没有征集活动「%(slug)s」。", slug=campaign_slug))
    try:
        board = create_board(
            campaign, slug, title, BoardKind(kind), SYSTEM, description=description,
            who_may_post=WhoMayPost(who_may_post), moderation=ModerationMode(moderation), **_window(first, last),
        )  # fmt: skip
    except PortalError as error:
        raise click.ClickException(error.message) from None
    db.session.commit()
    if as_json:
        print_json({"slug": board.slug, "title": board.title, "campaign": campaign.slug})
    else:
        click.echo(_("已添加板块「%(title)s」：/boards/%(slug)s", title=board.title, slug=board.slug))
