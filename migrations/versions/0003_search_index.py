"""The full-text index of each database: FTS5 on SQLite, a stored tsvector with GIN on PostgreSQL."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The tokens come ready-made (bigrams, see portal/search/tokens.py): `ascii` keeps every other character.
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5(tokens, tokenize='ascii', detail='none')")
        return
    op.add_column("search_document", sa.Column("tokens", TSVECTOR()))
    # Without the list of pending entries: every search would have to read it, and now and then one writer empty it.
    op.create_index(
        "ix_search_document_tokens", "search_document", ["tokens"],
        postgresql_using="gin", postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
        return
    op.drop_index("ix_search_document_tokens", "search_document")
    op.drop_column("search_document", "tokens")
