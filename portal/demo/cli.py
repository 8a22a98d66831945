"""`flask demo load`."""

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.core.commands import json_option, print_json
from portal.demo.accounts import load_accounts
from portal.demo.loading import is_empty, load_frame, load_opinions
from portal.opinions.submission import Keys
from portal.web.network import settings

group = AppGroup("demo", help="A campaign to try the portal with.")


@group.command("load")
@click.option(
    "--bare", is_flag=True, help="The campaign, boards, units, topics and accounts, but no opinions."
)
@click.option("--if-empty", is_flag=True, help="Do nothing where there is a campaign or an account already.")
@json_option
def load(bare: bool, if_empty: bool, as_json: bool) -> None:
    """Load the demo campaign and its accounts; what is there already stays."""
    if if_empty and not is_empty():
        return
    if not as_json:
        click.echo(_("正在载入演示活动……"))
    load_frame()
    accounts = load_accounts(settings().instance_dir / "demo-accounts.json")
    keys = Keys(settings().lookup_key, settings().contact_key)
    count = 0 if bare else load_opinions(keys, settings().timezone)
    if as_json:
        print_json({"opinions": count, "accounts": sorted(accounts)})
    else:
        click.echo(
            _("演示活动已就绪：%(count)s条意见，%(accounts)s个账号。", count=count, accounts=len(accounts))
        )
