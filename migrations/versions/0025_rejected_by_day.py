"""What was refused is looked up by the day of the decision: an index of it alone."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_REJECTED = sa.text("state = 'rejected'")


def upgrade() -> None:
    op.create_index(
        "ix_opinion_rejected",
        "opinion",
        ["decided_at", "id"],
        sqlite_where=_REJECTED,
        postgresql_where=_REJECTED,
    )


def downgrade() -> None:
    op.drop_index("ix_opinion_rejected", "opinion")
