"""Files that citizens attach; their bytes lie in the instance folder."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('checking', 'private', 'released', 'refused')", name=op.f("ck_attachment_state_known")
        ),
        sa.CheckConstraint("(fault IS NOT NULL) = (state = 'refused')", name=op.f("ck_attachment_fault_with_state")),
        sa.CheckConstraint("(width IS NULL) = (height IS NULL)", name=op.f("ck_attachment_width_with_height")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_subject", "attachment", ["subject_kind", "subject_id", "received_at"])


def downgrade() -> None:
    op.drop_table("attachment")
