"""What became of opinions on drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adoption",
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome IN ('adopted', 'partly', 'not_adopted')", name=op.f("ck_adoption_outcome_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_adoption_reason_given")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_adoption_opinion_id")),
        sa.PrimaryKeyConstraint("opinion_id", name=op.f("pk_adoption")),
    )


def downgrade() -> None:
    op.drop_table("adoption")
