"""Comments are refused for reasons of their own: what was refused as out of scope is off topic, as unclear for another reason."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE opinion_comment SET reason = 'off_topic' WHERE reason = 'out_of_scope'")
    op.execute("UPDATE opinion_comment SET reason = 'other' WHERE reason = 'unclear'")


def downgrade() -> None:
    op.execute("UPDATE opinion_comment SET reason = 'out_of_scope' WHERE reason = 'off_topic'")
