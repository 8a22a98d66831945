"""`flask users create`, `list`, `give-role`, `take-role`, `close`, `reopen`, `reset-code`."""

import json
import sys
from collections.abc import Callable

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.accounts.models import User
from portal.accounts.operations import (
    close_account,
    create_user,
    give_role,
    reopen_account,
    take_role,
)
from portal.accounts.queries import staff, user_named
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


@group.command("list")
def list_staff() -> None:
    """Print the accounts that have a role: name, shown name, whether it is closed, roles."""
    for user in staff():
        roles = [f"{held.role}（{held.unit_path}）" if held.unit_path else held.role for held in user.roles]
        state = [] if user.active else [_("已停用")]
        click.echo("\t".join([user.username, user.display_name, "、".join([*sorted(roles), *state])]))


_role = click.argument("role", type=click.Choice([role.value for role in Role if role is not Role.CITIZEN]))
_unit = click.option("--unit", "unit_path", help="Path of the unit for which the role is held.")


@group.command("give-role")
@click.argument("username")
@_role
@_unit
def give(username: str, role: str, unit_path: str | None) -> None:
    """Give the account USERNAME the role ROLE."""
    grant = Grant(Role(role), unit_path)
    _change(username, lambda user: give_role(user, grant, SYSTEM))


@group.command("take-role")
@click.argument("username")
@_role
@_unit
def take(username: str, role: str, unit_path: str | None) -> None:
    """Take the role ROLE from the account USERNAME."""
    grant = Grant(Role(role), unit_path)
    _change(username, lambda user: take_role(user, grant, SYSTEM))


@group.command("close")
@click.argument("username")
def close(username: str) -> None:
    """Let nobody sign in to the account USERNAME any more; who is signed in is signed out."""
    _change(username, lambda user: close_account(user, SYSTEM))


@group.command("reopen")
@click.argument("username")
def reopen(username: str) -> None:
    """Open the closed account USERNAME again."""
    _change(username, lambda user: reopen_account(user, SYSTEM))


def _change(username: str, change: Callable[[User], None]) -> None:
    user = user_named(username)
    if user is None:
        raise click.ClickException(_("没有账号「%(name)s」。", name=username))
    try:
        change(user)
    except PortalError as error:
        raise click.ClickException(error.message) from None
    db.session.commit()


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
