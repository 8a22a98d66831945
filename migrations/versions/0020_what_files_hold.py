"""How much personal data the text of an attached file holds."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("found", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("attachment", "found")
