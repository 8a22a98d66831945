"""`flask campaigns create`, `flask campaigns add-board`, `flask campaigns set-stages`, `flask campaigns intake`."""

from datetime import date, datetime
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.campaigns.intake import intake_now, set_intake
from portal.campaigns.models import Campaign
from portal.campaigns.operations import Stage, create_board, create_campaign, create_consultation, set_stages
from portal.campaigns.queries import campaign_by_slug
from portal.campaigns.states import BoardKind, IntakeMode, ModerationMode, WhoMayPost, WhoMaySupport
from portal.config import Settings
from portal.core.clock import day_end, day_start, local, now
from portal.core.commands import json_option, print_json, sentences
from portal.core.db import db
from portal.core.errors import PortalError
from portal.core.rights import SYSTEM

group = AppGroup("campaigns", help="Campaigns and their boards.")
_DAY = click.DateTime(["%Y-%m-%d"])


def _settings() -> Settings:
    settings: Settings = current_app.extensions["portal_settings"]
    return settings


def _campaign(slug: str) -> Campaign:
    found = campaign_by_slug(slug)
    if found is None:
        raise PortalError(_("没有征集活动「%(slug)s」。", slug=slug))
    return found


def _window(first: Any, last: Any) -> dict[str, Any]:
    """Both days are included, as a clock on the site's wall counts them."""
    settings = _settings()
    days: list[date | None] = [moment.date() if moment else None for moment in (first, last)]
    return {
        "opens_at": day_start(days[0], settings.timezone) if days[0] else None,
        "closes_at": day_end(days[1], settings.timezone) if days[1] else None,
    }


@group.command("create")
@click.argument("slug")
@click.argument("title")
@click.option("--purpose", default="", help="What it is for; paragraphs are divided by empty lines.")
@click.option("--readers", default="", help="Who reads what is written; else what holds for every campaign.")
@click.option("--publishes", default="", help="What will be published and when; else what always holds.")
@click.option("--from", "first", type=_DAY, help="The first day.")
@click.option("--to", "last", type=_DAY, help="The last day.")
@json_option
def create(
    slug: str, title: str, purpose: str, readers: str, publishes: str, first: Any, last: Any, as_json: bool
) -> None:
    """Make the campaign TITLE at /campaigns/SLUG, without boards."""
    with sentences():
        campaign = create_campaign(
            slug, title, SYSTEM, purpose=purpose, readers=readers, publishes=publishes, **_window(first, last)
        )
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
@click.option(
    "--who-may-support",
    type=click.Choice([who.value for who in WhoMaySupport]),
    default=WhoMaySupport.ANYONE.value,
    help="Whether supporting an opinion needs an account.",
)
@click.option(
    "--comments/--no-comments", default=True, help="Whether published opinions may be commented on."
)
@click.option("--from", "first", type=_DAY, help="The first day; the campaign's by default.")
@click.option("--to", "last", type=_DAY, help="The last day; the campaign's by default.")
@click.option(
    "--text", type=click.File(encoding="utf-8-sig"),
    help="The draft to be commented, plain text; paragraphs are divided by empty lines. For consultations only.",
)  # fmt: skip
@click.option(
    "--short-reason", default="", help="Why a consultation is open for less than CONSULTATION_DAYS."
)
@json_option
def add_board(
    campaign_slug: str, slug: str, title: str, kind: str, description: str, who_may_post: str, moderation: str,
    who_may_support: str, comments: bool, first: Any, last: Any, text: IO[str] | None, short_reason: str, as_json: bool,
) -> None:  # fmt: skip
    """Add the board TITLE at /boards/SLUG to CAMPAIGN."""
    if (kind == BoardKind.CONSULTATION) != (text is not None):
        raise click.ClickException(_("--text 是征求意见稿的正文：只有 consultation 类板块需要，也必须有。"))
    with sentences():
        campaign = _campaign(campaign_slug)
        board = create_board(
            campaign, slug, title, BoardKind(kind), SYSTEM, description=description,
            who_may_post=WhoMayPost(who_may_post), moderation=ModerationMode(moderation),
            who_may_support=WhoMaySupport(who_may_support), takes_comments=comments,
            **_window(first, last),
        )  # fmt: skip
        if text is not None:
            days = _settings().consultation_days
            create_consultation(board, text.read(), SYSTEM, least_days=days, short_reason=short_reason)
    db.session.commit()
    if as_json:
        print_json({"slug": board.slug, "title": board.title, "campaign": campaign.slug})
    else:
        click.echo(_("已添加板块「%(title)s」：/boards/%(slug)s", title=board.title, slug=board.slug))


@group.command("set-stages")
@click.argument("campaign_slug", metavar="CAMPAIGN")
@click.option(
    "--stage", "stages", type=(str, _DAY, _DAY), multiple=True, required=True, metavar="NAME FIRST LAST",
    help="A stage with its first and last day; three to five times, in order.",
)  # fmt: skip
@click.option("--batch", default="", help="For the units of that batch only; for all by default.")
@json_option
def stages(
    campaign_slug: str, stages: tuple[tuple[str, datetime, datetime], ...], batch: str, as_json: bool
) -> None:
    """Set the stages of CAMPAIGN, instead of those set before."""
    with sentences():
        wanted = [Stage(title, first.date(), last.date()) for title, first, last in stages]
        set_stages(_campaign(campaign_slug), wanted, SYSTEM, batch)
    db.session.commit()
    if as_json:
        print_json({"campaign": campaign_slug, "batch": batch, "stages": len(wanted)})
    else:
        click.echo(_("已设定%(count)s个阶段。", count=len(wanted)))


@group.command("intake")
@click.argument("mode", type=click.Choice([mode.value for mode in IntakeMode]), required=False)
@click.option("--reason", default="", help="Why, in words for citizens; needed for a pause.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    help="When all is normal again, as a clock at the site shows it; without it somebody has to say so.",
)
@json_option
def intake(mode: str | None, reason: str, until: datetime | None, as_json: bool) -> None:
    """Take opinions in as usual (normal), let a moderator read each first (review), or take none (pause).

    Without MODE, say how it stands. It holds for the next submission, on all workers.
    """
    zone = current_app.extensions["portal_settings"].timezone
    if mode == IntakeMode.PAUSED and not reason:
        raise click.UsageError(_("暂停接收时，请用 --reason 告诉大家原因"))
    if mode is not None:
        with sentences():
            set_intake(
                IntakeMode(mode), SYSTEM, reason=reason, until=until.replace(tzinfo=zone) if until else None
            )
        db.session.commit()
    state = intake_now(now())
    shown = f"{local(state.until, zone):%Y-%m-%d %H:%M}" if state.until else None
    if as_json:
        print_json({"mode": state.mode, "reason": state.reason, "until": shown})
    else:
        click.echo(
            _("接收：%(mode)s", mode=state.mode.label)
            + (f"，{state.reason}" if state.reason else "")
            + (_("，到 %(time)s", time=shown) if shown else "")
        )
