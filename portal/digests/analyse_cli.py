"""`flask analyse …`: the text engine on a table, with no database; near-duplicates and personal data."""

from flask.cli import AppGroup

group = AppGroup("analyse", help="The text engine on a table of messages, with no database.")
