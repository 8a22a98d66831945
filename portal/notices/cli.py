"""`flask mail`: how the outbox stands, and a try of the settings."""

import click
from flask.cli import AppGroup

from portal.core.commands import json_option, print_json
from portal.core.db import reading
from portal.notices.queries import outbox

group = AppGroup("mail", help="The outbox.")


@group.command("list")
@json_option
def list_mails(as_json: bool) -> None:
    """Print how many mails are queued, sent, failed and dropped."""
    with reading():
        numbers = outbox()
    if as_json:
        print_json(numbers)
        return
    for state, count in numbers.items():
        click.echo(f"{state}  {count}")
