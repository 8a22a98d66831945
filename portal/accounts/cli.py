"""`flask users create`, `reset-code`."""

import json
import sys

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.accounts.operations import create_user
from portal.accounts.recovery import CODE_HOURS, make_reset_code
from portal.core.db import db
from portal.core.errors import NotThere, PortalError
from portal.core.rights import SYSTEM, Grant, Role
from portal.web.network import settings

group = AppGroup("users", help="Accounts.")


@group.command("create")
@click.argument("username")
@click.option("--display-name", default="", help="The name that is shown; the user name by default.")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--unit", "unit_path", help="Path of the unit for which the roles are given.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of asking."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def create(
    username: str,
    display_name: str,
    roles: tuple[str, ...],
    unit_path: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Make the account USERNAME; asks for its password."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(_("密码"), hide_input=True, confirmation_prompt=_("再输一遍"), err=True)
    grants = [Grant(Role(role), unit_path) for role in roles]
    try:
        user = create_user(username, password, SYSTEM, display_name=display_name, grants=grants)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    db.session.commit()
    if as_json:
        click.echo(
            json.dumps({"id": user.id, "username": user.username, "roles": sorted(roles)}, ensure_ascii=False)
        )
    else:
        click.echo(_("已创建账号「%(name)s」。", name=user.username))


@group.command("reset-code")
@click.argument("username")
def reset_code(username: str) -> None:
    """Print a code by which the owner of the account USERNAME sets a new password, once."""
    try:
        code = make_reset_code(username, settings().lookup_key, SYSTEM)
    except NotThere:
        raise click.ClickException(_("没有账号「%(name)s」，或者账号已经停用。", name=username)) from None
    db.session.commit()
    click.echo(code)
    click.echo(
        _("请当面交给本人：在网站的“忘记密码”里使用，%(hours)s小时内有效，只能用一次。", hours=CODE_HOURS),
        err=True,
    )
