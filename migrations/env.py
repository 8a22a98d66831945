"""How Alembic reaches the portal's database: through the application that Flask-Migrate runs in."""

from alembic import context
from flask import current_app

from portal.core.db import UTCDateTime, db

# Tables and columns that only one database has, made by hand in migrations: the search index of each.
BY_HAND = {"search_index"}


def include_object(item, name, kind, reflected, compare_to):
    """What a comparison of models and database looks at."""
    if kind == "table":
        return not any(name == own or name.startswith(f"{own}_") for own in BY_HAND)
    return not (kind in ("column", "index") and name in ("tokens", "ix_search_document_tokens"))


def render_item(kind, item, autogen):
    """Write the portal's own types as SQLAlchemy's, so that old migrations never depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def run() -> None:
    """Run migrations on the application's own engine, in one transaction each."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A table that is rebuilt is dropped and made again: its referrers must not notice.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
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
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run()
