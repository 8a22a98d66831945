"""The switch of intake, who may support, and why a text waits for a moderator."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Added column by column, each with its own constraint: no table is rebuilt, so no trigger is lost.
COLUMNS = {
    ("board", "who_may_support"): "VARCHAR(20) DEFAULT 'anonymous' NOT NULL CONSTRAINT ck_board_who_may_support_known"
    " CHECK (who_may_support IN ('anonymous', 'registered'))",
    ("opinion", "held_for"): "VARCHAR(10) CONSTRAINT ck_opinion_held_for_known"
    " CHECK (held_for IN ('links', 'repeated', 'busy', 'intake'))",
    ("opinion_case", "text_key"): "VARCHAR(64)",
}


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_intake_one_row")),
        sa.CheckConstraint("mode IN ('normal', 'review', 'pause')", name=op.f("ck_intake_mode_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    for (table, column), definition in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
    written = sa.text("text_key IS NOT NULL")
    op.create_index(
        "ix_opinion_case_text", "opinion_case", ["text_key", "submitted_at"],
        sqlite_where=written, postgresql_where=written,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_opinion_case_text", "opinion_case")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.drop_table("intake")
