"""How Alembic reaches the portal's database: through the application that Flask-Migrate runs in."""

import sys

from alembic import context
from flask import current_app

from portal.config import ROOT
from portal.core.db import db

# Alembic loads this file by its path.
sys.path.insert(0, str(ROOT))
from migrations.env_rules import alone, include_object, render_item


def run() -> None:
    """Run migrations on the application's own engine, in one transaction each."""
    with db.engine.connect() as connection, alone(connection):
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A table that is rebuilt is dropped and made again: its referrers must not notice. Said to the driver
            # itself, because within a transaction SQLite ignores it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            render_item=render_item,
            transaction_per_migration=True,
            # SQLite can roll DDL back too: a migration that is killed half-way leaves nothing behind.
            transactional_ddl=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
