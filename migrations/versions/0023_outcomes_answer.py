"""The table with what became of opinions on a draft answers each of them: those of tables published before are answered too."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE opinion SET public_state = 'answered', answered_at = ("
        " SELECT outcome_published_at FROM consultation WHERE consultation.board_id = opinion.board_id)"
        " WHERE state IN ('published', 'accepted') AND answered_at IS NULL AND id IN ("
        " SELECT adoption.opinion_id FROM adoption JOIN opinion AS one ON one.id = adoption.opinion_id"
        " JOIN consultation ON consultation.board_id = one.board_id WHERE outcome_published_at IS NOT NULL)"
    )


def downgrade() -> None:
    """Nothing: an answered opinion is legal before this migration as well."""
