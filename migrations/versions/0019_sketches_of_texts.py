"""Sketches of texts handed in on boards that publish at once."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The table is not rebuilt, so that its trigger stays.
    binary = "BYTEA" if op.get_bind().dialect.name == "postgresql" else "BLOB"
    op.execute(f"ALTER TABLE opinion_case ADD COLUMN sketch {binary}")
    there = sa.text("sketch IS NOT NULL")
    op.create_index(
        "ix_opinion_case_sketch", "opinion_case", ["board_id", "id"], sqlite_where=there, postgresql_where=there
    )


def downgrade() -> None:
    op.drop_index("ix_opinion_case_sketch", "opinion_case")
    op.execute("ALTER TABLE opinion_case DROP COLUMN sketch")
