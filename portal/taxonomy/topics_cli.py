"""`flask topics …`: the tree of topics."""

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from portal.core.commands import json_option, print_json
from portal.core.db import db
from portal.core.rights import SYSTEM
from portal.taxonomy.operations import load_default_topics

group = AppGroup("topics", help="The tree of topics.")


@group.command("load")
@json_option
def load_command(as_json: bool) -> None:
    """Add the topics that the portal ships with; those that are there already stay as they are."""
    added = load_default_topics(SYSTEM)
    db.session.commit()
    if as_json:
        print_json({"added": added})
    else:
        click.echo(_("新增 %(count)s 个类别", count=added))
