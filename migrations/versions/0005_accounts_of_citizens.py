"""Accounts of citizens: consent, an address for mail, what a new password is set by; erased accounts keep their number."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user_account", recreate="never") as batch:
        batch.add_column(sa.Column("mail_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("mail_notices", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "account_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("way IN ('mail', 'code')", name=op.f("ck_account_token_way_known")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_token_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_token")),
    )
    op.create_index("ix_account_token_user_id", "account_token", ["user_id"])
    op.create_index("ix_account_token_expires_at", "account_token", ["expires_at"])


def downgrade() -> None:
    op.drop_table("account_token")
    with op.batch_alter_table("user_account", recreate="never") as batch:
        for name in ("erased_at", "consent_at", "mail_notices", "mail_sealed"):
            batch.drop_column(name)
