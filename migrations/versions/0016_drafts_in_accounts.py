"""Drafts that accounts keep."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_draft",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_opinion_draft_board_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_opinion_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_draft")),
    )
    op.create_index("ix_opinion_draft_expires_at", "opinion_draft", ["expires_at"])
    op.create_index("ix_opinion_draft_user_id", "opinion_draft", ["user_id"])


def downgrade() -> None:
    op.drop_table("opinion_draft")
