"""Indexes for public lists filtered by campaign or by state."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PUBLISHED = sa.text("state = 'published'")
INDEXES = {"ix_opinion_campaign_newest": "campaign_id", "ix_opinion_state_newest": "public_state"}


def upgrade() -> None:
    for name, column in INDEXES.items():
        columns = [column, "published_at", "id"]
        op.create_index(name, "opinion", columns, sqlite_where=PUBLISHED, postgresql_where=PUBLISHED)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "opinion")
