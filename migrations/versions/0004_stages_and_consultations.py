"""Stages of campaigns, who reads and what is published, and the drafts of consultations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("readers", sa.Text(), nullable=False, server_default=""))
    op.add_column("campaign", sa.Column("publishes", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "campaign_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_campaign_stage_starts_before_end")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_stage_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_stage")),
        sa.UniqueConstraint("campaign_id", "batch", "position", name=op.f("uq_campaign_stage_campaign_id_batch_position")),
    )
    op.create_table(
        "consultation",
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("short_reason", sa.Text(), nullable=False),
        sa.Column("outcome_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_consultation_board_id")),
        sa.PrimaryKeyConstraint("board_id", name=op.f("pk_consultation")),
    )


def downgrade() -> None:
    op.drop_table("consultation")
    op.drop_table("campaign_stage")
    op.drop_column("campaign", "publishes")
    op.drop_column("campaign", "readers")
